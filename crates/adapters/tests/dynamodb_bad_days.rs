//! DynamoDB that refuses, throttles, fails or says nothing: an error in good time, and nothing worse.

#![allow(clippy::unwrap_used, reason = "a test fails where it finds an error")]

#[allow(dead_code, reason = "other tests use more of it")]
mod scripted_http;

use headcount_adapters::aws::{ATTEMPTS, OPERATION_TIMEOUT};
use headcount_adapters::store::{DynamoSettings, DynamoStore, Writers};
use headcount_core::ports::{Creation, LedgerStore, PresenceStore, SessionStore, StoreError};
use headcount_core::{EndReason, UpdateLedger};
use headcount_testkit::samples;
use scripted_http::{Answer, ScriptedHttp, config, nobody};
use std::time::{Duration, Instant};

const DENIED: &str = r#"{"__type":"com.amazon.coral.service#AccessDeniedException","message":"no"}"#;
const THROTTLED: &str = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slowly"}"#;

/// Where others write, a session with what belongs to it is one call.
const OTHERS: Writers = Writers::Others { scan: false };

async fn store(url: &str, writers: Writers) -> DynamoStore {
    DynamoStore::new(&config(url).await, DynamoSettings { writers, ..DynamoSettings::default() })
}

/// How each port fails, for both kinds of tables.
async fn failures(url: &str) -> Vec<StoreError> {
    let (id, now) = (samples::session_id(1), samples::NOW);
    let mut failures = Vec::new();
    for writers in [Writers::Ours, Writers::Others { scan: true }] {
        let store = store(url, writers).await;
        let connection = samples::connection("a");
        failures.extend([
            store.session(&id).await.unwrap_err(),
            store.live(None, 10).await.unwrap_err(),
            store.connection(&connection).await.unwrap_err(),
            store.audience(&id, now).await.unwrap_err(),
            store.ledger(&id).await.unwrap_err(),
            store
                .advance(&id, UpdateLedger::new(now).restored_after(&UpdateLedger::new(now)))
                .await
                .unwrap_err(),
            store.join(samples::listener("a", 1, "es", now)).await.unwrap_err(),
            store.create(samples::session(1), UpdateLedger::new(now)).await.unwrap_err(),
        ]);
        if writers == Writers::Ours {
            failures.push(store.end(&id, &EndReason::Expired, now).await.unwrap_err());
        }
    }
    failures
}

#[tokio::test]
async fn a_store_that_refuses_is_unavailable_at_once() {
    let dynamo = ScriptedHttp::start(|_, _| Answer::Error(400, None, DENIED)).await;
    for failure in failures(&dynamo.url).await {
        assert!(matches!(failure, StoreError::Unavailable(_)), "{failure:?}");
    }
}

#[tokio::test]
async fn throttling_is_borne_once_and_not_for_ever() {
    let passing = ScriptedHttp::start(|_, before| match before {
        0 => Answer::Error(400, None, THROTTLED),
        _ => Answer::Error(200, None, "{\"Responses\":{}}"),
    });
    let passing = passing.await;
    let session = store(&passing.url, OTHERS).await.session(&samples::session_id(1)).await;
    assert_eq!((session.unwrap(), passing.seen().len()), (None, 2));
    let lasting = ScriptedHttp::start(|_, _| Answer::Error(400, None, THROTTLED)).await;
    store(&lasting.url, OTHERS).await.session(&samples::session_id(1)).await.unwrap_err();
    assert_eq!(lasting.seen().len(), ATTEMPTS as usize);
}

#[tokio::test]
async fn silence_is_answered_in_time() {
    let silent = ScriptedHttp::start(|_, _| Answer::Silence).await;
    for url in [silent.url.clone(), nobody().await] {
        let store = store(&url, Writers::Ours).await;
        let started = Instant::now();
        store.session(&samples::session_id(1)).await.unwrap_err();
        assert!(started.elapsed() < OPERATION_TIMEOUT + Duration::from_millis(500), "{url}");
    }
    assert!(silent.seen().len() >= 2, "there was time for another attempt");
}

#[tokio::test]
async fn an_answer_that_is_none_is_an_error() {
    for (status, body) in [(200, "not JSON"), (500, ""), (503, "<html>"), (400, "{}")] {
        let odd = ScriptedHttp::start(move |_, _| Answer::Error(status, None, body)).await;
        let answer = store(&odd.url, Writers::Ours).await.session(&samples::session_id(1)).await;
        assert!(answer.is_err(), "{status} {body}");
    }
}

/// A transaction that was not done, for these reasons.
fn canceled(reasons: &[&str]) -> &'static str {
    let reasons: Vec<_> = reasons.iter().map(|code| format!(r#"{{"Code":"{code}"}}"#)).collect();
    let error = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
    let body =
        format!(r#"{{"__type":"{error}","message":"no","CancellationReasons":[{}]}}"#, reasons.join(","));
    body.leak()
}

async fn create_against(reasons: &'static [&'static str]) -> (Result<Creation, StoreError>, usize) {
    let dynamo = ScriptedHttp::start(|_, before| match before {
        0 => Answer::Error(400, None, canceled(reasons)),
        _ => Answer::Error(200, None, "{}"),
    });
    let dynamo = dynamo.await;
    let store = store(&dynamo.url, Writers::Ours).await;
    let created = store.create(samples::session(1), UpdateLedger::new(samples::NOW)).await;
    (created, dynamo.seen().len())
}

#[tokio::test]
async fn transactions_that_meet_are_tried_again_and_others_are_not() {
    // The transaction, a look whether the name is taken, the transaction again.
    for passing in ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"] {
        let (created, calls) = create_against(vec!["None", passing, "None"].leak()).await;
        assert_eq!((created.unwrap(), calls), (Creation::Created, 3), "{passing}");
    }
    let (created, calls) = create_against(&["None", "ValidationError", "None"]).await;
    assert_eq!((created.is_err(), calls), (true, 1));
}

#[tokio::test]
async fn what_dynamodb_left_out_is_asked_for_again() {
    let id = samples::session_id(1);
    let key = format!(r#"{{"sessionId":{{"S":"{id}"}}}}"#);
    let left_out = format!(r#"{{"Responses":{{}},"UnprocessedKeys":{{"Sessions":{{"Keys":[{key}]}}}}}}"#);
    let item = format!(r#"{{"sessionId":{{"S":"{id}"}},"status":{{"S":"active"}}}}"#);
    let found = format!(r#"{{"Responses":{{"Sessions":[{item}]}},"UnprocessedKeys":{{}}}}"#);
    let (left_out, found): (&str, &str) = (left_out.leak(), found.leak());
    let dynamo = ScriptedHttp::start(move |_, before| {
        Answer::Error(200, None, if before == 0 { left_out } else { found })
    });
    let dynamo = dynamo.await;
    let session = store(&dynamo.url, OTHERS).await.session(&id).await.unwrap().unwrap();
    assert_eq!((&session.id, dynamo.seen().len()), (&id, 2));
}
