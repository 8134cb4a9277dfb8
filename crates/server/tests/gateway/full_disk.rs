//! A disk that has no more room: what is refused, what goes on, and that it ends by itself.

use crate::support::{Client, OPERATOR, TestServer, on_disk};
use headcount_server::Config;
use headcount_server::access::OperatorAuth;
use headcount_testkit::samples;
use serde_json::json;
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Room for some thousand sessions: their reports, which stay, are nearly as large as they were.
const ROOM: u64 = 256 * 1_024;
const CREATE: &str = r#"{"sourceLanguage":"en"}"#;
/// So many languages, with what is kept of each, need more room than a refused session leaves, and less than the others
/// do when they end.
const LANGUAGES: usize = 256;

fn cramped(data_dir: &Path) -> Config {
    let mut config = Config::local();
    config.store = on_disk(data_dir, Some(ROOM));
    config.recovery = Duration::ZERO;
    config.operators = OperatorAuth::new([OPERATOR]).unwrap();
    config.quotas.sessions_per_hour = 0;
    config.quotas.control_messages_per_second = 0;
    config.quotas.status_queries_per_second = 0;
    // Nobody reads what the speaker is sent while the disk is being filled.
    config.sockets.silent_after = Duration::from_secs(600);
    config
}

/// Creates sessions until one is refused; the paths of those that were not.
async fn fill(server: &TestServer) -> Vec<String> {
    let mut sessions = Vec::new();
    for _ in 0..10_000 {
        let answer = server.request("POST", "/sessions", None, CREATE).await;
        if answer.status != 201 {
            assert_eq!(answer.refusal(500), "INTERNAL_ERROR");
            let error = answer.json();
            let told = error["message"].as_str().unwrap();
            assert!(told.starts_with("No new sessions") && told.contains("live ones go on"), "{error}");
            assert!(error["details"]["requestId"].is_string(), "{error}");
            assert!(!answer.body.contains("headcount.db"), "the store's own words: {error}");
            return sessions;
        }
        sessions.push(answer.header("location").unwrap().to_owned());
    }
    panic!("ten thousand sessions fit");
}

/// Waits until `/readyz` says so.
async fn until_ready_is(server: &TestServer, status: u16, store: &str) {
    let patience = Instant::now() + Duration::from_secs(20);
    loop {
        let ready = server.get("/readyz", None).await;
        if ready.status == status {
            assert_eq!(ready.json()["checks"], json!({"accepting": "ok", "store": store}));
            return;
        }
        assert!(Instant::now() < patience, "{ready:?}");
    }
}

/// Asks and returns the count and the pause that are answered, whatever else is told before.
async fn asked(speaker: &mut Client) -> (u64, bool) {
    speaker.send(r#"{"action":"getSessionStatus"}"#).await;
    loop {
        let status = speaker.until("sessionStatus").await;
        if status["updateReason"] == "requested" {
            assert!(status.get("exact").is_none(), "{status}");
            let paused = status["broadcastState"]["isPaused"].as_bool().unwrap();
            return (status["listenerCount"].as_u64().unwrap(), paused);
        }
    }
}

/// A listener that speaks all languages, one after the other, until what the session remembers cannot be written.
async fn remember_too_much(server: &TestServer, session: &str) -> Client {
    let (mut listener, _) = server.listener(session, "es").await;
    for n in 0..LANGUAGES {
        let tag = samples::numbered_language(n);
        listener.send(&format!(r#"{{"action":"changeLanguage","targetLanguage":"{tag}"}}"#)).await;
        listener.expect("languageChanged").await;
    }
    until_ready_is(server, 503, "unavailable").await;
    listener
}

#[tokio::test]
async fn a_full_disk_takes_no_session_and_stops_none_and_recovers_when_sessions_end() {
    let directory = TempDir::new().unwrap();
    let server = TestServer::start(cramped(directory.path())).await;
    let (mut speaker, session, token) = server.speaker().await;
    let others = fill(&server).await;
    assert!(others.len() > 5, "{}", others.len());
    assert_eq!(asked(&mut speaker).await, (0, false));

    // Live sessions count, answer and pause, even when what changes in them finds no room any more.
    let mut first = remember_too_much(&server, &session).await;
    let (second, joined) = server.listener(&session, "fr").await;
    assert_eq!(joined["listenerCount"], 2);
    assert_eq!(asked(&mut speaker).await, (2, false));
    second.close().await;
    speaker.send(r#"{"action":"pauseBroadcast"}"#).await;
    assert_eq!(speaker.until("broadcastPaused").await["listenersNotified"], 1);
    first.until("broadcastPaused").await;
    assert_eq!(asked(&mut speaker).await, (1, true));
    assert_eq!(server.get("/healthz", None).await.status, 200, "a restart would help nobody");
    assert_eq!(server.request("POST", "/sessions", None, CREATE).await.refusal(500), "INTERNAL_ERROR");
    let refused = server.try_connect("/?action=createSession&sourceLanguage=en").await.err().unwrap();
    assert_eq!((refused.status, &refused.body["code"]), (500, &json!("INTERNAL_ERROR")));

    for other in &others {
        assert_eq!(server.request("DELETE", other, Some(OPERATOR), "").await.status, 204);
    }
    until_ready_is(&server, 200, "ok").await;
    let created = server.request("POST", "/sessions", None, CREATE).await;
    assert_eq!(created.status, 201, "{created:?}");
    let created = created.header("location").unwrap().to_owned();
    // A server that stops waits for clients that are there.
    drop((speaker, first));
    server.stop().await.unwrap();

    // What could not be written then is there now.
    let server = TestServer::start(cramped(directory.path())).await;
    assert_eq!(server.get(&created, None).await.status, 200);
    assert_eq!(server.get(&others[0], None).await.refusal(404), "SESSION_NOT_FOUND");
    let mut speaker = server.connect(&format!("/?sessionId={session}&token={token}")).await;
    assert_eq!(speaker.expect("sessionStatus").await["broadcastState"]["isPaused"], true);
}
