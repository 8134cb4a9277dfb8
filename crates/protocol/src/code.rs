//! The error codes of the contract, each with its status: the one table of them.

use serde::{Serialize, Serializer};
use std::fmt;

/// Why something was refused. The code is contract; the message beside it is for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// Not UTF-8 JSON, not an object, nested too deeply, without an `action` string, or binary.
    InvalidMessage,
    /// An action that does not exist, or not there.
    InvalidAction,
    /// A member that is needed is not there; `details.field` names it.
    MissingParameter,
    /// A member of the wrong type or out of range; `details.field` names it.
    InvalidParameter,
    /// A malformed session id.
    InvalidSessionId,
    /// A malformed language tag.
    InvalidLanguage,
    /// A language that is not on the configured list, which `details.supportedLanguages` gives.
    UnsupportedLanguage,
    /// The token is missing, malformed, expired or not signed by whom it says.
    Unauthorized,
    /// The connection's role does not allow it.
    UnauthorizedAction,
    /// The connection is unknown.
    ConnectionNotFound,
    /// The session is unknown, has ended or has expired.
    SessionNotFound,
    /// The connection has another role, or one in another session.
    AlreadyJoined,
    /// The session has no link of that name.
    LinkNotFound,
    /// The session has as many links as it may have.
    TooManyLinks,
    /// The message is longer than a control message may be.
    MessageTooLarge,
    /// Too much in too short a time; `details.retryAfter` says when to come back.
    RateLimitExceeded,
    /// The session has as many listeners as it may have: `details.maxListeners`.
    SessionFull,
    /// The store did not answer in time; `details.retryAfter` says when to come back.
    StatusUnavailable,
    /// The fault is on this side; `details.requestId` finds it in the log.
    InternalError,
}

impl ErrorCode {
    /// All of them, in the order of the contract.
    pub const ALL: [Self; 19] = [
        Self::InvalidMessage,
        Self::InvalidAction,
        Self::MissingParameter,
        Self::InvalidParameter,
        Self::InvalidSessionId,
        Self::InvalidLanguage,
        Self::UnsupportedLanguage,
        Self::Unauthorized,
        Self::UnauthorizedAction,
        Self::ConnectionNotFound,
        Self::SessionNotFound,
        Self::LinkNotFound,
        Self::AlreadyJoined,
        Self::TooManyLinks,
        Self::MessageTooLarge,
        Self::RateLimitExceeded,
        Self::SessionFull,
        Self::StatusUnavailable,
        Self::InternalError,
    ];

    /// The HTTP status and the code on the wire.
    const fn entry(self) -> (u16, &'static str) {
        match self {
            Self::InvalidMessage => (400, "INVALID_MESSAGE"),
            Self::InvalidAction => (400, "INVALID_ACTION"),
            Self::MissingParameter => (400, "MISSING_PARAMETER"),
            Self::InvalidParameter => (400, "INVALID_PARAMETER"),
            Self::InvalidSessionId => (400, "INVALID_SESSION_ID"),
            Self::InvalidLanguage => (400, "INVALID_LANGUAGE"),
            Self::UnsupportedLanguage => (400, "UNSUPPORTED_LANGUAGE"),
            Self::Unauthorized => (401, "UNAUTHORIZED"),
            Self::UnauthorizedAction => (403, "UNAUTHORIZED_ACTION"),
            Self::ConnectionNotFound => (404, "CONNECTION_NOT_FOUND"),
            Self::SessionNotFound => (404, "SESSION_NOT_FOUND"),
            Self::LinkNotFound => (404, "LINK_NOT_FOUND"),
            Self::AlreadyJoined => (409, "ALREADY_JOINED"),
            Self::TooManyLinks => (409, "TOO_MANY_LINKS"),
            Self::MessageTooLarge => (413, "MESSAGE_TOO_LARGE"),
            Self::RateLimitExceeded => (429, "RATE_LIMIT_EXCEEDED"),
            Self::SessionFull => (503, "SESSION_FULL"),
            Self::StatusUnavailable => (503, "STATUS_UNAVAILABLE"),
            Self::InternalError => (500, "INTERNAL_ERROR"),
        }
    }

    /// The code on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.entry().1
    }

    /// The code of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_str() == name)
    }

    /// The HTTP status, 400 to 503.
    #[must_use]
    pub const fn status(self) -> u16 {
        self.entry().0
    }

    /// The WebSocket close code of a connection that is refused with this code: 4000 + status.
    #[must_use]
    pub const fn close_code(self) -> u16 {
        4_000 + self.status()
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_code_is_its_own_and_closes_with_a_code_of_the_contract() {
        let names: HashSet<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), ErrorCode::ALL.len());
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::from_name(code.as_str()), Some(code));
            let close_codes = [4400, 4401, 4403, 4404, 4409, 4413, 4429, 4500, 4503];
            assert!(close_codes.contains(&code.close_code()), "{code}");
        }
    }
}
