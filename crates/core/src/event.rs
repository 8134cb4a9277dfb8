//! What happens in a session, as those hear of it who only look on.

use crate::{EndReason, Session, SessionId, Signal, StatusUpdate, Timestamp};
use std::sync::Arc;

/// Something that has happened in a session.
#[derive(Clone, Debug)]
pub enum Event {
    /// It was created.
    Started(Arc<Session>),
    /// Its broadcast is in another state; the session as it is now.
    Steered(Arc<Session>),
    /// Its speaker was told how things stand, or that is on its way.
    Told(StatusUpdate),
    /// There is something to say besides the counts.
    Signalled {
        /// The session.
        session: SessionId,
        /// What there is to say.
        signal: Signal,
        /// When it was found.
        at: Timestamp,
    },
    /// It has ended.
    Ended {
        /// As it was last.
        session: Arc<Session>,
        /// Why.
        reason: EndReason,
        /// When.
        at: Timestamp,
        /// How many listeners were still counted.
        listeners: u64,
    },
}

impl Event {
    /// The session that it happened in.
    #[must_use]
    pub fn session(&self) -> &SessionId {
        match self {
            Self::Started(session) | Self::Steered(session) | Self::Ended { session, .. } => &session.id,
            Self::Told(update) => &update.status.session,
            Self::Signalled { session, .. } => session,
        }
    }
}
