//! Who looks on at a session, and how much of it they see.

use crate::app::App;
use headcount_core::{Link, LinkId, Scope, SessionId};
use headcount_protocol::ProtocolError;

/// Who looks on.
#[derive(Clone, Debug)]
pub(crate) enum Viewer {
    /// An operator, who sees all sessions.
    Operator,
    /// Who speaks in it.
    Speaker,
    /// Who was given this link.
    Link(Link),
}

impl Viewer {
    /// What they see.
    pub(crate) const fn scope(&self) -> &Scope {
        match self {
            Self::Operator | Self::Speaker => &Scope::All,
            Self::Link(link) => &link.scope,
        }
    }

    /// The link that allows it, where it is one.
    pub(crate) const fn link(&self) -> Option<&LinkId> {
        match self {
            Self::Operator | Self::Speaker => None,
            Self::Link(link) => Some(&link.id),
        }
    }

    /// Refuses those who do not see all.
    pub(crate) fn sees_all(&self) -> Result<(), ProtocolError> {
        match self.scope() {
            Scope::All => Ok(()),
            Scope::Language(_) => Err(ProtocolError::not_permitted()),
        }
    }

    /// Whether they may ask once more now.
    pub(crate) fn may_ask(&self, app: &App, session: &SessionId) -> Result<(), ProtocolError> {
        let may = match self {
            Self::Operator => Ok(()),
            Self::Speaker => app.limits.query_status(session),
            Self::Link(link) => app.limits.query_by_link(&link.id),
        };
        may.map_err(|retry| app.too_often("statusQueries", retry))
    }
}
