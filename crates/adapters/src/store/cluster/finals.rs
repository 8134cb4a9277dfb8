//! Last chapters of sessions that have ended, which the engine has not taken yet.

use super::Chapter;
use headcount_core::{SessionId, Timestamp};
use parking_lot::Mutex;
use std::collections::VecDeque;

/// How many wait at the most. When there is one more, the oldest is lost, and its report is short of what this node
/// counted since it was last kept.
const ROOM: usize = 1_024;

/// What is still to be kept of sessions that have ended.
#[derive(Default)]
pub(super) struct Finals(Mutex<VecDeque<Final>>);

/// The last chapter of one session.
#[derive(Clone)]
pub(super) struct Final {
    pub(super) session: SessionId,
    pub(super) created_at: Timestamp,
    pub(super) chapter: Chapter,
}

impl Finals {
    pub(super) fn add(&self, last: Final) {
        let mut waiting = self.0.lock();
        if waiting.len() >= ROOM {
            waiting.pop_front();
            tracing::error!("a chapter of an ended session is lost: the engine takes none");
        }
        waiting.push_back(last);
    }

    pub(super) fn take(&self) -> VecDeque<Final> {
        std::mem::take(&mut *self.0.lock())
    }
}
