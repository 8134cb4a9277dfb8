//! The bodies of the HTTP interface, section 7 of the contract.
//!
//! A status is [`crate::ServerMessage::SessionStatus`] and an error is [`crate::ProtocolError::to_json`], as over
//! WebSocket; what only HTTP has is here. Bodies are read as strictly as messages and with the same errors.

mod answers;
mod links;
mod requests;
#[cfg(test)]
mod tests;

pub use answers::{Answer, Check, Counted, Listed};
pub use links::NewLink;
pub use requests::{ListSessions, NewSession, SessionPatch};

use crate::names::named_enum;
use headcount_core::Session;

named_enum! {
    /// Whether a session goes on: derived from its broadcast, never kept beside it.
    pub enum Activity {
        /// It goes on.
        Active = "active",
        /// Its broadcast is paused.
        Paused = "paused",
        /// It is over.
        Ended = "ended",
    }
}

impl Activity {
    /// What `session` is doing.
    #[must_use]
    pub const fn of(session: &Session) -> Self {
        match (session.broadcast.is_active, session.broadcast.is_paused) {
            (false, _) => Self::Ended,
            (true, true) => Self::Paused,
            (true, false) => Self::Active,
        }
    }
}
