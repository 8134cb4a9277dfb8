//! Who came, how long they stayed and where they went, as totals: what a report of a session says.
//!
//! Kept as it happens, each change in the time of a look-up, in a space that depends on the number of languages and
//! never on the number of listeners. The integrals are exact: a listener's time is counted in whole milliseconds from
//! the change that brought them to the change that took them away. Nothing here names a person.

mod switches;
mod tally;
#[cfg(test)]
mod tests;

use crate::{Language, LanguageDistribution, SignalTotals, Timestamp};
use std::collections::BTreeMap;
use std::time::Duration;

pub use switches::Switches;
pub use tally::Tally;

/// The totals of one session's audience.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendance {
    /// Of everybody.
    pub total: Tally,
    /// Of each language that ever had a listener, [`LanguageDistribution::MAX_LANGUAGES`] at the most. What is heard
    /// beyond that is counted under [`Language::other`].
    pub languages: BTreeMap<Language, Tally>,
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
            languages: BTreeMap::new(),
            switches: Switches::default(),
            reconnects: 0,
            signals: SignalTotals::default(),
        }
    }

    /// A listener came at `now`.
    pub fn joined(&mut self, counted_as: &Language, now: Timestamp) {
        self.total.joined(now);
        self.change(counted_as, now, |tally| tally.joined(now));
    }

    /// A listener left at `now`.
    pub fn left(&mut self, counted_as: &Language, now: Timestamp) {
        self.total.left(now);
        self.change(counted_as, now, |tally| tally.left(now));
    }

    /// A listener went from one language to another at `now`. For the whole audience nothing happened.
    pub fn switched(&mut self, from: &Language, to: &Language, now: Timestamp) {
        self.change(from, now, |tally| tally.went(now));
        self.change(to, now, |tally| tally.came(now));
        self.switches.note(from, to);
    }

    /// A listener took its place again.
    pub fn resumed(&mut self) {
        self.reconnects += 1;
    }

    /// Whoever was there was gone by `at`, and nobody saw them leave: the process that counted them died.
    pub fn abandoned(&mut self, at: Timestamp) {
        self.total.abandoned(at);
        self.languages.values_mut().for_each(|tally| tally.abandoned(at));
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

    /// Makes `change` to the tally of `language`; to that of the others, where no more languages are told apart. The map
    /// never shrinks, so who was counted in one tally is taken out of the same. A language that is known costs a look-up
    /// and copies nothing.
    fn change(&mut self, language: &Language, now: Timestamp, change: impl FnOnce(&mut Tally)) {
        match self.languages.get_mut(language) {
            Some(tally) => change(tally),
            None => change(self.new_tally(language, now)),
        }
    }

    fn new_tally(&mut self, language: &Language, now: Timestamp) -> &mut Tally {
        let full = self.languages.len() >= LanguageDistribution::MAX_LANGUAGES;
        let name = if full { Language::other() } else { language.clone() };
        self.languages.entry(name).or_insert_with(|| Tally::new(now))
    }
}
