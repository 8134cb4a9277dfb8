//! Counters that follow the stream: what they are told, when they are kept, and when they are audited.

use super::Stage;
use super::stage::failed;
use crate::tallies::{Audited, Seen, Tallies};
use async_trait::async_trait;
use headcount_core::ports::StoreError;
use headcount_core::{Drift, Measurement, SessionId, Timestamp};
use headcount_testkit::samples;
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::time::Instant;

/// Counters that only take down what is asked of them.
#[derive(Default)]
pub(crate) struct StagedTallies {
    noted: Mutex<Vec<(SessionId, usize)>>,
    kept: Mutex<Vec<SessionId>>,
    audited: Mutex<Vec<SessionId>>,
    finds: Mutex<Audited>,
    are_due: AtomicBool,
    fail: AtomicBool,
}

impl StagedTallies {
    fn answer<T>(&self, answer: T) -> Result<T, StoreError> {
        let fails = self.fail.load(Ordering::Relaxed);
        if fails { Err(StoreError::Unavailable("on request".to_owned())) } else { Ok(answer) }
    }
}

#[async_trait]
impl Tallies for StagedTallies {
    async fn note(&self, session: &SessionId, seen: &[Seen], _now: Timestamp) -> Result<(), StoreError> {
        self.noted.lock().push((session.clone(), seen.len()));
        self.answer(())
    }

    async fn keep(&self, session: &SessionId, _now: Timestamp) -> Result<bool, StoreError> {
        self.kept.lock().push(session.clone());
        self.answer(self.are_due.load(Ordering::Relaxed))
    }

    async fn audit(
        &self,
        session: &SessionId,
        _now: Timestamp,
        _until: Instant,
    ) -> Result<Audited, StoreError> {
        self.audited.lock().push(session.clone());
        self.answer(*self.finds.lock())
    }
}

fn change(sequence: u32, session: &SessionId, connection: &str) -> Value {
    let row = json!({
        "connectionId": { "S": connection }, "sessionId": { "S": session.as_str() },
        "role": { "S": "listener" }, "targetLanguage": { "S": "es" },
    });
    json!({
        "eventSource": "aws:dynamodb",
        "dynamodb": { "SequenceNumber": sequence.to_string(), "NewImage": row },
    })
}

#[tokio::test]
async fn a_batch_that_was_not_noted_comes_again_from_its_first_record_on() {
    let stage = Stage::counting();
    let session = stage.session("S").await;
    let batch = json!({ "Records": [change(7, &session, "A"), change(8, &session, "B")] });
    assert!(failed(&stage.invoke(&batch).await).is_empty());
    assert_eq!(*stage.tallies.noted.lock(), [(session, 2)]);
    stage.tallies.fail.store(true, Ordering::Relaxed);
    assert_eq!(failed(&stage.invoke(&batch).await), ["7"]);
}

#[tokio::test]
async fn every_sweep_keeps_the_counters_and_asks_for_the_audits_that_are_due() {
    let stage = Stage::counting();
    let session = stage.session("S").await;
    let sweep = json!({ "source": "aws.events", "detail-type": "Scheduled Event" });
    stage.invoke(&sweep).await;
    assert_eq!(*stage.tallies.kept.lock(), std::slice::from_ref(&session));
    assert_eq!(stage.work_off().await, 0);
    assert!(stage.tallies.audited.lock().is_empty());
    stage.tallies.are_due.store(true, Ordering::Relaxed);
    stage.invoke(&sweep).await;
    assert_eq!(stage.work_off().await, 0);
    assert_eq!(*stage.tallies.audited.lock(), [session]);
}

#[tokio::test]
async fn one_sweep_asks_for_no_more_than_fifty_audits() {
    let stage = Stage::counting();
    for number in 0..60 {
        stage.session(&format!("S{number}")).await;
    }
    stage.tallies.are_due.store(true, Ordering::Relaxed);
    stage.invoke(&json!({ "source": "aws.events", "detail-type": "Scheduled Event" })).await;
    stage.work_off().await;
    assert_eq!((stage.tallies.kept.lock().len(), stage.tallies.audited.lock().len()), (60, 50));
}

#[tokio::test]
async fn what_is_found_is_measured_but_not_what_was_never_counted() {
    let stage = Stage::counting();
    let drifts = || stage.metrics.count(|it| *it == Measurement::Drifted { drift: Drift::Count });
    let message = json!({ "v": 1, "work": "audit", "session": samples::session_id(1).as_str() }).to_string();
    for (mended, is_first, expected) in [(0, false, 0), (3, true, 0), (3, false, 1)] {
        *stage.tallies.finds.lock() = Audited { compared: 9, mended, is_done: true, is_first };
        assert!(stage.hand_over(std::slice::from_ref(&message)).await.is_empty());
        assert_eq!(drifts(), expected);
    }
    stage.tallies.fail.store(true, Ordering::Relaxed);
    assert_eq!(stage.hand_over(&[message]).await.len(), 1);
}
