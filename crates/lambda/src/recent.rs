//! The last answers of this instance: to be given again at once, and when the store does not answer.

#[cfg(test)]
mod tests;

use headcount_core::{ConnectionId, StatusDetail, StatusUpdate, Timestamp};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::time::Duration;

/// Of so many speakers the last answer is kept. When there are more, those that are too old to be of use are
/// forgotten; where that is not enough, all are.
const KEPT: usize = 1_024;

/// How long an answer may stand in for one that the store does not give.
const OF_USE: Duration = Duration::from_secs(60);

/// The last answer to each speaker.
#[derive(Default)]
pub(crate) struct Recent(Mutex<HashMap<ConnectionId, Answered>>);

/// An answer, and when its counts were taken.
#[derive(Clone)]
pub(crate) struct Answered {
    pub(crate) update: StatusUpdate,
    /// What the question asked for.
    pub(crate) detail: Option<StatusDetail>,
    at: Timestamp,
}

impl Recent {
    /// Keeps the answer that was given to `speaker` at `now`.
    pub(crate) fn keep(
        &self,
        speaker: &ConnectionId,
        detail: Option<StatusDetail>,
        update: &StatusUpdate,
        now: Timestamp,
    ) {
        let mut answers = self.0.lock();
        if answers.len() >= KEPT && !answers.contains_key(speaker) {
            answers.retain(|_, answered| now.since(answered.at) < OF_USE);
            if answers.len() >= KEPT {
                answers.clear();
            }
        }
        answers.insert(speaker.clone(), Answered { update: update.clone(), detail, at: now });
    }

    /// The answer that `speaker` was given less than `within` ago to the same question.
    pub(crate) fn same(
        &self,
        speaker: &ConnectionId,
        detail: Option<StatusDetail>,
        within: Duration,
        now: Timestamp,
    ) -> Option<StatusUpdate> {
        let answers = self.0.lock();
        let answered = answers.get(speaker)?;
        (answered.detail == detail && now.since(answered.at) < within).then(|| answered.update.clone())
    }

    /// What `speaker` was told last, marked as what it is: not exact, and of the time at which it was counted.
    pub(crate) fn last_known(&self, speaker: &ConnectionId, now: Timestamp) -> Option<StatusUpdate> {
        let answered = self.0.lock().get(speaker).cloned()?;
        if now.since(answered.at) >= OF_USE {
            return None;
        }
        let mut update = answered.update;
        update.status.exact = false;
        if let Some(audience) = &mut update.audience {
            audience.quality.inexact_until = Some(now);
        }
        Some(update)
    }

    /// Forgets `speaker`: it is gone, or it is none any more.
    pub(crate) fn forget(&self, speaker: &ConnectionId) {
        self.0.lock().remove(speaker);
    }
}
