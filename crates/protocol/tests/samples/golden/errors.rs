//! Every error code, named by itself; where a message of a client causes it, by reading that message.

use super::story::{NOW, language};
use super::{Sample, in_folder};
use headcount_core::Timestamp;
use headcount_protocol::{ClientMessage, ProtocolError, RoleName};

pub(crate) fn samples() -> Vec<Sample> {
    let json = |error: ProtocolError| error.to_json(Timestamp::from_millis(NOW));
    let sent = |text: &str| json(ClientMessage::parse(text).unwrap_err());
    let unsupported = ProtocolError::unsupported_language(
        &language("tlh"),
        ["de", "es", "fr", "pt-BR"].map(language).into(),
    );
    in_folder(
        "errors",
        [
            ("INVALID_MESSAGE", sent(r#"{"action": "heartbeat""#)),
            ("INVALID_MESSAGE.noAction", sent(r#"{"type":"heartbeat"}"#)),
            ("INVALID_MESSAGE.binary", json(ProtocolError::binary_message())),
            ("INVALID_ACTION", sent(r#"{"action":"applaud"}"#)),
            ("INVALID_ACTION.audio", json(ProtocolError::audio_not_taken())),
            ("INVALID_ACTION.noHistory", json(ProtocolError::no_history())),
            ("MISSING_PARAMETER", sent(r#"{"action":"joinSession","sessionId":"golden-eagle-427"}"#)),
            ("INVALID_PARAMETER", sent(r#"{"action":"setVolume","volumeLevel":11}"#)),
            ("INVALID_PARAMETER.noHistory", json(ProtocolError::no_status_of_then())),
            (
                "INVALID_SESSION_ID",
                sent(r#"{"action":"joinSession","sessionId":"Golden Eagle","targetLanguage":"es"}"#),
            ),
            (
                "INVALID_LANGUAGE",
                sent(r#"{"action":"joinSession","sessionId":"golden-eagle-427","targetLanguage":"español"}"#),
            ),
            ("UNSUPPORTED_LANGUAGE", json(unsupported)),
            ("UNAUTHORIZED", json(ProtocolError::unauthorized())),
            (
                "UNAUTHORIZED_ACTION",
                json(ProtocolError::unauthorized_action("getSessionStatus", RoleName::Speaker)),
            ),
            ("UNAUTHORIZED_ACTION.superseded", json(ProtocolError::superseded())),
            ("CONNECTION_NOT_FOUND", json(ProtocolError::connection_not_found())),
            ("SESSION_NOT_FOUND", json(ProtocolError::session_not_found())),
            ("LINK_NOT_FOUND", json(ProtocolError::link_not_found())),
            ("TOO_MANY_LINKS", json(ProtocolError::too_many_links())),
            ("ALREADY_JOINED", json(ProtocolError::already_joined())),
            ("MESSAGE_TOO_LARGE", json(ProtocolError::message_too_large(4_096))),
            ("RATE_LIMIT_EXCEEDED", json(ProtocolError::rate_limited(3))),
            ("SESSION_FULL", json(ProtocolError::session_full(10_000))),
            ("STATUS_UNAVAILABLE", json(ProtocolError::unavailable(2))),
            ("INTERNAL_ERROR", json(ProtocolError::internal("b2f1c07a9d3e"))),
        ],
    )
}
