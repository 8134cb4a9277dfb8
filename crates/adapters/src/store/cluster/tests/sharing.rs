//! Sessions and ledgers that several nodes change.

use super::house::{House, id};
use headcount_core::ports::{Claim, CloseReason, Creation, LedgerStore, SessionStore, StoreError};
use headcount_core::{
    BroadcastChange, EndReason, Notice, SessionChange, SpeakerSeat, UpdateLedger, UpdateReason,
};
use headcount_testkit::{AudienceEvent, samples};

fn pause() -> SessionChange {
    SessionChange::Broadcast(BroadcastChange { is_paused: Some(true), ..BroadcastChange::default() })
}

async fn paused(house: &House, at: usize) -> bool {
    house.store(at).session(&id()).await.unwrap().unwrap().broadcast.is_paused
}

async fn speaker(house: &House, at: usize) -> SpeakerSeat {
    house.store(at).session(&id()).await.unwrap().unwrap().speaker.clone()
}

async fn next_ledger(house: &House, at: usize) -> UpdateLedger {
    let ledger = house.store(at).ledger(&id()).await.unwrap().unwrap();
    let counted = house.counted(at).await;
    ledger.record(UpdateReason::Periodic, &counted.distribution.shown(63), house.now())
}

#[tokio::test(start_paused = true)]
async fn a_change_on_one_node_is_seen_on_the_other() {
    let house = House::of(2).await;
    house.store(0).update(&id(), &pause(), house.now()).await.unwrap().unwrap();
    house.settle().await;
    assert!(paused(&house, 1).await);
    assert_eq!(house.store(1).take_changed(), [id()]);
}

#[tokio::test(start_paused = true)]
async fn a_change_of_something_older_is_made_to_what_is_there() {
    let house = House::of(2).await;
    house.store(0).update(&id(), &pause(), house.now()).await.unwrap().unwrap();
    // The other node has not heard of it.
    let mute = BroadcastChange { is_muted: Some(true), ..BroadcastChange::default() };
    let updated = house.store(1).update(&id(), &SessionChange::Broadcast(mute), house.now()).await;
    let after = updated.unwrap().unwrap().after;
    assert!(after.broadcast.is_paused && after.broadcast.is_muted);
    house.settle().await;
    assert!(house.store(0).session(&id()).await.unwrap().unwrap().broadcast.is_muted);
}

#[tokio::test(start_paused = true)]
async fn a_name_is_taken_on_all_nodes() {
    let house = House::of(2).await;
    let again = house.store(1).create(samples::session(1), UpdateLedger::new(samples::NOW)).await;
    assert_eq!(again.unwrap(), Creation::Taken);
}

#[tokio::test(start_paused = true)]
async fn of_two_nodes_that_claim_one_revision_one_wins() {
    let house = House::of(2).await;
    let (one, other) = (next_ledger(&house, 0).await, next_ledger(&house, 1).await);
    assert_eq!(house.store(0).advance(&id(), one.clone()).await.unwrap(), Claim::Won);
    assert_eq!(house.store(1).advance(&id(), other).await.unwrap(), Claim::Lost);
    // Who lost knows at once what stands, and claims the next one.
    let next = next_ledger(&house, 1).await;
    assert_eq!(next.revision(), one.revision() + 1);
    assert_eq!(house.store(1).advance(&id(), next).await.unwrap(), Claim::Won);
}

#[tokio::test(start_paused = true)]
async fn the_newest_speaker_wins_on_whichever_node() {
    let house = House::of(2).await;
    house.attach(0, "old").await;
    house.settle().await;
    house.attach(1, "new").await;
    house.settle().await;
    for at in 0..2 {
        assert_eq!(speaker(&house, at).await.connection(), Some(&samples::connection("new")));
    }
    let closed = AudienceEvent::Closed(samples::connection("old"), CloseReason::Superseded);
    assert_eq!(house.nodes[0].audience.take(), [closed]);
    assert!(house.nodes[1].audience.take().is_empty());
}

