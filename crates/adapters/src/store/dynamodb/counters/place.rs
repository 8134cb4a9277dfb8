//! Where the counters of a session are in our table.
//!
//! Sums, lease and round lie with what else a session has there, where one query brings them all. Marks have a partition
//! a shard, so that each has DynamoDB's thousand units of writing a second for itself. The number of shards is in every
//! key: two numbers never count into the same items.

use super::super::reach::Key;
use super::super::session_item::hash;
use super::Counters;
use headcount_core::{ConnectionId, SessionId};

/// How many shards a session may have: a status reads them all.
const MOST_SHARDS: u16 = 64;

/// The keys of one number of shards.
#[derive(Clone, Copy)]
pub(super) struct Places {
    pub(super) shards: u16,
}

impl Places {
    pub(super) fn of(Counters { shards }: Counters) -> Self {
        Self { shards: shards.clamp(1, MOST_SHARDS) }
    }

    pub(super) fn shard_of(self, connection: &ConnectionId) -> u16 {
        // The rest is less than the number of shards.
        (hash(connection.as_str()) % u32::from(self.shards)) as u16
    }

    pub(super) fn sum(self, shard: u16) -> String {
        format!("counters/{}/sum/{shard:02}", self.shards)
    }

    pub(super) fn lease(self) -> String {
        format!("counters/{}/lease", self.shards)
    }

    pub(super) fn round(self) -> String {
        format!("counters/{}/round", self.shards)
    }

    /// The partition of the marks of a shard; no session has such a name.
    pub(super) fn marks(self, session: &SessionId, shard: u16) -> String {
        format!("marks/{session}/{}/{shard:02}", self.shards)
    }

    pub(super) fn mark(self, session: &SessionId, shard: u16, connection: &ConnectionId) -> Key {
        Key::Mark { partition: self.marks(session, shard), connection: connection.clone() }
    }
}
