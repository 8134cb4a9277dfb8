//! Nodes that die, are taken for dead, or stop.

use super::house::{House, grace, id, poll_once};
use headcount_core::SpeakerSeat;
use headcount_core::ports::{JoinKind, SessionStore};
use headcount_testkit::samples;
use std::time::Duration;

#[tokio::test(start_paused = true)]
async fn a_node_that_dies_takes_its_listeners_with_it_when_its_lease_is_over() {
    let mut house = House::of(3).await;
    house.listen(0, "a", "es").await;
    house.listen(1, "b", "fr").await;
    house.settle().await;
    house.kill(0);
    house.pass(2).await;
    assert_eq!(house.counts().await, [(2, true), (2, true)]);
    house.pass(2).await;
    for (count, exact) in house.counts().await {
        assert_eq!((count, exact), (2, false));
    }
    let quality = house.counted(1).await.quality;
    assert_eq!((quality.nodes_reporting, quality.nodes_expected), (1, 2));
    assert!(quality.look_again(house.now()).is_some());
    house.engine.bury(house.node(0));
    house.pass(12).await;
    house.agree_on(&[("fr", 1)]).await;
}

#[tokio::test(start_paused = true)]
async fn a_speaker_whose_node_dies_has_its_grace() {
    let mut house = House::of(3).await;
    house.attach(0, "speaker").await;
    house.settle().await;
    house.kill(0);
    house.engine.bury(house.node(0));
    house.pass(16).await;
    for at in 1..3 {
        let session = house.store(at).session(&id()).await.unwrap().unwrap();
        let SpeakerSeat::Lost { until } = session.speaker else { panic!("{:?}", session.speaker) };
        assert!(until > house.now().plus(Duration::from_secs(25)));
        assert_eq!(house.store(at).take_changed(), [id()]);
    }
    house.attach(1, "again").await;
    house.settle().await;
    house.pass(2).await;
    let session = house.store(2).session(&id()).await.unwrap().unwrap();
    assert_eq!(session.speaker.connection(), Some(&samples::connection("again")));
}

#[tokio::test(start_paused = true)]
async fn a_speaker_of_a_session_that_nobody_follows_is_found_by_who_watches() {
    let mut house = House::of(1).await;
    house.attach(0, "speaker").await;
    let other = house.start().await;
    house.settle().await;
    house.kill(0);
    house.engine.bury(house.node(0));
    house.pass(40).await;
    house.store(other).watch(house.now()).await.unwrap();
    let session = house.store(other).session(&id()).await.unwrap().unwrap();
    assert!(matches!(session.speaker, SpeakerSeat::Lost { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_overdue_is_given_to_the_service() {
    let mut house = House::of(1).await;
    let other = house.start().await;
    house.clock.set(samples::session(1).expires_at);
    house.store(other).watch(house.now()).await.unwrap();
    assert_eq!(house.store(other).take_changed(), [id()]);
}

#[tokio::test(start_paused = true)]
async fn a_node_that_was_taken_for_dead_and_is_not_is_counted_again_with_its_speaker() {
    let house = House::of(2).await;
    house.attach(0, "speaker").await;
    house.listen(0, "a", "es").await;
    house.settle().await;
    house.engine.cut(house.node(0));
    house.engine.expire(house.node(0));
    house.settle().await;
    house.pass(20).await;
    assert_eq!(house.count(1).await, 0);
    house.engine.mend(house.node(0));
    house.pass(2).await;
    house.agree_on(&[("es", 1)]).await;
    for at in 0..2 {
        let session = house.store(at).session(&id()).await.unwrap().unwrap();
        assert_eq!(session.speaker.connection(), Some(&samples::connection("speaker")));
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_handed_to_a_node_that_dies_goes_with_it() {
    let mut house = House::of(3).await;
    let place = house.listen(0, "a", "es").await.place;
    house.leave(0, "a", grace(&house, 5_000)).await;
    house.settle().await;
    // It has asked, and dies before it says that it has the place.
    {
        let store = house.store(1).clone();
        let joiner = samples::resumer("a2", 1, &place, house.now());
        let mut join =
            Box::pin(async move { headcount_core::ports::PresenceStore::join(&*store, joiner).await });
        assert!(!poll_once(&mut join));
        while let Some(news) = house.engine.next(house.node(0)) {
            house.store(0).take_in(news, house.now()).await;
        }
    }
    house.kill(1);
    house.engine.bury(house.node(1));
    house.pass(20).await;
    house.counted(0).await;
    house.settle().await;
    house.agree_on(&[]).await;
}

#[tokio::test(start_paused = true)]
async fn a_node_that_stops_answers_for_its_listeners_until_they_are_elsewhere() {
    let mut house = House::of(2).await;
    let mut places = Vec::new();
    for name in ["a", "b", "c"] {
        places.push(house.listen(0, name, "es").await.place);
    }
    house.attach(0, "speaker").await;
    house.settle().await;
    house.store(0).drain(house.now()).await;
    house.settle().await;
    assert_eq!(house.counts().await, [(3, true), (3, true)]);
    for (name, place) in ["a2", "b2", "c2"].into_iter().zip(&places) {
        let back = house.join(1, samples::resumer(name, 1, place, house.now())).await;
        assert!(matches!(back.kind, JoinKind::Resumed { .. }));
        assert_eq!(house.count(1).await, 3);
    }
    house.settle().await;
    assert!(house.store(0).is_drained(house.now()));
    house.store(0).farewell(house.now()).await;
    house.nodes[0].alive = false;
    house.settle().await;
    house.agree_on(&[("es", 3)]).await;
    let session = house.store(1).session(&id()).await.unwrap().unwrap();
    assert!(matches!(session.speaker, SpeakerSeat::Lost { .. }));
}
