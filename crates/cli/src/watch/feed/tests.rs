//! What a feed makes of a server that answers, stumbles and ends the session.

use super::*;
use crate::client::scripted::Scripted;
use headcount_core::SessionId;
use headcount_protocol::Token;

const STATUS: &str = r#"{"type":"sessionStatus","sessionId":"golden-eagle-427","listenerCount":3,"languageDistribution":{"es":3},"sessionDuration":7,"broadcastState":{"isActive":true,"isPaused":false,"isMuted":false,"volume":1.0,"lastStateChange":1},"timestamp":8,"updateReason":"requested"}"#;
const GONE: &str =
    r#"{"type":"error","code":"SESSION_NOT_FOUND","message":"Session not found","timestamp":1}"#;
const BUSY: &str = r#"{"type":"error","code":"STATUS_UNAVAILABLE","message":"Try again","timestamp":1}"#;

fn watch(server: &Scripted, as_speaker: bool) -> Feed {
    crate::client::prepare_tls();
    Feed::start(&Watched {
        endpoint: server.endpoint(),
        trust: crate::client::Trust::Public,
        session: SessionId::parse("golden-eagle-427").unwrap(),
        token: Token::new("secret"),
        as_speaker,
    })
}

#[tokio::test]
async fn watching_asks_over_http_with_the_token_in_a_header() {
    let server = Scripted::start().await;
    let mut feed = watch(&server, false);
    let request = server.answer(200, STATUS).await.to_ascii_lowercase();
    assert!(request.starts_with("get /sessions/golden-eagle-427/status http/1.1\r\n"), "{request}");
    assert!(request.contains("authorization: bearer secret\r\n"), "{request}");
    assert!(
        matches!(feed.next().await, News::Status { status, raw } if status.listener_count == 3 && raw == STATUS)
    );
}

#[tokio::test]
async fn trouble_after_the_first_answer_is_waited_out_and_an_ended_session_is_an_end() {
    let server = Scripted::start().await;
    let mut feed = watch(&server, false);
    server.answer(200, STATUS).await;
    assert!(matches!(feed.next().await, News::Status { .. }));
    server.answer(503, BUSY).await;
    assert!(matches!(feed.next().await, News::Lost { why, .. } if why == "Try again"));
    server.answer(429, "").await;
    server.answer(200, STATUS).await;
    assert!(matches!(feed.next().await, News::Status { .. }), "asking too often is no loss");
    server.answer(404, GONE).await;
    assert!(matches!(feed.next().await, News::Over(Ok(()))));
}

#[tokio::test]
async fn trouble_before_the_first_answer_is_a_failure_that_says_what_to_do() {
    for (status, body, code) in [(404, GONE, 77), (401, "", 77), (503, BUSY, 69), (200, "<html>", 69)] {
        let server = Scripted::start().await;
        let mut feed = watch(&server, false);
        server.answer(status, body).await;
        let News::Over(Err(failure)) = feed.next().await else { panic!("no failure with {status}") };
        assert_eq!(failure.code(), code, "{failure}");
        assert!(!failure.to_string().contains("secret"));
    }
}

#[tokio::test]
async fn speaking_takes_the_seat_and_asks_for_all_there_is() {
    let server = Scripted::start().await;
    let mut feed = watch(&server, true);
    let mut visitor = server.accept().await;
    assert_eq!(visitor.query.get("statusDetail").map(String::as_str), Some("full"));
    assert!(!visitor.query.contains_key("token") && !visitor.query.contains_key("targetLanguage"));
    assert_eq!(visitor.bearer.as_deref(), Some("secret"));
    assert!(matches!(feed.next().await, News::Open));
    visitor.say("what is this?").await;
    visitor.say(STATUS).await;
    assert!(matches!(feed.next().await, News::Status { .. }), "what cannot be read is passed over");
    feed.stop().await;
    assert_eq!(visitor.hear().await, None);
}