#[tokio::test(start_paused = true)]
async fn where_the_speaker_is_a_change_elsewhere_is_looked_at() {
    let house = House::of(2).await;
    house.attach(0, "speaker").await;
    house.settle().await;
    (0..2).for_each(|at| drop(house.store(at).take_changed()));
    house.listen(1, "a", "es").await;
    house.settle().await;
    assert_eq!(house.store(0).take_changed(), [id()]);
    assert!(house.store(1).take_changed().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_end_is_told_on_all_nodes_with_its_reason() {
    let house = House::of(3).await;
    house.listen(0, "a", "es").await;
    house.listen(1, "b", "es").await;
    house.settle().await;
    let reason = EndReason::Ended(Some("good night".into()));
    let ending = house.store(2).end(&id(), &reason, house.now()).await.unwrap().unwrap();
    assert_eq!(ending.listeners, 2);
    house.settle().await;
    for at in 0..2 {
        let told = AudienceEvent::Told(id(), Notice::SessionEnded(reason.clone()), house.now());
        let closed = AudienceEvent::ClosedAll(id(), CloseReason::SessionEnded);
        assert_eq!(house.nodes[at].audience.take(), [told, closed]);
        assert!(house.store(at).session(&id()).await.unwrap().is_none());
        assert!(house.store(at).end(&id(), &reason, house.now()).await.unwrap().is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn an_end_that_was_not_heard_is_found_out() {
    let house = House::of(2).await;
    house.listen(1, "b", "es").await;
    house.settle().await;
    house.engine.cut(house.node(1));
    house.settle().await;
    house.store(0).end(&id(), &EndReason::Expired, house.now()).await.unwrap().unwrap();
    house.engine.mend(house.node(1));
    house.settle().await;
    let told = AudienceEvent::Told(id(), Notice::SessionEnded(EndReason::Expired), house.now());
    assert_eq!(house.nodes[1].audience.take()[0], told);
    assert!(house.store(1).session(&id()).await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn with_the_engine_away_a_node_goes_on_counting_and_says_that_it_is_not_exact() {
    let house = House::of(2).await;
    house.listen(0, "a", "es").await;
    house.listen(1, "b", "fr").await;
    house.settle().await;
    for at in 0..2 {
        house.engine.cut(house.node(at));
    }
    house.settle().await;
    house.listen(0, "c", "es").await;
    house.pass(60).await;
    assert_eq!(house.counts().await, [(3, false), (2, false)]);
    let refused = house.store(0).create(samples::session(2), UpdateLedger::new(samples::NOW)).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))));
    for at in 0..2 {
        house.engine.mend(house.node(at));
    }
    house.beat().await;
    house.beat().await;
    house.agree_on(&[("es", 2), ("fr", 1)]).await;
}

#[tokio::test(start_paused = true)]
async fn with_the_engine_away_the_speaker_goes_on_and_the_engine_learns_of_it() {
    let house = House::of(2).await;
    house.attach(0, "speaker").await;
    house.settle().await;
    for at in 0..2 {
        house.engine.cut(house.node(at));
    }
    house.settle().await;
    let told = next_ledger(&house, 0).await;
    assert_eq!(house.store(0).advance(&id(), told.clone()).await.unwrap(), Claim::Won);
    assert_eq!(house.store(0).advance(&id(), told).await.unwrap(), Claim::Lost);
    house.store(0).update(&id(), &pause(), house.now()).await.unwrap().unwrap();
    let elsewhere = house.store(1).update(&id(), &pause(), house.now()).await;
    assert!(matches!(elsewhere, Err(StoreError::Unavailable(_))));
    for at in 0..2 {
        house.engine.mend(house.node(at));
    }
    house.pass(2).await;
    assert!(paused(&house, 1).await);
    assert_eq!(house.store(1).ledger(&id()).await.unwrap().unwrap().revision(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_was_emptied_is_filled_again() {
    let house = House::of(2).await;
    house.attach(0, "speaker").await;
    house.listen(0, "a", "es").await;
    house.listen(1, "b", "fr").await;
    house.settle().await;
    house.engine.empty();
    house.pass(1).await;
    assert!(house.engine.share(&id(), house.node(0)).is_some());
    assert!(house.engine.share(&id(), house.node(1)).is_some());
    house.agree_on(&[("es", 1), ("fr", 1)]).await;
    assert_eq!(speaker(&house, 1).await.connection(), Some(&samples::connection("speaker")));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_called_exact_before_it_was_read_again() {
    let house = House::of(2).await;
    house.listen(1, "b", "fr").await;
    house.settle().await;
    house.engine.deafen(house.node(0), true);
    house.listen(1, "c", "fr").await;
    house.settle().await;
    house.engine.deafen(house.node(0), false);
    house.store(0).take_in(super::super::Incoming::Overrun, house.now()).await;
    let counted = house.counted(0).await;
    assert_eq!((counted.distribution.listener_count(), counted.quality.is_exact()), (1, false));
    house.settle().await;
    house.agree_on(&[("fr", 2)]).await;
}
