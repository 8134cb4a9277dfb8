//! A speaker that is gone, and perhaps back on another connection.

use super::*;
use async_trait::async_trait;
use headcount_adapters::speaker::api_gateway::SpeakerFollower;
use headcount_core::ports::{Delivery, SendError, SessionStore};
use headcount_core::{Audience, ConnectionId, Quality, SessionChange, StatusDetail, UpdateLedger};
use headcount_testkit::{Fault, FaultyStore, ModelStore, Port, Stores};
use parking_lot::Mutex;

/// A way on which one connection is gone; what arrived on the others.
struct OneIsGone {
    gone: ConnectionId,
    arrived: Mutex<Vec<(ConnectionId, StatusUpdate)>>,
}

#[async_trait]
impl SpeakerChannel for OneIsGone {
    async fn send(&self, speaker: &ConnectionId, update: &StatusUpdate) -> Result<Delivery, SendError> {
        if *speaker == self.gone {
            return Ok(Delivery::Gone);
        }
        self.arrived.lock().push((speaker.clone(), update.clone()));
        Ok(Delivery::Delivered)
    }
}

/// The seat of session 1 is `seat`'s; `old` is gone. What is sent to `old` arrives, and at whom.
struct Stage {
    way: Arc<OneIsGone>,
    store: Arc<FaultyStore>,
    follower: SpeakerFollower,
}

async fn stage(seat: Option<(&str, StatusDetail)>) -> Stage {
    let stores = Stores::of(ModelStore::default());
    let ledger = UpdateLedger::new(samples::NOW);
    stores.sessions.create(samples::session(1), ledger).await.expect("the model does not fail");
    if let Some((connection, detail)) = seat {
        let change = SessionChange::AttachSpeaker { connection: samples::connection(connection), detail };
        let attached = stores.sessions.update(&samples::session_id(1), &change, samples::NOW).await;
        attached.expect("the model does not fail");
    }
    let store = Arc::new(FaultyStore::new(stores));
    let way = Arc::new(OneIsGone { gone: samples::connection("old"), arrived: Mutex::default() });
    Stage { follower: SpeakerFollower::new(way.clone(), store.clone()), way, store }
}

impl Stage {
    async fn send(&self, to: &str, update: &StatusUpdate) -> (Delivery, Vec<(ConnectionId, StatusUpdate)>) {
        let delivery = self.follower.send(&samples::connection(to), update).await;
        (delivery.expect("the way is certain"), self.way.arrived.lock().clone())
    }
}

fn full_update() -> StatusUpdate {
    let audience = Audience {
        peak_listener_count: 3,
        peak_at: samples::NOW,
        total_joins: 3,
        total_leaves: 3,
        reconnecting: 0,
        languages_seen: 1,
        revision: 7,
        quality: Quality::exact(samples::NOW),
        trend: Vec::new(),
    };
    StatusUpdate { audience: Some(audience), ..update() }
}

#[tokio::test]
async fn what_arrives_is_sent_once() {
    let stage = stage(Some(("new", StatusDetail::Basic))).await;
    let (delivery, arrived) = stage.send("there", &update()).await;
    assert_eq!((delivery, arrived), (Delivery::Delivered, vec![(samples::connection("there"), update())]));
}

#[tokio::test]
async fn a_speaker_that_came_back_elsewhere_is_told_there() {
    let stage = stage(Some(("new", StatusDetail::Full))).await;
    let (delivery, arrived) = stage.send("old", &full_update()).await;
    assert_eq!((delivery, arrived), (Delivery::Delivered, vec![(samples::connection("new"), full_update())]));
}

#[tokio::test]
async fn a_speaker_that_came_back_hears_no_more_than_it_asked_for() {
    let stage = stage(Some(("new", StatusDetail::Basic))).await;
    let (_, arrived) = stage.send("old", &full_update()).await;
    assert_eq!(arrived, [(samples::connection("new"), update())]);
}

#[tokio::test]
async fn a_speaker_that_has_the_seat_still_or_nobody_is_gone() {
    for seat in [Some(("old", StatusDetail::Basic)), None] {
        let (delivery, arrived) = stage(seat).await.send("old", &update()).await;
        assert_eq!((delivery, arrived), (Delivery::Gone, vec![]), "{seat:?}");
    }
}

#[tokio::test]
async fn a_store_that_cannot_say_leaves_the_speaker_gone() {
    let stage = stage(Some(("new", StatusDetail::Basic))).await;
    stage.store.set(Port::Sessions, Fault::Unavailable);
    assert_eq!(stage.send("old", &update()).await, (Delivery::Gone, vec![]));
}

#[tokio::test]
async fn an_ended_session_has_nobody_to_be_told() {
    let stage = stage(Some(("new", StatusDetail::Basic))).await;
    let reason = headcount_core::EndReason::Expired;
    stage.store.end(&samples::session_id(1), &reason, samples::NOW).await.unwrap();
    assert_eq!(stage.send("old", &update()).await, (Delivery::Gone, vec![]));
}
