//! Listeners that come back to another node than they left.

use super::house::{House, grace, id, poll_once};
use headcount_core::ports::{Admission, CloseReason, Departure, JoinKind};
use headcount_testkit::{AudienceEvent, samples};
use std::time::Duration;

#[tokio::test(start_paused = true)]
async fn a_place_in_grace_goes_to_the_node_that_its_listener_comes_back_to() {
    let house = House::of(3).await;
    let place = house.listen(0, "a", "es").await.place;
    house.listen(0, "stays", "de").await;
    house.leave(0, "a", grace(&house, 5_000)).await;
    house.settle().await;
    let back = house.join(1, samples::resumer("a2", 1, &place, house.now())).await;
    assert_eq!(back.kind, JoinKind::Resumed { superseded: None });
    assert_eq!((back.place.home, back.place.turn), (Some(house.node(1)), 0));
    assert_eq!(back.counted.distribution.listener_count(), 2);
    house.settle().await;
    house.agree_on(&[("de", 1), ("es", 1)]).await;
    // Nobody has joined or left by that.
    let counted = house.counted(2).await;
    assert_eq!((counted.history.joins, counted.history.leaves, counted.reconnecting), (2, 0, 0));
    house.pass(40).await;
    house.agree_on(&[("de", 1), ("es", 1)]).await;
}

#[tokio::test(start_paused = true)]
async fn the_count_moves_nowhere_while_a_place_does() {
    let house = House::of(3).await;
    let place = house.listen(0, "a", "es").await.place;
    house.settle().await;
    let mut join = Box::pin({
        let store = house.store(1).clone();
        let joiner = samples::resumer("a2", 1, &place, house.now());
        async move { headcount_core::ports::PresenceStore::join(&*store, joiner).await }
    });
    // One message at a time, whoever it is for; after each, nobody sees another count than one.
    let mut admitted = false;
    for _ in 0..100 {
        if !admitted {
            admitted = poll_once(&mut join);
        }
        for at in 0..3 {
            house.store(at).flush(house.now()).await;
            if let Some(news) = house.engine.next(house.node(at)) {
                house.store(at).take_in(news, house.now()).await;
            }
            for (count, _) in house.counts().await {
                assert_eq!(count, 1);
            }
        }
    }
    assert!(admitted);
    house.agree_on(&[("es", 1)]).await;
}

