//! A broadcast from its beginning to its end.

use crate::client::{Client, PATIENCE};
use crate::settings;
use headcount_lambda_local::{FunctionLog, LambdaLocal};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::time::timeout;

#[tokio::test]
async fn a_broadcast_from_its_beginning_to_its_end() {
    let running = LambdaLocal::start(settings()).await.unwrap();
    let url = running.websocket_url();

    let mut speaker = Client::connect(url, "").await;
    speaker.say(json!({ "action": "createSession", "sourceLanguage": "en" })).await;
    let created = speaker.hear("sessionCreated").await;
    let session = created["sessionId"].as_str().unwrap();

    let mut spanish = Client::connect(url, &format!("sessionId={session}&targetLanguage=es")).await;
    assert_eq!(spanish.hear("sessionJoined").await["targetLanguage"], "es");
    let told = speaker.hear("sessionStatus").await;
    assert_eq!(
        (&told["updateReason"], &told["languageDistribution"]),
        (&json!("newLanguage"), &json!({ "es": 1 }))
    );
    let mut french = Client::connect(url, &format!("sessionId={session}&targetLanguage=fr")).await;
    french.hear("sessionJoined").await;

    speaker.say(json!({ "action": "getSessionStatus" })).await;
    let status = speaker.hear_where(|message| message["updateReason"] == "requested").await;
    assert_eq!((&status["listenerCount"], &status["exact"]), (&json!(2), &json!(null)));
    assert_eq!(status["languageDistribution"], json!({ "es": 1, "fr": 1 }));

    speaker.say(json!({ "action": "pauseBroadcast" })).await;
    assert_eq!(speaker.hear("broadcastPaused").await["listenersNotified"], 2);
    spanish.hear("broadcastPaused").await;
    french.hear("broadcastPaused").await;

    french.close().await;
    let told = speaker.hear_where(|message| message["listenerCount"] == 1).await;
    assert_eq!(told["updateReason"], "listenerCountChange");

    let report = running.sweep().await.unwrap();
    assert_eq!(report["updatesFailed"], 0, "{report}");

    speaker.say(json!({ "action": "endSession" })).await;
    for client in [&mut speaker, &mut spanish] {
        assert_eq!(client.hear("sessionEnded").await["sessionId"], session);
        assert_eq!(client.hear_close().await, 1_000);
    }
    assert_eq!(running.dead_letters(), 0);
    running.stop().await;
}

/// The session is told at its period, between two firings of the rule: the sweep has asked the queue for it.
#[tokio::test]
async fn the_speaker_is_told_every_period() {
    let running = LambdaLocal::start(settings().with("UpdateIntervalSeconds", "5")).await.unwrap();
    let mut speaker = Client::connect(running.websocket_url(), "").await;
    speaker.say(json!({ "action": "createSession", "sourceLanguage": "en" })).await;
    speaker.hear("sessionCreated").await;
    let first = speaker.hear("sessionStatus").await;
    let second = speaker.hear("sessionStatus").await;
    assert_eq!((&first["updateReason"], &second["updateReason"]), (&json!("periodic"), &json!("periodic")));
    let apart = second["timestamp"].as_u64().unwrap() - first["timestamp"].as_u64().unwrap();
    assert!(apart >= 5_000, "told after {apart} ms");
    running.stop().await;
}

/// Other programs write connections, too, and post to them.
#[tokio::test]
async fn a_connection_that_is_closed_over_the_management_api_is_gone() {
    let running = LambdaLocal::start(settings()).await.unwrap();
    let url = running.websocket_url();
    let mut speaker = Client::connect(url, "").await;
    speaker.say(json!({ "action": "createSession", "sourceLanguage": "en" })).await;
    let created = speaker.hear("sessionCreated").await;
    let session = created["sessionId"].as_str().unwrap();
    let mut listener = Client::connect(url, &format!("sessionId={session}&targetLanguage=es")).await;
    let joined = listener.hear("sessionJoined").await;
    let connection = joined["connectionId"].as_str().unwrap().replace('=', "%3D");
    let address = format!("{}/@connections/{connection}", running.management_url());
    let deleted =
        tokio::task::spawn_blocking(move || ureq::delete(&address).call().unwrap().status().as_u16());
    assert_eq!(deleted.await.unwrap(), 204);
    assert_eq!(listener.hear_close().await, 1_000);
    speaker.hear_where(|message| message["listenerCount"] == 0).await;
    running.stop().await;
}

/// Joins reach the other function over the stream, too, and the rule and the queue reach it as what they are.
#[tokio::test]
async fn every_source_wakes_its_function() {
    let (lines, mut log) = tokio::sync::mpsc::unbounded_channel();
    let mut settings = settings();
    settings.environment.push(("HEADCOUNT_LOG".to_owned(), "headcount_lambda=debug".to_owned()));
    settings.log = FunctionLog::Each(Arc::new(move |line| drop(lines.send(line.to_owned()))));
    let running = LambdaLocal::start(settings).await.unwrap();
    let url = running.websocket_url();
    let mut speaker = Client::connect(url, "").await;
    speaker.say(json!({ "action": "createSession", "sourceLanguage": "en" })).await;
    let created = speaker.hear("sessionCreated").await;
    let query = format!("sessionId={}&targetLanguage=es", created["sessionId"].as_str().unwrap());
    Client::connect(url, &query).await.close().await;
    running.sweep().await.unwrap();

    let mut missing = BTreeSet::from(["connect", "message", "disconnect", "sweep", "queue", "stream"]);
    while !missing.is_empty() {
        let line = timeout(PATIENCE, log.recv()).await.unwrap_or_else(|_| panic!("not woken by {missing:?}"));
        let line: Value = serde_json::from_str(&line.unwrap()).unwrap_or_default();
        if let ("woken", Some(trigger)) =
            (line["message"].as_str().unwrap_or_default(), line["trigger"].as_str())
        {
            missing.remove(trigger);
        }
    }
    running.stop().await;
}
