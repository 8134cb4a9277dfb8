//! How a session went, moment by moment: the counts by language, the state of the broadcast, and what the speaker was
//! told. What [`crate::Attendance`] is in totals, this is as a curve.
//!
//! It is kept as *steps*, each of which says what has changed since the one before, in two series. The *counted* one
//! has the state at the end of each slot of [`Timeline::SLOT`] in which something changed. The *told* one has every
//! update that was sent, with the counts that it showed. [`Replay`] makes moments of them again, and [`History`] a curve in
//! equal steps of time.

mod past;
mod replay;
mod span;
mod step;
#[cfg(test)]
mod tests;

use crate::{BroadcastState, Language, StatusUpdate, Timestamp};
use std::collections::BTreeMap;
use std::time::Duration;

pub use past::{History, HistoryPoint};
pub use replay::{Moment, Replay};
pub use span::{Span, WrongSpan};
pub use step::{Step, Told};

/// The pen that writes the steps of one session, in constant space. Who keeps the steps is somebody else's business.
///
/// Every change of the counts or of the broadcast is announced *before* it is made, with [`Self::before`]: the step
/// for a slot is written when the next one begins, from what was true at its end. So a change within a slot costs a
/// comparison, and a slot costs as much as there are languages.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    counted: Written,
    told: Written,
    /// When the last change was made that no step says yet.
    pending: Option<Timestamp>,
}

/// What the steps of one series have said so far.
#[derive(Clone, Debug, Default)]
struct Written {
    /// `None` before the first step, which says everything.
    state: Option<(BTreeMap<Language, u64>, BroadcastState)>,
    at: Timestamp,
}

impl Timeline {
    /// The counted series has one step for so much time, at the most.
    pub const SLOT: Duration = Duration::from_secs(5);

    /// The pen of a session whose last change, at `pending`, is in no step yet: as it was found on disk. Its first step
    /// says everything.
    #[must_use]
    pub fn resumed(pending: Option<Timestamp>) -> Self {
        Self { pending, ..Self::default() }
    }

    /// When the last change was made that no step says yet; `None` if every step is written.
    #[must_use]
    pub const fn pending(&self) -> Option<Timestamp> {
        self.pending
    }

    /// Something is about to change at `now`; `counts` and `broadcast` are as they are before that. The step of the
    /// slot that is over, if there is one to write.
    pub fn before<'a>(
        &mut self,
        now: Timestamp,
        counts: impl Iterator<Item = (&'a Language, u64)>,
        broadcast: &BroadcastState,
    ) -> Option<Step> {
        let step = match self.pending {
            Some(pending) if slot(pending) < slot(now) => self.flush(counts, broadcast),
            _ => None,
        };
        self.pending = Some(self.pending.map_or(now, |pending| pending.max(now)));
        step
    }

    /// The step for the last change, if no step says it yet.
    pub fn flush<'a>(
        &mut self,
        counts: impl Iterator<Item = (&'a Language, u64)>,
        broadcast: &BroadcastState,
    ) -> Option<Step> {
        let pending = self.pending.take()?;
        self.counted.step(pending, counts, broadcast, None)
    }

    /// The speaker is being told `update`.
    pub fn told(&mut self, update: &StatusUpdate) -> Option<Step> {
        let status = &update.status;
        let told = Told { revision: update.revision, reason: update.reason, exact: status.exact };
        let mut shown: Vec<_> = status.distribution.iter().collect();
        shown.sort_unstable_by_key(|(language, _)| *language);
        self.told.step(status.timestamp, shown.into_iter(), &status.broadcast, Some(told))
    }
}

impl Written {
    /// The step from what was said to `counts` (in the order of the tags) and `broadcast`; `None` if it says nothing.
    fn step<'a>(
        &mut self,
        at: Timestamp,
        counts: impl Iterator<Item = (&'a Language, u64)>,
        broadcast: &BroadcastState,
        told: Option<Told>,
    ) -> Option<Step> {
        self.at = self.at.max(at);
        let whole = self.state.is_none();
        let (said, state) = self.state.get_or_insert_with(|| (BTreeMap::new(), *broadcast));
        let changes = changes(said, counts);
        let steered = whole || *state != *broadcast;
        *state = *broadcast;
        let says = told.is_some() || steered || !changes.is_empty();
        says.then(|| Step { at: self.at, whole, changes, broadcast: steered.then_some(*broadcast), told })
    }
}

/// Brings `said` to `counts`, and says which were others before.
fn changes<'a>(
    said: &mut BTreeMap<Language, u64>,
    counts: impl Iterator<Item = (&'a Language, u64)>,
) -> Vec<(Language, u64)> {
    let next: BTreeMap<&Language, u64> = counts.collect();
    let gone =
        said.keys().filter(|language| !next.contains_key(language)).map(|language| (language.clone(), 0));
    let mut changes: Vec<_> = gone.collect();
    let moved = next.into_iter().filter(|(language, count)| said.get(*language) != Some(count));
    changes.extend(moved.map(|(language, count)| (language.clone(), count)));
    for (language, count) in &changes {
        match count {
            0 => drop(said.remove(language)),
            _ => drop(said.insert(language.clone(), *count)),
        }
    }
    changes
}

fn slot(at: Timestamp) -> u64 {
    at.as_millis() / Timeline::SLOT.as_millis() as u64
}
