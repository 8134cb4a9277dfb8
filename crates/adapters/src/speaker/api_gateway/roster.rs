//! Who is connected to a session, as somebody else knows.

use futures_util::stream::BoxStream;
use headcount_core::{ConnectionId, SessionId, ports::StoreError};

/// A connection that is in a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The connection.
    pub connection: ConnectionId,
    /// Whether it is the speaker's.
    pub is_speaker: bool,
}

/// Members, a page at a time; after a failure there may be more.
pub type Pages<'a> = BoxStream<'a, Result<Vec<Member>, StoreError>>;

/// A list of the connections of each session.
pub trait Roster: Send + Sync {
    /// Who is connected to `session`. MUST also know those of a session that has just ended, who are to be told so and
    /// closed. SHOULD read a page only when it is asked for, so that a large audience is never in memory whole.
    fn pages<'a>(&'a self, session: &'a SessionId) -> Pages<'a>;
}