#[tokio::test(start_paused = true)]
async fn a_live_place_is_taken_from_its_connection() {
    let house = House::of(2).await;
    let place = house.listen(0, "a", "es").await.place;
    house.join(1, samples::resumer("a2", 1, &place, house.now())).await;
    house.settle().await;
    house.agree_on(&[("es", 1)]).await;
    let closed = AudienceEvent::Closed(samples::connection("a"), CloseReason::Superseded);
    assert_eq!(house.nodes[0].audience.take(), [closed]);
    use headcount_core::ports::PresenceStore;
    let left = house.store(0).leave(&samples::connection("a"), Departure::Final, house.now()).await;
    assert!(left.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_token_is_good_once_on_whichever_node() {
    let house = House::of(3).await;
    let place = house.listen(0, "a", "es").await.place;
    house.join(1, samples::resumer("a2", 1, &place, house.now())).await;
    house.settle().await;
    for at in 0..3 {
        let admission = house.admission(at, samples::resumer("thief", 1, &place, house.now())).await;
        assert!(matches!(admission, Some(Admission::LanguageNeeded)), "{admission:?}");
    }
    house.agree_on(&[("es", 1)]).await;
}

#[tokio::test(start_paused = true)]
async fn a_place_goes_round() {
    let house = House::of(3).await;
    let mut place = house.listen(0, "a", "es").await.place;
    for (round, at) in [1, 2, 0, 1, 0, 2, 1].into_iter().enumerate() {
        let name = format!("again{round}");
        let back = house.join(at, samples::resumer(&name, 1, &place, house.now())).await;
        assert!(matches!(back.kind, JoinKind::Resumed { .. }));
        place = back.place;
        house.settle().await;
        house.agree_on(&[("es", 1)]).await;
    }
    let counted = house.counted(0).await;
    assert_eq!((counted.history.joins, counted.history.leaves), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn another_language_on_coming_back_is_a_change_of_language() {
    let house = House::of(2).await;
    let place = house.listen(0, "a", "es").await.place;
    house.settle().await;
    let mut joiner = samples::listener("a2", 1, "fr", house.now());
    if let headcount_core::ports::WantedRole::Listener { resume, .. } = &mut joiner.role {
        *resume = Some(place);
    }
    let back = house.join(1, joiner).await;
    assert!(back.switched && matches!(back.kind, JoinKind::Resumed { .. }));
    house.settle().await;
    house.agree_on(&[("fr", 1)]).await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come_makes_a_join_that_is_not_called_exact() {
    let house = House::of(2).await;
    let place = house.listen(0, "a", "es").await.place;
    house.leave(0, "a", grace(&house, 60_000)).await;
    house.settle().await;
    house.engine.deafen(house.node(1), true);
    let mut joiner = samples::listener("a2", 1, "es", house.now());
    if let headcount_core::ports::WantedRole::Listener { resume, .. } = &mut joiner.role {
        *resume = Some(place);
    }
    let late = house.join(1, joiner).await;
    assert_eq!(late.kind, JoinKind::New);
    assert!(!late.counted.quality.is_exact());
    house.engine.deafen(house.node(1), false);
    house.settle().await;
    for (_, exact) in house.counts().await {
        assert!(!exact, "somebody may be counted twice");
    }
    // It is asked again, and the answer says who was counted twice.
    house.pass(2).await;
    house.agree_on(&[("es", 1)]).await;
    assert_eq!(house.store(1).questions.lock().len(), 0);
    let counted = house.counted(0).await;
    assert_eq!((counted.history.joins, counted.history.leaves), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_yes_for_somebody_who_has_gone_meanwhile_is_a_leaving() {
    let house = House::of(2).await;
    let place = house.listen(0, "a", "es").await.place;
    house.settle().await;
    {
        let store = house.store(1).clone();
        let joiner = samples::resumer("a2", 1, &place, house.now());
        let mut join =
            Box::pin(async move { headcount_core::ports::PresenceStore::join(&*store, joiner).await });
        assert!(!poll_once(&mut join));
    }
    house.pass(1).await;
    house.agree_on(&[]).await;
    let counted = house.counted(0).await;
    assert_eq!((counted.history.joins, counted.history.leaves), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_the_answer_of_a_node_that_is_silent() {
    let mut house = House::of(2).await;
    let place = house.listen(0, "a", "es").await.place;
    house.settle().await;
    house.kill(0);
    house.pass(5).await;
    let started = tokio::time::Instant::now();
    let mut joiner = samples::listener("a2", 1, "es", house.now());
    if let headcount_core::ports::WantedRole::Listener { resume, .. } = &mut joiner.role {
        *resume = Some(place);
    }
    let joined = headcount_core::ports::PresenceStore::join(&**house.store(1), joiner).await;
    assert!(started.elapsed() < Duration::from_millis(1));
    let Some(Admission::Joined(joined)) = joined.unwrap() else { panic!("not admitted") };
    // The node is perhaps dead, and then this is its listener: counted once, and not called exact.
    assert_eq!((joined.counted.distribution.listener_count(), joined.counted.quality.is_exact()), (1, false));
    house.engine.bury(house.node(0));
    house.pass(15).await;
    house.agree_on(&[("es", 1)]).await;
    assert!(house.engine.share(&id(), house.node(1)).unwrap().asking.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_question_to_a_node_that_has_gone_meanwhile_leaves_no_doubt_behind() {
    let mut house = House::of(2).await;
    let place = house.listen(0, "a", "es").await.place;
    house.settle().await;
    house.store(0).farewell(house.now()).await;
    house.nodes[0].alive = false;
    // The question is on its way before the farewell is heard, and nobody is left to answer it.
    let store = house.store(1).clone();
    let mut joiner = samples::listener("a2", 1, "es", house.now());
    if let headcount_core::ports::WantedRole::Listener { resume, .. } = &mut joiner.role {
        *resume = Some(place);
    }
    let mut join = Box::pin(async move { headcount_core::ports::PresenceStore::join(&*store, joiner).await });
    assert!(!poll_once(&mut join));
    tokio::time::advance(Duration::from_millis(301)).await;
    assert!(poll_once(&mut join));
    house.pass(2).await;
    house.agree_on(&[("es", 1)]).await;
    assert_eq!(house.store(1).questions.lock().len(), 0);
}
