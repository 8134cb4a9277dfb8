//! What is refused of what a client sends, and with which code. What is accepted, the samples show.

use super::*;
use crate::{Details, ErrorCode};

fn refusal(frame: &str) -> (ErrorCode, Option<&'static str>) {
    let error = ClientMessage::parse(frame).unwrap_err();
    let field = match error.details() {
        Some(Details::Field(field)) => Some(*field),
        _ => None,
    };
    (error.code(), field)
}

#[test]
fn a_message_needs_an_action_that_exists() {
    for frame in ["{}", r#"{"action":7}"#, r#"{"action":null}"#, r#"{"Action":"heartbeat"}"#] {
        assert_eq!(refusal(frame), (ErrorCode::InvalidMessage, None), "{frame}");
    }
    for frame in [r#"{"action":""}"#, r#"{"action":"Heartbeat"}"#, r#"{"action":"sessionStatus"}"#] {
        assert_eq!(refusal(frame), (ErrorCode::InvalidAction, None), "{frame}");
    }
}

#[test]
fn members_that_are_needed_must_be_there() {
    for (members, field) in [
        (r#""createSession""#, "sourceLanguage"),
        (r#""createSession","sourceLanguage":"""#, "sourceLanguage"),
        (r#""joinSession","targetLanguage":"es""#, "sessionId"),
        (r#""joinSession","sessionId":null,"targetLanguage":"es""#, "sessionId"),
        (r#""joinSession","sessionId":"golden-eagle-427""#, "targetLanguage"),
        (r#""setVolume""#, "volumeLevel"),
        (r#""setVolume","volumeLevel":null"#, "volumeLevel"),
        (r#""speakerStateChange""#, "state"),
        (r#""changeLanguage""#, "targetLanguage"),
        (r#""refreshConnection","role":"speaker""#, "sessionId"),
        (r#""refreshConnection","sessionId":"golden-eagle-427""#, "role"),
        (r#""refreshConnection","sessionId":"golden-eagle-427","role":"listener""#, "targetLanguage"),
    ] {
        let frame = format!(r#"{{"action":{members}}}"#);
        assert_eq!(refusal(&frame), (ErrorCode::MissingParameter, Some(field)), "{frame}");
    }
}

#[test]
fn members_must_be_what_they_can_be() {
    use ErrorCode::{InvalidLanguage, InvalidParameter, InvalidSessionId};
    for (members, code, field) in [
        (r#""createSession","sourceLanguage":7"#, InvalidParameter, "sourceLanguage"),
        (r#""createSession","sourceLanguage":"english""#, InvalidLanguage, "sourceLanguage"),
        (r#""createSession","sourceLanguage":"en","qualityTier":"golden""#, InvalidParameter, "qualityTier"),
        (r#""createSession","sourceLanguage":"en","token":["x"]"#, InvalidParameter, "token"),
        (r#""joinSession","sessionId":"golden-eagle","targetLanguage":"es""#, InvalidSessionId, "sessionId"),
        (
            r#""joinSession","sessionId":"golden-eagle-427","targetLanguage":"e""#,
            InvalidLanguage,
            "targetLanguage",
        ),
        (r#""getSessionStatus","detail":"more""#, InvalidParameter, "detail"),
        (r#""setVolume","volumeLevel":1.01"#, InvalidParameter, "volumeLevel"),
        (r#""setVolume","volumeLevel":-0.01"#, InvalidParameter, "volumeLevel"),
        (r#""setVolume","volumeLevel":"1""#, InvalidParameter, "volumeLevel"),
        (r#""setVolume","volumeLevel":true"#, InvalidParameter, "volumeLevel"),
        (r#""speakerStateChange","state":{}"#, InvalidParameter, "state"),
        (r#""speakerStateChange","state":[true]"#, InvalidParameter, "state"),
        (r#""speakerStateChange","state":{"isPaused":null}"#, InvalidParameter, "state.isPaused"),
        (r#""speakerStateChange","state":{"isMuted":1}"#, InvalidParameter, "state.isMuted"),
        (r#""speakerStateChange","state":{"volume":2}"#, InvalidParameter, "state.volume"),
        (r#""speakerStateChange","state":{"isMuted":true,"isLoud":true}"#, InvalidParameter, "state"),
        (r#""refreshConnection","sessionId":"golden-eagle-427","role":"guest""#, InvalidParameter, "role"),
        (r#""endSession","reason":5"#, InvalidParameter, "reason"),
    ] {
        let frame = format!(r#"{{"action":{members}}}"#);
        assert_eq!(refusal(&frame), (code, Some(field)), "{frame}");
    }
}

#[test]
fn what_has_no_meaning_is_ignored() {
    let frame = r#"{"x":[{"y":1}],"action":"pauseBroadcast","sessionId":"silver-heron-108","volumeLevel":9}"#;
    assert_eq!(ClientMessage::parse(frame), Ok(ClientMessage::PauseBroadcast));
}

#[test]
fn volumes_keep_every_digit_and_whole_numbers_are_volumes() {
    for (text, level) in
        [("0", 0.0), ("1", 1.0), ("-0.0", 0.0), ("0.1234567890123456", 0.123_456_789_012_345_6)]
    {
        let message =
            ClientMessage::parse(format!(r#"{{"action":"setVolume","volumeLevel":{text}}}"#)).unwrap();
        assert_eq!(message, ClientMessage::SetVolume(Volume::new(level).unwrap()));
    }
}

#[test]
fn a_long_reason_is_cut() {
    let words = "é".repeat(EndReason::MAX_WORDS + 1);
    let message = ClientMessage::parse(format!(r#"{{"action":"endSession","reason":"{words}"}}"#)).unwrap();
    let kept = "é".repeat(EndReason::MAX_WORDS);
    assert_eq!(message, ClientMessage::EndSession(EndReason::Ended(Some(kept))));
}

#[test]
fn only_its_speaker_commands_a_broadcast_and_only_listeners_change_their_language() {
    let role = |action: &str, rest: &str| {
        ClientMessage::parse(format!(r#"{{"action":"{action}"{rest}}}"#)).unwrap().required_role()
    };
    for action in [
        "getSessionStatus",
        "getSessionHistory",
        "pauseBroadcast",
        "resumeBroadcast",
        "muteBroadcast",
        "unmuteBroadcast",
    ] {
        assert_eq!(role(action, ""), Some(RoleName::Speaker), "{action}");
    }
    assert_eq!(role("setVolume", r#","volumeLevel":1"#), Some(RoleName::Speaker));
    assert_eq!(role("speakerStateChange", r#","state":{"isMuted":true}"#), Some(RoleName::Speaker));
    assert_eq!(role("endSession", ""), Some(RoleName::Speaker));
    assert_eq!(role("switchLanguage", r#","targetLanguage":"fr""#), Some(RoleName::Listener));
    assert_eq!(role("pausePlayback", ""), Some(RoleName::Listener));
    assert_eq!(role("heartbeat", ""), None);
    assert_eq!(role("createSession", r#","sourceLanguage":"en""#), None);
}
