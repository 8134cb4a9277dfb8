//! Listeners on several nodes make one audience.

use super::house::{House, grace, id};
use headcount_core::ports::{Departure, PresenceStore};
use headcount_testkit::samples;

#[tokio::test(start_paused = true)]
async fn a_join_on_one_node_is_seen_on_the_other() {
    let house = House::of(2).await;
    house.listen(0, "a", "es").await;
    let joined = house.listen(1, "b", "fr").await;
    house.settle().await;
    house.agree_on(&[("es", 1), ("fr", 1)]).await;
    assert_eq!(joined.place.home, Some(house.node(1)));
    house.leave(0, "a", Departure::Final).await;
    house.settle().await;
    house.agree_on(&[("fr", 1)]).await;
    let counted = house.counted(0).await;
    assert_eq!((counted.history.joins, counted.history.leaves, counted.history.peak), (2, 1, 2));
    assert_eq!(counted.history.languages_seen.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_joiner_is_answered_with_the_audience_of_all_nodes() {
    let house = House::of(3).await;
    for (at, name) in ["a", "b", "c"].into_iter().enumerate() {
        let joined = house.listen(at, name, "es").await;
        assert_eq!(joined.counted.distribution.listener_count(), at as u64 + 1);
        house.settle().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_switch_on_one_node_never_dips_on_the_other() {
    let house = House::of(2).await;
    house.listen(0, "a", "es").await;
    house.settle().await;
    let fr = samples::language("fr");
    let counted = house.store(0).switch_language(&samples::connection("a"), &fr, house.now()).await;
    assert_eq!(counted.unwrap().unwrap().distribution.listener_count(), 1);
    assert_eq!(house.count(1).await, 1);
    house.settle().await;
    house.agree_on(&[("fr", 1)]).await;
}

#[tokio::test(start_paused = true)]
async fn whoever_is_in_grace_counts_on_all_nodes_until_it_is_over() {
    let house = House::of(2).await;
    house.listen(0, "a", "es").await;
    house.leave(0, "a", grace(&house, 5_000)).await;
    house.settle().await;
    house.agree_on(&[("es", 1)]).await;
    assert_eq!(house.counted(1).await.reconnecting, 1);
    house.pass(6).await;
    // The node that has the place lets go of it when it looks, as its wake-up makes it do.
    house.counted(0).await;
    house.settle().await;
    house.agree_on(&[]).await;
    assert_eq!(house.counted(1).await.history.leaves, 1);
}

#[tokio::test(start_paused = true)]
async fn the_room_of_a_session_is_that_of_all_nodes() {
    let house = House::of(2).await;
    house.listen(0, "a", "es").await;
    house.settle().await;
    let mut full = samples::listener("b", 1, "es", house.now());
    if let headcount_core::ports::WantedRole::Listener { max_listeners, .. } = &mut full.role {
        *max_listeners = 1;
    }
    let admission = house.admission(1, full).await;
    assert!(matches!(admission, Some(headcount_core::ports::Admission::Full)), "{admission:?}");
}

#[tokio::test(start_paused = true)]
async fn a_node_that_comes_later_knows_what_is() {
    let mut house = House::of(1).await;
    house.listen(0, "a", "es").await;
    house.settle().await;
    let late = house.start().await;
    assert_eq!(house.count(late).await, 1);
    house.agree_on(&[("es", 1)]).await;
    house.listen(late, "b", "es").await;
    house.settle().await;
    house.agree_on(&[("es", 2)]).await;
}

#[tokio::test(start_paused = true)]
async fn what_has_not_changed_is_not_published_but_for_its_lease() {
    let house = House::of(2).await;
    house.listen(0, "a", "es").await;
    house.settle().await;
    let sequence = |house: &House| house.engine.share(&id(), house.node(0)).unwrap().sequence;
    let before = sequence(&house);
    house.settle().await;
    house.pass(2).await;
    assert_eq!(sequence(&house), before);
    house.pass(5).await;
    assert_eq!(sequence(&house), before + 1);
}
