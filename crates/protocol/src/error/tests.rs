//! What errors say and what they must not.

use super::*;
use crate::RoleName;

#[test]
fn the_texts_that_clients_know_stay_as_they_are() {
    assert_eq!(ProtocolError::session_not_found().message(), "Session not found");
    assert_eq!(
        ProtocolError::unauthorized_action("getSessionStatus", RoleName::Speaker).message(),
        "Action getSessionStatus requires speaker role"
    );
}

#[test]
fn an_error_has_its_members_in_order_and_details_only_where_there_are_some() {
    let now = Timestamp::from_millis(5);
    assert_eq!(
        ProtocolError::session_not_found().to_json(now),
        r#"{"type":"error","code":"SESSION_NOT_FOUND","message":"Session not found","timestamp":5}"#
    );
    assert_eq!(
        ProtocolError::missing_parameter("targetLanguage").to_json(now),
        r#"{"type":"error","code":"MISSING_PARAMETER","message":"targetLanguage is required","timestamp":5,"details":{"field":"targetLanguage"}}"#
    );
}

#[test]
fn only_errors_that_pass_say_when_to_come_back() {
    assert_eq!(ProtocolError::rate_limited(7).retry_after(), Some(7));
    assert_eq!(ProtocolError::unavailable(2).retry_after(), Some(2));
    assert_eq!(ProtocolError::session_full(500).retry_after(), None);
}

#[test]
fn no_message_shows_more_than_64_characters_of_what_was_sent() {
    let sent = "x".repeat(10_000);
    for error in [
        ProtocolError::unknown_action(&sent),
        ProtocolError::unknown_name("role", "speaker or listener", &sent),
        ProtocolError::unknown_state_member(&sent),
        ProtocolError::invalid_session_id(&sent),
        ProtocolError::invalid_language("targetLanguage", &sent),
    ] {
        assert!(error.message().contains(&"x".repeat(64)), "{error}");
        assert!(!error.message().contains(&"x".repeat(65)), "{error}");
    }
}
