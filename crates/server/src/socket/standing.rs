//! What a connection is, as far as its own task knows. The store knows it for certain.

use headcount_core::SessionId;
use headcount_protocol::{ProtocolError, RoleName};

/// What a connection is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing yet.
    None,
    /// It speaks in this session.
    Speaker(SessionId),
    /// It listens to this session.
    Listener(SessionId),
}

impl Standing {
    /// The session and the role in it.
    pub(super) fn role(&self) -> Option<(&SessionId, RoleName)> {
        match self {
            Self::None => None,
            Self::Speaker(session) => Some((session, RoleName::Speaker)),
            Self::Listener(session) => Some((session, RoleName::Listener)),
        }
    }

    /// Refuses `action`, which is for `role`, to everybody else.
    pub(super) fn must_be(&self, role: RoleName, action: &'static str) -> Result<(), ProtocolError> {
        match self.role() {
            None => Err(ProtocolError::connection_not_found()),
            Some((_, own)) if own == role => Ok(()),
            Some(_) => Err(ProtocolError::unauthorized_action(action, role)),
        }
    }
}
