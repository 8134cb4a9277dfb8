//! Signals reach the speaker that asked for them, and the report of everybody.

use crate::support::{Client, OPERATOR, TestServer};
use headcount_core::Language;
use serde_json::{Value, json};
use std::time::Duration;

/// A server that calls a language idle as soon as it can, and offers Spanish and French.
async fn server() -> TestServer {
    TestServer::with(|config| {
        config.service.signals.idle_after = Some(Duration::from_millis(1));
        config.supported_languages = Some(["es", "fr"].map(|tag| Language::parse(tag).unwrap()).to_vec());
    })
    .await
}

async fn speaker(server: &TestServer, more: &str) -> (Client, String) {
    let mut speaker = server.connect(&format!("/?action=createSession&sourceLanguage=en{more}")).await;
    let session = speaker.expect("sessionCreated").await["sessionId"].as_str().unwrap().to_owned();
    (speaker, session)
}

/// What the report says was signalled, as soon as a language was said to be idle.
async fn reported(server: &TestServer, session: &str) -> Value {
    for _ in 0..1_000 {
        let answer = server.get(&format!("/sessions/{session}/report"), Some(OPERATOR)).await;
        let signals = answer.json()["signals"].take();
        if signals["languages"] != json!([]) {
            return signals;
        }
    }
    panic!("no language was said to be idle")
}

#[tokio::test]
async fn the_speaker_hears_of_a_language_that_nobody_hears_and_of_its_next_listener() {
    let server = server().await;
    let (mut speaker, session) = speaker(&server, "&events=signals").await;
    let (listener, _) = server.listener(&session, "es").await;
    listener.close().await;
    let idle = speaker.until("languageIdle").await;
    assert_eq!((&idle["sessionId"], &idle["language"]), (&json!(session), &json!("es")));
    let _listener = server.listener(&session, "es").await;
    let active = speaker.until("languageActive").await;
    assert_eq!((&active["sessionId"], &active["language"]), (&json!(session), &json!("es")));
    let signals = reported(&server, &session).await;
    assert_eq!(
        (&signals["languages"][0]["language"], &signals["languages"][0]["idle"]),
        (&json!("es"), &json!(1))
    );
}

#[tokio::test]
async fn a_speaker_that_did_not_ask_hears_nothing_new() {
    let server = server().await;
    let (mut speaker, session) = speaker(&server, "").await;
    let (listener, _) = server.listener(&session, "es").await;
    listener.close().await;
    assert_eq!(reported(&server, &session).await["languages"][0]["language"], "es");
    speaker.send(r#"{"action":"heartbeat"}"#).await;
    loop {
        let message = speaker.next().await;
        match message["type"].as_str() {
            Some("heartbeatAck") => break,
            kind => assert_eq!(kind, Some("sessionStatus"), "{message}"),
        }
    }
}

#[tokio::test]
async fn a_language_that_is_not_offered_is_heard_of_once() {
    let server = server().await;
    let (mut speaker, session) = speaker(&server, "&events=signals").await;
    let refused = server.try_connect(&format!("/?sessionId={session}&targetLanguage=pt-BR")).await;
    assert_eq!(
        refused.err().map(|refusal| refusal.body["code"].clone()),
        Some(json!("UNSUPPORTED_LANGUAGE"))
    );
    assert_eq!(speaker.until("unservedLanguage").await["language"], "pt-BR");
    let (mut listener, _) = server.listener(&session, "es").await;
    for tag in ["pt-BR", "ja"] {
        let wish = json!({ "action": "changeLanguage", "targetLanguage": tag });
        listener.refused(&wish.to_string(), "UNSUPPORTED_LANGUAGE").await;
    }
    assert_eq!(speaker.until("unservedLanguage").await["language"], "ja");
    listener.close().await;
    let unserved = reported(&server, &session).await["unserved"].take();
    assert_eq!(unserved, json!([{ "language": "pt-BR", "asked": 2 }, { "language": "ja", "asked": 1 }]));
}
