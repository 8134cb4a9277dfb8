//! Errors about what a client sent: it was not understood.

use super::{Details, ProtocolError};
use crate::ErrorCode;
use crate::excerpt::Excerpt;
use std::borrow::Cow;

impl ProtocolError {
    /// A frame that is not text.
    #[must_use]
    pub fn binary_message() -> Self {
        Self::invalid_message("Binary messages are not understood: send a JSON object as text")
    }

    /// A frame that says it is text and is not.
    #[must_use]
    pub fn not_utf8() -> Self {
        Self::invalid_message("A text message must be UTF-8")
    }

    /// A body that could not be read to its end.
    #[must_use]
    pub fn unreadable_body() -> Self {
        Self::invalid_message("The body could not be read: send it whole, as JSON")
    }

    /// A request to become a WebSocket that is not made as RFC 6455 §4.1 has it.
    #[must_use]
    pub fn no_handshake() -> Self {
        Self::invalid_message("This is no WebSocket handshake: connect with a WebSocket client, version 13")
    }

    /// A path or method that HTTP does not have here. Answered with HTTP's own 404 or 405.
    #[must_use]
    pub fn no_such_resource() -> Self {
        let message = "There is nothing here: see the protocol for the paths and methods that there are";
        Self::new(ErrorCode::InvalidAction, message, None)
    }

    pub(crate) fn invalid_message(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidMessage, message, None)
    }

    pub(crate) fn unknown_action(action: &str) -> Self {
        let message = format!("There is no action {}: see the protocol for those there are", Excerpt(action));
        Self::new(ErrorCode::InvalidAction, message, None)
    }

    pub(crate) fn action_not_for_connecting(action: &'static str) -> Self {
        let message =
            format!("Action {action} cannot be part of connecting: connect, then send it as a message");
        Self::new(ErrorCode::InvalidAction, message, None)
    }

    /// Audio came, which is not Headcount's.
    #[must_use]
    pub fn audio_not_taken() -> Self {
        let message =
            "Audio is not sent through this connection; more of it will be dropped without an answer";
        Self::new(ErrorCode::InvalidAction, message, None)
    }

    /// The history was asked for where none is kept.
    #[must_use]
    pub fn no_history() -> Self {
        Self::new(ErrorCode::InvalidAction, "No history is kept here: ask for the status instead", None)
    }

    /// The status of another moment was asked for where no history is kept.
    #[must_use]
    pub fn no_status_of_then() -> Self {
        Self::invalid_parameter("at", "left out: no history is kept here")
    }

    /// The member or parameter `field` is needed and is not there, or is empty.
    #[must_use]
    pub fn missing_parameter(field: &'static str) -> Self {
        Self::new(ErrorCode::MissingParameter, format!("{field} is required"), Some(Details::Field(field)))
    }

    /// `field` is not what it should be; `expected` completes the sentence "`field` must be …".
    #[must_use]
    pub fn invalid_parameter(field: &'static str, expected: &str) -> Self {
        let message = format!("{field} must be {expected}");
        Self::new(ErrorCode::InvalidParameter, message, Some(Details::Field(field)))
    }

    /// As [`Self::invalid_parameter`], quoting what was sent.
    pub(crate) fn unknown_name(field: &'static str, expected: &str, sent: &str) -> Self {
        Self::invalid_parameter(field, &format!("{expected}, not {}", Excerpt(sent)))
    }

    pub(crate) fn unknown_state_member(name: &str) -> Self {
        let message = format!("state may have isPaused, isMuted and volume, not {}", Excerpt(name));
        Self::new(ErrorCode::InvalidParameter, message, Some(Details::Field("state")))
    }

    pub(crate) fn repeated_parameter(field: &'static str) -> Self {
        let message = format!("{field} is given more than once: give it once");
        Self::new(ErrorCode::InvalidParameter, message, Some(Details::Field(field)))
    }

    pub(crate) fn nothing_to_update() -> Self {
        let message = "Give at least one of status, sourceLanguage and qualityTier";
        Self::new(ErrorCode::MissingParameter, message, Some(Details::Field("status")))
    }

    /// `sent` is not a session id.
    #[must_use]
    pub fn invalid_session_id(sent: &str) -> Self {
        let message = format!("sessionId must look like golden-eagle-427, not {}", Excerpt(sent));
        Self::new(ErrorCode::InvalidSessionId, message, Some(Details::Field("sessionId")))
    }

    pub(crate) fn invalid_language(field: &'static str, sent: &str) -> Self {
        let tag = "a BCP 47 language tag such as es, pt-BR or zh-Hant";
        let message = format!("{field} must be {tag}, not {}", Excerpt(sent));
        Self::new(ErrorCode::InvalidLanguage, message, Some(Details::Field(field)))
    }

    /// A control message is longer than the `limit` in bytes.
    #[must_use]
    pub fn message_too_large(limit: usize) -> Self {
        Self::new(ErrorCode::MessageTooLarge, format!("A message may have at most {limit} bytes"), None)
    }
}
