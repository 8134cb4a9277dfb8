//! Who wants to know what changes in a room.

use super::Room;
use std::sync::Arc;

/// A part of a room that is written down by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(in crate::store) enum Part {
    /// The session and the state of its broadcast.
    Session = 1,
    /// What its speaker has been told.
    Ledger = 2,
    /// What happened to its audience.
    History = 4,
}

impl Part {
    /// All of them.
    pub(in crate::store) const ALL: u8 = Self::Session as u8 | Self::Ledger as u8 | Self::History as u8;
}

/// Is told of every change, after it has happened, with no lock held.
pub(in crate::store) trait Journal: Send + Sync {
    /// `part` of `room` may have changed. MUST be cheap: every join comes by here.
    fn changed(&self, room: &Arc<Room>, part: Part);
}
