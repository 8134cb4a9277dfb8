//! A refusal as the client reads it: the code, a sentence that says what to do, and sometimes a detail.

use crate::ErrorCode;
use headcount_core::Timestamp;
use serde::ser::SerializeMap;
use std::borrow::Cow;

mod by_service;
mod details;
mod malformed;
mod refused;
#[cfg(test)]
mod tests;

pub use by_service::Refusal;
pub use details::Details;

/// An error of the contract. Its message never shows more than 64 characters of what the client sent, and never
/// anything of a token, a stack, a store's text or an internal name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ProtocolError {
    code: ErrorCode,
    message: Cow<'static, str>,
    details: Option<Details>,
}

impl ProtocolError {
    fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>, details: Option<Details>) -> Self {
        Self { code, message: message.into(), details }
    }

    /// What it was, for programs.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        self.code
    }

    /// What it was and what to do, for people.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What goes into `details`.
    #[must_use]
    pub const fn details(&self) -> Option<&Details> {
        self.details.as_ref()
    }

    /// Seconds until another try makes sense: the value of HTTP's `Retry-After`, where there is one.
    #[must_use]
    pub const fn retry_after(&self) -> Option<u64> {
        match self.details {
            Some(Details::RetryAfter(seconds)) => Some(seconds),
            _ => None,
        }
    }

    /// The error as the wire has it, over WebSocket and HTTP alike.
    #[must_use]
    pub fn to_json(&self, now: Timestamp) -> String {
        crate::ServerMessage::Error(self).to_json(now)
    }

    pub(crate) fn write_members<M: SerializeMap>(&self, map: &mut M, now: Timestamp) -> Result<(), M::Error> {
        map.serialize_entry("code", &self.code)?;
        map.serialize_entry("message", &self.message)?;
        map.serialize_entry("timestamp", &now.as_millis())?;
        self.details.as_ref().map_or(Ok(()), |details| map.serialize_entry("details", details))
    }
}
