//! What the server sends, as a client reads it: tolerant where the server is strict.
//!
//! Members and messages that are new since this client was written are passed over, as the contract asks of every
//! client. For clients in Rust: our command line and our tests.

use crate::MessageKind;
use serde::Deserialize;

mod answers;
mod history;
mod status;
#[cfg(test)]
mod tests;

pub use answers::{BroadcastNotice, RefreshComplete, RefreshRequired, SessionCreated, SessionJoined};
pub use history::{ReceivedHistory, ReceivedPoint};
pub use status::{ReceivedAudience, ReceivedBroadcast, ReceivedQuality, ReceivedStatus};

/// One message of a server. Times are milliseconds since the Unix epoch.
#[derive(Clone, Debug, PartialEq)]
pub enum Received {
    /// This connection is the speaker of a new session.
    SessionCreated(SessionCreated),
    /// This connection is a listener.
    SessionJoined(SessionJoined),
    /// Who is listening.
    Status(ReceivedStatus),
    /// How the session went.
    History(ReceivedHistory),
    /// The broadcast was changed: the answer to its speaker, and what its listeners are told.
    Notice(BroadcastNotice),
    /// This listener hears another language.
    LanguageChanged {
        /// The language that it hears now.
        target_language: String,
    },
    /// This connection has taken over from an older one.
    RefreshComplete(RefreshComplete),
    /// The session is over.
    SessionEnded {
        /// Why, in one word of the contract or the speaker's own.
        reason: String,
    },
    /// This connection should be replaced.
    RefreshRequired(RefreshRequired),
    /// This connection will soon have to be replaced.
    Warning {
        /// Whole minutes until its maximum age.
        remaining_minutes: u64,
    },
    /// A refusal, over WebSocket and HTTP alike.
    Error {
        /// What it was; [`crate::ErrorCode::from_name`] knows those of today.
        code: String,
        /// What it was and what to do, for people.
        message: String,
        /// Seconds until another try makes sense, where the server says.
        retry_after: Option<u64>,
    },
    /// Anything else: an acknowledgement without members of its own, a signal, or a message that is new.
    Other {
        /// Its `type`.
        kind: String,
    },
}

/// What came is no message of a server: not JSON, without a `type`, or without what that type must have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a message of a Headcount server (line {line}, column {column})")]
pub struct Unreadable {
    line: usize,
    column: usize,
}

/// The parser's own words may quote a token, so only the place is taken from them.
impl From<serde_json::Error> for Unreadable {
    fn from(error: serde_json::Error) -> Self {
        Self { line: error.line(), column: error.column() }
    }
}

impl Received {
    /// Reads one text frame, or the body of an HTTP answer that is a message: a status or an error.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        #[derive(Deserialize)]
        struct Head {
            r#type: String,
        }
        let name = serde_json::from_str::<Head>(text)?.r#type;
        Ok(match MessageKind::from_name(&name) {
            Some(kind) => Self::of_kind(kind, text)?,
            None => Self::Other { kind: name },
        })
    }

    fn of_kind(kind: MessageKind, text: &str) -> Result<Self, serde_json::Error> {
        Ok(match kind {
            MessageKind::SessionCreated => Self::SessionCreated(serde_json::from_str(text)?),
            MessageKind::SessionJoined => Self::SessionJoined(serde_json::from_str(text)?),
            MessageKind::SessionStatus => Self::Status(serde_json::from_str(text)?),
            MessageKind::SessionHistory => Self::History(serde_json::from_str(text)?),
            MessageKind::BroadcastPaused
            | MessageKind::BroadcastResumed
            | MessageKind::BroadcastMuted
            | MessageKind::BroadcastUnmuted
            | MessageKind::VolumeChanged
            | MessageKind::SpeakerStateChanged => Self::Notice(answers::notice(kind, text)?),
            MessageKind::LanguageChanged => {
                Self::LanguageChanged { target_language: answers::target_language(text)? }
            }
            MessageKind::ConnectionRefreshComplete => Self::RefreshComplete(serde_json::from_str(text)?),
            MessageKind::SessionEnded => Self::SessionEnded { reason: answers::reason(text)? },
            MessageKind::ConnectionRefreshRequired => Self::RefreshRequired(serde_json::from_str(text)?),
            MessageKind::ConnectionWarning => {
                Self::Warning { remaining_minutes: answers::remaining_minutes(text)? }
            }
            MessageKind::Error => answers::error(text)?,
            MessageKind::PlaybackPaused
            | MessageKind::HeartbeatAck
            | MessageKind::LanguageIdle
            | MessageKind::LanguageActive
            | MessageKind::LanguageDrop
            | MessageKind::AudienceDrop
            | MessageKind::UnservedLanguage => Self::Other { kind: kind.as_str().to_owned() },
        })
    }
}
