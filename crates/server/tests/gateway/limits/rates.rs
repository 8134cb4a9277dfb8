//! What comes too often is refused, with the time to wait, and nothing else changes.

use crate::support::{Client, OPERATOR, TestServer, hs256, login_of};
use futures_util::SinkExt;
use headcount_server::Config;
use serde_json::Value;
use tokio_tungstenite::tungstenite::Message;

/// How long to wait, as the error says it.
fn retry_after(error: &Value) -> u64 {
    assert_eq!(error["code"], "RATE_LIMIT_EXCEEDED", "{error}");
    error["details"]["retryAfter"].as_u64().unwrap()
}

/// Sends all of `texts` before it reads an answer, so that no time passes between them.
async fn send_all(client: &mut Client, texts: &[&str]) {
    for text in texts {
        client.send(text).await;
    }
}

const ASK: &str = r#"{"action":"getSessionStatus"}"#;
const HEARTBEAT: &str = r#"{"action":"heartbeat"}"#;

#[tokio::test]
async fn a_speaker_asks_twice_a_second_by_default() {
    let server = TestServer::local().await;
    let (mut speaker, _, _) = server.speaker().await;
    send_all(&mut speaker, &[ASK, ASK, ASK]).await;
    speaker.expect("sessionStatus").await;
    speaker.expect("sessionStatus").await;
    assert_eq!(retry_after(&speaker.next().await), 1);
    // What is refused is refused alone: the connection goes on.
    speaker.send(r#"{"action":"pauseBroadcast"}"#).await;
    speaker.expect("broadcastPaused").await;
}

#[tokio::test]
async fn asking_by_http_counts_with_the_rest_but_not_for_operators() {
    let server = TestServer::with(|config| config.quotas.status_queries_per_second = 1).await;
    let (mut speaker, session, token) = server.speaker().await;
    let path = format!("/sessions/{session}/status");
    // One a second is no more than this: the second comes long before the second is over.
    speaker.send(ASK).await;
    speaker.expect("sessionStatus").await;
    let refused = server.get(&path, Some(&token)).await;
    assert_eq!(refused.refusal(429), "RATE_LIMIT_EXCEEDED");
    assert_eq!(refused.header("retry-after"), Some("1"));
    for _ in 0..3 {
        assert_eq!(server.get(&path, Some(OPERATOR)).await.status, 200);
    }
}

#[tokio::test]
async fn control_messages_have_a_rate_of_their_own_on_every_connection() {
    let server = TestServer::local().await;
    let (mut speaker, session, _) = server.speaker().await;
    let (mut listener, _) = server.listener(&session, "es").await;
    speaker.expect("sessionStatus").await;
    // Nonsense is counted, too, however it comes, and audio is not: it is not ours.
    send_all(&mut listener, &[HEARTBEAT; 11]).await;
    listener.send("nonsense").await;
    listener.0.send(Message::binary(vec![0])).await.unwrap();
    listener.send(r#"{"action":"audioChunk","data":""}"#).await;
    for _ in 0..10 {
        listener.expect("heartbeatAck").await;
    }
    for _ in 0..3 {
        assert_eq!(retry_after(&listener.next().await), 1);
    }
    listener.expect_error("INVALID_ACTION").await;
    // Another connection has not lost anything.
    speaker.send(HEARTBEAT).await;
    speaker.expect("heartbeatAck").await;
}

#[tokio::test]
async fn a_user_creates_so_many_sessions_an_hour_by_whichever_way() {
    let set = |config: &mut Config| {
        config.speaker_auth = hs256();
        config.quotas.sessions_per_hour = 2;
    };
    let server = TestServer::with(set).await;
    let (ana, ben) = (login_of("ana"), login_of("ben"));
    let path = |login: &str| format!("/?action=createSession&sourceLanguage=en&token={login}");
    let mut speaker = server.connect(&path(&ana)).await;
    speaker.expect("sessionCreated").await;
    let body = r#"{"sourceLanguage":"en","qualityTier":"standard"}"#;
    assert_eq!(server.request("POST", "/sessions", Some(&ana), body).await.status, 201);

    let refused = server.request("POST", "/sessions", Some(&ana), body).await;
    assert_eq!(refused.refusal(429), "RATE_LIMIT_EXCEEDED");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert_eq!(refused.json()["details"]["retryAfter"], wait);
    assert!((1_700..=1_800).contains(&wait), "half an hour, not {wait} s");
    let refused = server.try_connect(&path(&ana)).await.err().unwrap();
    assert_eq!(refused.status, 429);
    assert_eq!(refused.retry_after.unwrap(), retry_after(&refused.body).to_string());

    // Refused by message, the connection stays; and another user has a budget of their own.
    let mut nobody = server.connect("/").await;
    let create =
        |login: &str| format!(r#"{{"action":"createSession","sourceLanguage":"en","token":"{login}"}}"#);
    nobody.refused(&create(&ana), "RATE_LIMIT_EXCEEDED").await;
    nobody.send(&create(&ben)).await;
    nobody.expect("sessionCreated").await;
}

#[tokio::test]
async fn without_users_an_address_creates_so_many_sessions_an_hour() {
    let server = TestServer::with(|config| config.quotas.sessions_per_hour = 1).await;
    let (_speaker, _, _) = server.speaker().await;
    let mut nobody = server.connect("/").await;
    nobody.refused(r#"{"action":"createSession","sourceLanguage":"en"}"#, "RATE_LIMIT_EXCEEDED").await;
    // What is refused for another reason is not counted.
    let server = TestServer::with(|config| config.quotas.sessions_per_hour = 1).await;
    let mut nobody = server.connect("/").await;
    nobody.refused(r#"{"action":"createSession","sourceLanguage":"?"}"#, "INVALID_LANGUAGE").await;
    nobody.send(r#"{"action":"createSession","sourceLanguage":"en"}"#).await;
    nobody.expect("sessionCreated").await;
}
