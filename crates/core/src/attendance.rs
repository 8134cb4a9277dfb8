//! Who came, how long they stayed and where they went, as totals: what a report of a session says.
//!
//! Kept as it happens, each change in the time of a look-up, in a space that depends on the number of languages and
//! never on the number of listeners. The integrals are exact: a listener's time is counted in whole milliseconds from
//! the change that brought them to the change that took them away. Nothing here names a person.

mod switches;
mod tallies;
mod tally;
#[cfg(test)]
mod tests;

use crate::{Language, SignalTotals, Timestamp};
use std::time::Duration;

pub use switches::Switches;
pub use tallies::{Tallies, TallyIndex};
pub use tally::Tally;

/// The totals of one session's audience.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendance {
    /// Of everybody.
    pub total: Tally,
    /// Of each language that ever had a listener.
    pub languages: Tallies,
    /// Who changed from which language to which.
    pub switches: Switches,
    /// How often a listener took its place again, so that no count moved.
    pub reconnects: u64,
    /// What was signalled.
    pub signals: SignalTotals,
}

impl Attendance {
    /// Nobody has come yet to a session created at `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            total: Tally::new(now),
            languages: Tallies::default(),
            switches: Switches::default(),
            reconnects: 0,
            signals: SignalTotals::default(),
        }
    }

    /// A listener came at `now`. Where it is counted, and how many are counted there now.
    pub fn joined(&mut self, counted_as: &Language, now: Timestamp) -> (TallyIndex, u64) {
        self.total.joined(now);
        let index = self.languages.index_of(counted_as, now);
        (index, self.languages.change(index, |tally| tally.joined(now)))
    }

    /// A listener that is counted as `counted_as` left at `now`.
    pub fn left(&mut self, counted_as: &Language, now: Timestamp) {
        let index = self.languages.index_of(counted_as, now);
        self.left_from(index, now);
    }

    /// A listener that is counted at `index` left at `now`.
    pub fn left_from(&mut self, index: TallyIndex, now: Timestamp) {
        self.total.left(now);
        self.languages.change(index, |tally| tally.left(now));
    }

    /// A listener went from one language to another at `now`. For the whole audience nothing happened.
    pub fn switched(&mut self, from: &Language, to: &Language, now: Timestamp) {
        let from = self.languages.index_of(from, now);
        self.switched_from(from, to, now);
    }

    /// A listener that is counted at `from` went to another language at `now`. Where it is counted then, and how many
    /// are counted there.
    pub fn switched_from(&mut self, from: TallyIndex, to: &Language, now: Timestamp) -> (TallyIndex, u64) {
        let to = self.languages.index_of(to, now);
        self.languages.change(from, |tally| tally.went(now));
        let count = self.languages.change(to, |tally| tally.came(now));
        let Self { languages, switches, .. } = self;
        let name = |index| languages.language_of(index).unwrap_or(&switches::OTHER);
        switches.note((from, to), || (name(from), name(to)));
        (to, count)
    }

    /// A listener whose place another node had, where it had joined, is counted here from `now` on. Where it is counted.
    pub fn moved_in(&mut self, counted_as: &Language, now: Timestamp) -> TallyIndex {
        self.total.came(now);
        let index = self.languages.index_of(counted_as, now);
        self.languages.change(index, |tally| tally.came(now));
        index
    }

    /// A listener that is counted at `index`, whose place another node has taken over, is not counted here any more at
    /// `now`. It has not left.
    pub fn moved_out(&mut self, index: TallyIndex, now: Timestamp) {
        self.total.went(now);
        self.languages.change(index, |tally| tally.went(now));
    }

    /// A listener took its place again.
    pub fn resumed(&mut self) {
        self.reconnects += 1;
    }

    /// Whoever was there was gone by `at`, and nobody saw them leave: the process that counted them died.
    pub fn abandoned(&mut self, at: Timestamp) {
        self.total.abandoned(at);
        self.languages.change_all(|tally| tally.abandoned(at));
    }

    /// How many listeners there were on average between `created_at` and `now`.
    #[must_use]
    pub fn average(&self, created_at: Timestamp, now: Timestamp) -> f64 {
        let span = now.since(created_at);
        if span.is_zero() { 0.0 } else { self.listener_time(now).div_duration_f64(span) }
    }

    /// What all listeners together have listened until `now`.
    #[must_use]
    pub fn listener_time(&self, now: Timestamp) -> Duration {
        self.total.listener_time(now)
    }
}
