//! How a client reads what it does and does not know.

use super::*;
use crate::Token;

#[test]
fn a_status_keeps_the_order_of_its_languages() {
    let text = r#"{"type":"sessionStatus","sessionId":"golden-eagle-427","listenerCount":8,
        "languageDistribution":{"zh-Hant":5,"es":2,"de":1},"sessionDuration":9,"broadcastState":
        {"isActive":true,"isPaused":false,"isMuted":true,"volume":0.5,"lastStateChange":3},
        "timestamp":7,"updateReason":"periodic","exact":false}"#;
    let Ok(Received::Status(status)) = Received::parse(text) else { panic!("not a status") };
    let languages: Vec<_> =
        status.language_distribution.iter().map(|(tag, count)| (tag.as_str(), *count)).collect();
    assert_eq!(languages, [("zh-Hant", 5), ("es", 2), ("de", 1)]);
    assert_eq!((status.listener_count, status.session_duration, status.timestamp), (8, 9, 7));
    assert!(!status.exact && status.broadcast.is_muted && status.audience.is_none());
}

#[test]
fn what_is_new_is_passed_over() {
    let text = r#"{"type":"applause","hands":2,"timestamp":1}"#;
    assert_eq!(Received::parse(text), Ok(Received::Other { kind: "applause".into() }));
    let text = r#"{"why":{"not":[1]},"type":"sessionEnded","reason":"expired","sessionId":7}"#;
    assert_eq!(Received::parse(text), Ok(Received::SessionEnded { reason: "expired".into() }));
}

#[test]
fn an_error_may_say_when_to_come_back() {
    let text = r#"{"type":"error","code":"NEW_CODE","message":"m","timestamp":1,"details":{"retryAfter":3}}"#;
    let error = |retry_after| Received::Error { code: "NEW_CODE".into(), message: "m".into(), retry_after };
    assert_eq!(Received::parse(text), Ok(error(Some(3))));
    let text = r#"{"type":"error","code":"NEW_CODE","message":"m","details":{"field":"x"}}"#;
    assert_eq!(Received::parse(text), Ok(error(None)));
}

#[test]
fn what_is_no_message_says_where_but_never_what() {
    for text in
        ["", "[]", "{}", r#"{"type":7}"#, r#"{"type":"sessionStatus"}"#, "{\"type\":\"error\"", "nonsense"]
    {
        assert!(Received::parse(text).is_err(), "{text}");
    }
    let error = SessionCreated::parse(r#"{"speakerToken":{"secret":1}}"#).unwrap_err();
    assert_eq!(error.to_string(), "not a message of a Headcount server (line 1, column 16)");
}

#[test]
fn the_answer_over_http_has_no_connection() {
    let body = r#"{"sessionId":"golden-eagle-427","sourceLanguage":"en","qualityTier":"standard","status":"active",
        "listenerCount":0,"createdAt":1,"updatedAt":1,"expiresAt":2,"speakerToken":"secret"}"#;
    let created = SessionCreated::parse(body).unwrap();
    assert_eq!((&created.connection_id, &created.speaker_token), (&None, &Token::new("secret")));
    assert!(!format!("{created:?}").contains("secret"));
}
