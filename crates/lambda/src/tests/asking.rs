//! `getSessionStatus`: answers, answers that are given again, and answers that a store does not give.

use super::Stage;
use super::stage::message_event;
use crate::app::{ReplyMode, Settings};
use headcount_core::Measurement;
use headcount_testkit::{Fault, Port, samples};
use serde_json::json;
use std::time::Duration;

fn without_cache() -> Settings {
    Settings { status_cache: Duration::ZERO, ..Settings::default() }
}

#[tokio::test]
async fn the_speaker_is_answered_with_the_contract() {
    let stage = Stage::new();
    let session = stage.session("S").await;
    for (connection, language) in [("A", "es"), ("B", "es"), ("C", "fr")] {
        stage.listener(connection, &session, language).await;
    }
    stage.later(7_900);
    let status = stage.status("S").await;
    let expected = json!({
        "type": "sessionStatus", "sessionId": session.as_str(), "listenerCount": 3,
        "languageDistribution": { "es": 2, "fr": 1 }, "sessionDuration": 7,
        "broadcastState": {
            "isActive": true, "isPaused": false, "isMuted": false, "volume": 1.0,
            "lastStateChange": samples::NOW.as_millis(),
        },
        "timestamp": samples::at(7_900).as_millis(), "updateReason": "requested",
    });
    assert_eq!(status, expected);
    assert_eq!(stage.metrics.count(|it| matches!(it, Measurement::QueryAnswered { .. })), 1);
}

#[tokio::test]
async fn an_answer_is_given_again_within_the_cache_and_says_when_it_was_counted() {
    let stage = Stage::new();
    let session = stage.session("S").await;
    let first = stage.status("S").await;
    stage.later(999);
    assert_eq!(stage.status("S").await, first);
    stage.later(1);
    let second = stage.status("S").await;
    assert_eq!(second["timestamp"], samples::at(1_000).as_millis());
    // A listener whose joining the speaker is told of makes the kept answer one of the past.
    stage.later(10);
    stage.listener("A", &session, "es").await;
    assert_eq!(stage.told().len(), 1);
    assert_eq!(stage.status("S").await["listenerCount"], 1);
}

#[tokio::test]
async fn a_broadcast_that_changed_is_not_answered_from_the_cache() {
    let stage = Stage::new();
    stage.session("S").await;
    stage.status("S").await;
    stage.say("S", json!({ "action": "pauseBroadcast" })).await;
    assert_eq!(stage.status("S").await["broadcastState"]["isPaused"], true);
}

#[tokio::test]
async fn another_detail_is_another_question() {
    let stage = Stage::new();
    stage.session("S").await;
    assert!(stage.status("S").await.get("audience").is_none());
    let full = stage.say("S", json!({ "action": "getSessionStatus", "detail": "full" })).await;
    assert!(full.get("audience").is_some());
}

#[tokio::test(start_paused = true)]
async fn a_slow_store_is_answered_for_with_the_last_known_status() {
    let stage = Stage::with(without_cache(), |_| {});
    let session = stage.session("S").await;
    stage.listener("A", &session, "es").await;
    let known = stage.status("S").await;
    stage.later(20_000);
    stage.store.set(Port::Presence, Fault::Hangs);
    let began = tokio::time::Instant::now();
    let status = stage.status("S").await;
    assert_eq!(began.elapsed(), Duration::from_millis(500));
    assert_eq!((&status["exact"], &status["listenerCount"]), (&json!(false), &json!(1)));
    assert_eq!(status["timestamp"], known["timestamp"], "it is of the time of its counts");
}

#[tokio::test(start_paused = true)]
async fn without_a_recent_status_a_slow_or_failing_store_is_unavailable() {
    for fault in [Fault::Hangs, Fault::Unavailable] {
        let stage = Stage::with(without_cache(), |_| {});
        stage.session("S").await;
        stage.store.set_all(fault);
        let refused = stage.status("S").await;
        assert_eq!(refused["code"], "STATUS_UNAVAILABLE");
        assert_eq!(refused["details"]["retryAfter"], 1);

        stage.store.set_all(Fault::None);
        stage.status("S").await;
        stage.later(60_000);
        stage.store.set_all(fault);
        assert_eq!(stage.status("S").await["code"], "STATUS_UNAVAILABLE", "a minute is not recent");
    }
}

#[tokio::test]
async fn who_may_not_ask_is_refused_and_not_answered_from_memory() {
    let stage = Stage::new();
    let session = stage.session("S").await;
    assert_eq!(stage.status("nobody").await["code"], "CONNECTION_NOT_FOUND");
    stage.listener("A", &session, "es").await;
    let refused = stage.status("A").await;
    assert_eq!(refused["code"], "UNAUTHORIZED_ACTION");
    assert_eq!(refused["message"], "Action getSessionStatus requires speaker role");

    stage.status("S").await;
    stage.say("S", json!({ "action": "endSession" })).await;
    let after = stage.status("S").await;
    assert_eq!(after["type"], "error", "{after}");
    stage.store.set_all(Fault::Unavailable);
    assert_eq!(stage.status("S").await["code"], "STATUS_UNAVAILABLE");
}

#[tokio::test]
async fn a_route_without_a_response_is_answered_by_posting() {
    let settings = Settings { reply_mode: ReplyMode::Post, ..Settings::default() };
    let stage = Stage::with(settings, |_| {});
    let ask = message_event("S", r#"{"action":"getSessionStatus"}"#);
    assert_eq!(stage.invoke(&ask).await, json!({ "statusCode": 200 }));
    let posted = stage.posted();
    assert_eq!(posted.len(), 1);
    assert_eq!((posted[0].0.as_str(), &posted[0].1["code"]), ("S", &json!("CONNECTION_NOT_FOUND")));
}

#[tokio::test]
async fn the_status_outside_is_200_unless_it_is_wanted_otherwise() {
    let ask = message_event("S", r#"{"action":"getSessionStatus"}"#);
    assert_eq!(Stage::new().invoke(&ask).await["statusCode"], 200);
    let stage = Stage::with(Settings { error_status: true, ..Settings::default() }, |_| {});
    assert_eq!(stage.invoke(&ask).await["statusCode"], 404);
}

#[tokio::test]
async fn no_history_is_kept_and_who_asks_for_it_hears_that() {
    let stage = Stage::new();
    let session = stage.session("S").await;
    stage.listener("A", &session, "es").await;
    let (history, then) =
        (json!({ "action": "getSessionHistory" }), json!({ "action": "getSessionStatus", "at": 5 }));
    let refused = stage.say("S", then.clone()).await;
    assert_eq!((&refused["code"], &refused["details"]["field"]), (&json!("INVALID_PARAMETER"), &json!("at")));
    assert_eq!(stage.say("S", history.clone()).await["code"], "INVALID_ACTION");
    for question in [history, then] {
        assert_eq!(stage.say("A", question.clone()).await["code"], "UNAUTHORIZED_ACTION");
        assert_eq!(stage.say("nobody", question).await["code"], "CONNECTION_NOT_FOUND");
    }
}
