//! Invocations that fail, and that the next one is none the worse for it.

use super::Stage;
use super::stage::{connect_event, message_event};
use crate::app::Settings;
use async_trait::async_trait;
use headcount_core::ports::{Claim, LedgerStore, StoreError};
use headcount_core::{SessionId, UpdateLedger};
use headcount_testkit::{Fault, Port};
use parking_lot::Mutex;
use serde_json::json;
use std::sync::Arc;

/// A store that panics once it is told to.
struct Panicking {
    inner: Arc<dyn LedgerStore>,
    armed: Arc<Mutex<bool>>,
}

#[async_trait]
impl LedgerStore for Panicking {
    async fn ledger(&self, session: &SessionId) -> Result<Option<Arc<UpdateLedger>>, StoreError> {
        assert!(!*self.armed.lock(), "told to panic");
        self.inner.ledger(session).await
    }

    async fn advance(&self, session: &SessionId, next: UpdateLedger) -> Result<Claim, StoreError> {
        self.inner.advance(session, next).await
    }
}

fn stage() -> (Stage, Arc<Mutex<bool>>) {
    let armed = Arc::new(Mutex::new(false));
    let shared = Arc::clone(&armed);
    let stage = Stage::with(Settings::default(), |ports| {
        ports.ledgers = Arc::new(Panicking { inner: Arc::clone(&ports.ledgers), armed: shared });
    });
    (stage, armed)
}

#[tokio::test]
async fn a_panic_is_an_error_of_the_contract_and_the_next_message_is_answered() {
    let (stage, armed) = stage();
    stage.session("S").await;
    *armed.lock() = true;
    let refused = stage.status("S").await;
    assert_eq!(refused["code"], "INTERNAL_ERROR");
    assert_eq!(refused["details"]["requestId"].as_str().map(str::len), Some(16));
    *armed.lock() = false;
    assert_eq!(stage.status("S").await["type"], "sessionStatus");
}

#[tokio::test]
async fn a_panic_in_one_part_of_a_batch_or_sweep_costs_only_that() {
    let (stage, armed) = stage();
    let session = stage.session("S").await;
    stage.later(30_000);
    *armed.lock() = true;
    let sweep = stage.invoke(&crate::trigger::sweep_input()).await;
    assert_eq!((&sweep["updatesSent"], &sweep["updatesFailed"]), (&json!(0), &json!(1)));
    let wake = crate::compose::wake_message(&crate::arming::Wake {
        session: session.clone(),
        at: headcount_testkit::samples::NOW,
        hop: 1,
    });
    let refuse = crate::work::Work::Refuse {
        connection: headcount_testkit::samples::connection("A"),
        error: "{}".to_owned(),
    };
    let failed = stage.hand_over(&[wake, refuse.to_message(), "nonsense".to_owned()]).await;
    assert_eq!(failed.len(), 2);
    assert!(failed.contains(&"0".to_owned()) && failed.contains(&"2".to_owned()));
    assert_eq!(stage.posted().len(), 1, "the one between them was done");
    *armed.lock() = false;
    stage.wake(&session, 1).await;
    assert_eq!(stage.told().len(), 1);
}

#[tokio::test]
async fn unknown_events_fail_clearly_and_a_ping_is_answered() {
    let stage = Stage::new();
    let failed = stage.try_invoke(&json!({ "some": "thing" })).await.unwrap_err();
    assert_eq!(
        (failed.kind(), failed.to_string().as_str()),
        ("UnknownEvent", "the event has an unknown shape: some")
    );
    assert_eq!(stage.invoke(&json!({})).await, json!({ "pong": true }));
}

#[tokio::test]
async fn a_socket_event_without_a_connection_is_answered() {
    let stage = Stage::new();
    for mut event in [connect_event("A", &[]), message_event("A", "{}")] {
        for odd in [json!(null), json!(7), json!(""), json!("two words")] {
            event["requestContext"]["connectionId"] = odd;
            assert_eq!(stage.invoke(&event).await["statusCode"], 400, "{event}");
        }
    }
}

#[tokio::test]
async fn a_place_that_was_taken_before_the_store_failed_is_given_back_with_the_refusal() {
    let stage = Stage::new();
    let session = stage.session("S").await;
    // The store does it all and fails all the same: its answers get lost.
    stage.store.set(Port::Presence, Fault::AnswerLost);
    let query = [("sessionId", session.as_str()), ("targetLanguage", "es")];
    assert_eq!(stage.connect("A", &query).await["statusCode"], 503);
    stage.store.set(Port::Presence, Fault::None);
    assert_eq!(stage.status("S").await["listenerCount"], 0, "who was refused counts");
}
