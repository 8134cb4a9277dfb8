//! A connection that has a role in a session.

use crate::{ConnectionId, Language, SessionId, Timestamp, cluster::NodeId};

/// What a connection is in its session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// It broadcasts. Whether it is still *the* speaker, [`crate::Session::speaker`] says.
    Speaker,
    /// It hears the broadcast.
    Listener {
        /// In this language.
        language: Language,
    },
}

/// A connection and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Its name.
    pub id: ConnectionId,
    /// The session it belongs to.
    pub session: SessionId,
    /// What it is there.
    pub role: Role,
    /// When it took its role.
    pub since: Timestamp,
}

/// A listener's place in a session: it outlives the connection that took it, so that the listener can resume.
///
/// It is named by the connection that first took it. Every time another connection resumes it, `turn` goes up by
/// one; a resume token is good for one turn only.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The connection that first took the place.
    pub first: ConnectionId,
    /// How often it has been resumed.
    pub turn: u32,
    /// The node that has it; `None` where there is only one.
    pub home: Option<NodeId>,
}
