//! Who counts, from when, and until when.

mod resuming;

use crate::support::{Client, TestServer};
use headcount_server::Config;
use serde_json::Value;
use std::time::Duration;

/// Long enough for nothing to end while a test runs.
const LONG: Duration = Duration::from_secs(60);
/// Short enough to wait for.
const SHORT: Duration = Duration::from_millis(150);

/// Every change is told at once, and a question may follow on a question.
fn prompt(config: &mut Config) {
    config.service.policy.min_gap = Duration::ZERO;
    config.quotas.status_queries_per_second = 0;
}

fn resume_token(joined: &Value) -> &str {
    joined["resumeToken"].as_str().unwrap()
}

impl TestServer {
    /// Comes back with a resume token.
    async fn resume(&self, session: &str, token: &str) -> (Client, Value) {
        let path = format!("/?sessionId={session}&targetLanguage=es&resumeToken={token}");
        let mut listener = self.connect(&path).await;
        let joined = listener.expect("sessionJoined").await;
        (listener, joined)
    }
}

/// The next status, and that it says this.
async fn told(speaker: &mut Client, reason: &str, count: u64) -> Value {
    let status = speaker.expect("sessionStatus").await;
    assert_eq!(
        (&status["updateReason"], &status["listenerCount"]),
        (&reason.into(), &count.into()),
        "{status}"
    );
    status
}

/// Asks, and expects this to be the very next message: nothing was pushed before it.
async fn asked(speaker: &mut Client, count: u64) -> Value {
    speaker.send(r#"{"action":"getSessionStatus","detail":"full"}"#).await;
    told(speaker, "requested", count).await
}

#[tokio::test]
async fn whoever_says_goodbye_is_gone_at_once() {
    let server = TestServer::with(|config| {
        prompt(config);
        config.service.reconnect_grace = LONG;
    })
    .await;
    let (mut speaker, session, _) = server.speaker().await;
    let (listener, _) = server.listener(&session, "es").await;
    told(&mut speaker, "newLanguage", 1).await;
    listener.close().await;
    told(&mut speaker, "listenerCountChange", 0).await;
}

#[tokio::test]
async fn whoever_is_cut_off_counts_through_its_grace_and_no_longer() {
    let server = TestServer::with(|config| {
        prompt(config);
        config.service.reconnect_grace = Duration::from_millis(400);
    })
    .await;
    let (mut speaker, session, _) = server.speaker().await;
    let (listener, _) = server.listener(&session, "es").await;
    let joined = told(&mut speaker, "newLanguage", 1).await;
    drop(listener);
    let left = told(&mut speaker, "listenerCountChange", 0).await;
    let lasted = left["timestamp"].as_u64().unwrap() - joined["timestamp"].as_u64().unwrap();
    assert!(lasted >= 400, "{lasted}");
}

#[tokio::test]
async fn without_a_grace_a_cut_is_a_goodbye() {
    let server = TestServer::with(|config| {
        prompt(config);
        config.service.reconnect_grace = Duration::ZERO;
    })
    .await;
    let (mut speaker, session, _) = server.speaker().await;
    let (listener, _) = server.listener(&session, "es").await;
    told(&mut speaker, "newLanguage", 1).await;
    drop(listener);
    told(&mut speaker, "listenerCountChange", 0).await;
}

#[tokio::test]
async fn whoever_is_silent_is_gone_without_a_grace() {
    let server = TestServer::with(|config| {
        prompt(config);
        config.service.reconnect_grace = LONG;
        config.sockets.ping_every = SHORT;
        config.sockets.silent_after = 3 * SHORT;
    })
    .await;
    let (mut speaker, session, _) = server.speaker().await;
    // It does not read, so it does not answer pings.
    let (mut silent, _) = server.listener(&session, "es").await;
    told(&mut speaker, "newLanguage", 1).await;
    // The speaker waits and thereby answers its own.
    told(&mut speaker, "listenerCountChange", 0).await;
    assert_eq!(silent.closed().await, 4408);
}

#[tokio::test]
async fn whoever_answers_pings_stays() {
    let server = TestServer::with(|config| {
        config.service.policy.period = 6 * SHORT;
        config.sockets.ping_every = SHORT;
        config.sockets.silent_after = 4 * SHORT;
    })
    .await;
    let (mut speaker, _, _) = server.speaker().await;
    // Two periods are three times the silence that is suffered.
    told(&mut speaker, "periodic", 0).await;
    told(&mut speaker, "periodic", 0).await;
}

#[tokio::test]
async fn a_change_of_language_is_never_a_dip() {
    let server = TestServer::with(prompt).await;
    let (mut speaker, session, _) = server.speaker().await;
    let (mut listener, _) = server.listener(&session, "es").await;
    told(&mut speaker, "newLanguage", 1).await;
    for tag in ["fr", "de", "iw", "pt_br"] {
        listener.send(&format!(r#"{{"action":"changeLanguage","targetLanguage":"{tag}"}}"#)).await;
        listener.expect("languageChanged").await;
        told(&mut speaker, "newLanguage", 1).await;
    }
    let status = asked(&mut speaker, 1).await;
    assert_eq!(status["languageDistribution"], serde_json::json!({"pt-BR": 1}));
    // Back to what was told already: nothing to tell.
    listener.send(r#"{"action":"changeLanguage","targetLanguage":"he"}"#).await;
    listener.expect("languageChanged").await;
    assert_eq!(asked(&mut speaker, 1).await["languageDistribution"], serde_json::json!({"he": 1}));
}

#[tokio::test]
async fn a_server_that_was_held_up_listens_before_it_calls_anyone_silent() {
    let server = TestServer::with(prompt).await;
    let (_speaker, session, _) = server.speaker().await;
    let mut listeners = Vec::new();
    for _ in 0..20 {
        listeners.push(server.listener(&session, "es").await.0);
    }
    // Everyone has said something, and the server comes to look at it when more time has passed than is suffered.
    tokio::time::pause();
    for listener in &mut listeners {
        listener.send(r#"{"action":"heartbeat"}"#).await;
    }
    tokio::time::advance(Duration::from_secs(16)).await;
    tokio::time::resume();
    for listener in &mut listeners {
        listener.expect("heartbeatAck").await;
    }
}
