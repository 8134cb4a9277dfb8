//! Counts that are spoilt by hand are mended by the audit.

use super::house::{House, id};
use headcount_core::{Drift, Measurement};
use headcount_testkit::samples;

#[tokio::test(start_paused = true)]
async fn a_count_that_does_not_agree_with_its_places_is_counted_anew() {
    let house = House::of(2).await;
    house.listen(0, "a", "es").await;
    house.settle().await;
    let room = house.store(0).rooms.room_named(&id()).unwrap();
    room.with(|live| live.audience.spoil(&samples::language("fr"), 7));
    assert_eq!(house.count(0).await, 8);
    house.store(0).audit(house.now()).await;
    house.settle().await;
    house.agree_on(&[("es", 1)]).await;
    let drifted = Measurement::Drifted { drift: Drift::Count };
    assert!(house.nodes[0].metrics.measurements().contains(&drifted));
}

#[tokio::test(start_paused = true)]
async fn a_share_that_is_another_than_was_published_is_published_again() {
    let house = House::of(2).await;
    house.listen(0, "a", "es").await;
    house.settle().await;
    house.engine.falsify(&id(), house.node(0), |share| {
        share.heard.add_many(&samples::language("fr"), 9);
    });
    house.store(0).audit(house.now()).await;
    house.settle().await;
    let share = house.engine.share(&id(), house.node(0)).unwrap();
    assert_eq!(share.heard.listener_count(), 1);
    let drifted = Measurement::Drifted { drift: Drift::Published };
    assert!(house.nodes[0].metrics.measurements().contains(&drifted));
}

#[tokio::test(start_paused = true)]
async fn a_share_that_was_not_heard_is_heard() {
    let house = House::of(2).await;
    house.engine.deafen(house.node(1), true);
    house.listen(0, "a", "es").await;
    house.settle().await;
    house.engine.deafen(house.node(1), false);
    assert_eq!(house.count(1).await, 0);
    house.store(1).audit(house.now()).await;
    assert_eq!(house.count(1).await, 1);
    let drifted = Measurement::Drifted { drift: Drift::Heard };
    assert!(house.nodes[1].metrics.measurements().contains(&drifted));
}

#[tokio::test(start_paused = true)]
async fn an_audit_that_finds_nothing_says_nothing() {
    let house = House::of(2).await;
    house.listen(0, "a", "es").await;
    house.listen(1, "b", "es").await;
    house.settle().await;
    for node in &house.nodes {
        node.store.audit(house.now()).await;
        assert!(node.metrics.measurements().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_that_was_only_looked_at_is_forgotten() {
    let house = House::of(2).await;
    house.listen(0, "a", "es").await;
    house.settle().await;
    house.pass(61).await;
    for node in &house.nodes {
        node.store.audit(house.now()).await;
    }
    assert!(house.store(0).followed(&id()).is_some());
    assert!(house.store(1).followed(&id()).is_none());
    // Asked for again, it is there again.
    house.agree_on(&[("es", 1)]).await;
}
