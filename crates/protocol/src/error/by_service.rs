//! What the service did not do, as the client reads it: one table for every gateway.

use crate::{ProtocolError, RoleName};
use headcount_core::ports::StoreError;
use headcount_core::service::{AttachError, JoinError, OpenError, QueryError, SwitchError};
use headcount_core::{Language, Session};

/// Why the service did not do what it was asked to.
///
/// Made from a reference to the service's error; where the text names the action, from a pair of the action and that.
#[derive(Debug)]
pub enum Refusal<'a> {
    /// The client's affair: this is the answer.
    Client(ProtocolError),
    /// The store's: its text belongs into the log, and nothing of it to the client.
    Store(&'a StoreError),
    /// No free name was found for a session.
    NoFreeName,
}

impl<'a> From<&'a OpenError> for Refusal<'a> {
    fn from(error: &'a OpenError) -> Self {
        match error {
            OpenError::NoFreeName => Self::NoFreeName,
            OpenError::Store(store) => Self::Store(store),
        }
    }
}

impl<'a> From<&'a AttachError> for Refusal<'a> {
    fn from(error: &'a AttachError) -> Self {
        Self::Client(match error {
            AttachError::SessionNotFound => ProtocolError::session_not_found(),
            AttachError::AlreadyJoined => ProtocolError::already_joined(),
            AttachError::Store(store) => return Self::Store(store),
        })
    }
}

impl<'a> From<&'a JoinError> for Refusal<'a> {
    fn from(error: &'a JoinError) -> Self {
        Self::Client(match error {
            JoinError::SessionNotFound => ProtocolError::session_not_found(),
            JoinError::Full { max_listeners } => ProtocolError::session_full(*max_listeners),
            JoinError::AlreadyJoined => ProtocolError::already_joined(),
            JoinError::NotServed { language, session } => not_served(language, session),
            JoinError::LanguageNeeded => ProtocolError::missing_parameter("targetLanguage"),
            JoinError::Store(store) => return Self::Store(store),
        })
    }
}

impl<'a> From<(&'static str, &'a SwitchError)> for Refusal<'a> {
    fn from((action, error): (&'static str, &'a SwitchError)) -> Self {
        Self::Client(match error {
            SwitchError::NoListener => ProtocolError::unauthorized_action(action, RoleName::Listener),
            SwitchError::NotServed { language, session } => not_served(language, session),
            SwitchError::SessionNotFound => ProtocolError::session_not_found(),
            SwitchError::Store(store) => return Self::Store(store),
        })
    }
}

impl<'a> From<(&'static str, &'a QueryError)> for Refusal<'a> {
    fn from((action, error): (&'static str, &'a QueryError)) -> Self {
        Self::Client(match error {
            QueryError::NoRole => ProtocolError::connection_not_found(),
            QueryError::Listener => ProtocolError::unauthorized_action(action, RoleName::Speaker),
            QueryError::Superseded => ProtocolError::superseded(),
            QueryError::SessionNotFound => ProtocolError::session_not_found(),
            QueryError::Store(store) => return Self::Store(store),
        })
    }
}

fn not_served(language: &Language, session: &Session) -> ProtocolError {
    ProtocolError::unsupported_language(language, session.languages.declared().to_vec())
}
