//! What is not done for a client, and how it is told so.

use super::{broadcast, client, error, patient, server_says};
use crate::support::TestServer;

#[tokio::test]
async fn audio_is_refused_once_and_then_dropped() {
    let server = patient().await;
    let (_speaker, mut listener, _) = broadcast(&server).await;
    listener.ask(client("audioChunk"), error("INVALID_ACTION.audio")).await;
    listener.send(client("audioChunk").text()).await;
    listener.send(client("sendAudio").text()).await;
    listener.ask(client("heartbeat"), server_says("heartbeatAck")).await;
}

#[tokio::test]
async fn what_cannot_be_done_is_said_as_in_the_samples() {
    let server = TestServer::with(|config| {
        config.quotas.control_messages_per_second = 0;
        let list = ["de", "es", "fr", "pt-BR"];
        config.supported_languages =
            Some(list.map(|tag| headcount_core::Language::parse(tag).unwrap()).to_vec());
    })
    .await;
    let (mut speaker, mut listener, session) = broadcast(&server).await;
    let mut nobody = server.connect("/").await;
    for (sent, sample) in [
        (r#"{"action":"applaud"}"#, "INVALID_ACTION"),
        (r#"{"volume":1}"#, "INVALID_MESSAGE.noAction"),
        (r#"{"action":"setVolume","volumeLevel":1.5}"#, "INVALID_PARAMETER"),
    ] {
        speaker.send(sent).await;
        error(sample).is(&speaker.next_text().await);
    }
    for (sent, sample) in [
        (r#"{"action":"changeLanguage"}"#, "MISSING_PARAMETER"),
        (r#"{"action":"changeLanguage","targetLanguage":"español"}"#, "INVALID_LANGUAGE"),
        (r#"{"action":"changeLanguage","targetLanguage":"tlh"}"#, "UNSUPPORTED_LANGUAGE"),
        (r#"{"action":"getSessionStatus"}"#, "UNAUTHORIZED_ACTION"),
    ] {
        listener.send(sent).await;
        error(sample).is(&listener.next_text().await);
    }
    let unknown = r#"{"action":"joinSession","sessionId":"no-session-999","targetLanguage":"es"}"#;
    let malformed = r#"{"action":"joinSession","sessionId":"Golden Eagle","targetLanguage":"es"}"#;
    for (sent, sample) in [(unknown, "SESSION_NOT_FOUND"), (malformed, "INVALID_SESSION_ID")] {
        nobody.send(sent).await;
        error(sample).is(&nobody.next_text().await);
    }
    let klingon = client("joinSession").with_text("sessionId", &session).with_text("targetLanguage", "tlh");
    nobody.ask(klingon, error("UNSUPPORTED_LANGUAGE")).await;
    assert_eq!(server.count(&session).await, 1);
}

#[tokio::test]
async fn whatever_is_no_audio_is_counted_as_a_control_message() {
    let server = TestServer::with(|config| config.quotas.control_messages_per_second = 1).await;
    let (_speaker, mut listener, _) = broadcast(&server).await;
    let padding = "x".repeat(5_000);
    let audio = format!(r#"{{"action":"sendAudio","audioData":"{padding}"}}"#);
    listener.send(&audio).await;
    error("INVALID_ACTION.audio").is(&listener.next_text().await);
    let large = format!(r#"{{"action":"heartbeat","padding":"{padding}"}}"#);
    listener.send(&large).await;
    error("MESSAGE_TOO_LARGE").is(&listener.next_text().await);
    for again in [&audio, &large] {
        listener.send(again).await;
    }
    let refused = error("RATE_LIMIT_EXCEEDED").with_text("message", "Too many requests: try again in 1 s");
    refused.with("retryAfter", 1).is(&listener.next_text().await);
}
