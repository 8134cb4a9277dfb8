//! What has changed between two moments of a session.

use crate::{BroadcastState, Language, Timestamp, UpdateReason};
use std::collections::BTreeMap;

/// One step of a timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// When. Steps of one series never go back in time.
    pub at: Timestamp,
    /// Whether it says everything there is, rather than what has changed: so does the first one, and the first one
    /// after a restart.
    pub whole: bool,
    /// The languages whose counts are others than before, and what they are; 0 is nobody. Each language once.
    pub changes: Vec<(Language, u64)>,
    /// The state of the broadcast, where it is another than before.
    pub broadcast: Option<BroadcastState>,
    /// The update that it is; `None` in the counted series.
    pub told: Option<Told>,
}

impl Step {
    /// One step in place of this one and `next`, which came after it in the same series.
    #[must_use]
    pub fn then(&self, next: &Self) -> Self {
        if next.whole {
            return next.clone();
        }
        let mut changes: BTreeMap<_, _> = self.changes.iter().cloned().collect();
        changes.extend(next.changes.iter().cloned());
        if self.whole {
            changes.retain(|_, count| *count > 0);
        }
        Self {
            at: next.at,
            whole: self.whole,
            changes: changes.into_iter().collect(),
            broadcast: next.broadcast.or(self.broadcast),
            told: next.told,
        }
    }
}

/// An update that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// The revision of the ledger that it is.
    pub revision: u64,
    /// Why it was sent.
    pub reason: UpdateReason,
    /// Whether it said that the count is exact.
    pub exact: bool,
}
