//! The totals of one language, or of a whole audience.

use crate::Timestamp;
use std::time::Duration;

/// Totals, peak and listening time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// How many listeners there are.
    pub count: u64,
    /// How many there were at the most.
    pub peak: u64,
    /// When the peak was first reached; for a tally without listeners so far, when it began.
    pub peak_at: Timestamp,
    /// When there was the first listener, if there ever was one.
    pub first_heard: Option<Timestamp>,
    /// How often somebody joined. Who changed to this language from another has not joined.
    pub joins: u64,
    /// How often somebody left. Who changed to another language has not left.
    pub leaves: u64,
    /// What all listeners together have listened until [`Self::since`], in milliseconds.
    pub listened: u64,
    /// When the count last changed. It never goes back, whatever the clock does.
    pub since: Timestamp,
}

impl Tally {
    /// Nobody, since `now`.
    #[must_use]
    pub const fn new(now: Timestamp) -> Self {
        Self {
            count: 0,
            peak: 0,
            peak_at: now,
            first_heard: None,
            joins: 0,
            leaves: 0,
            listened: 0,
            since: now,
        }
    }

    /// What all listeners together have listened until `now`.
    #[must_use]
    pub fn listener_time(&self, now: Timestamp) -> Duration {
        Duration::from_millis(self.listened_until(now))
    }

    pub(super) fn joined(&mut self, now: Timestamp) {
        self.joins += 1;
        self.came(now);
    }

    pub(super) fn left(&mut self, now: Timestamp) {
        self.leaves += 1;
        self.went(now);
    }

    pub(super) fn came(&mut self, now: Timestamp) {
        self.change(self.count + 1, now);
        if self.count > self.peak {
            (self.peak, self.peak_at) = (self.count, self.since);
        }
        self.first_heard.get_or_insert(self.since);
    }

    pub(super) fn went(&mut self, now: Timestamp) {
        self.change(self.count.saturating_sub(1), now);
    }

    pub(super) fn abandoned(&mut self, at: Timestamp) {
        self.leaves += self.count;
        self.change(0, at);
    }

    fn change(&mut self, count: u64, now: Timestamp) {
        self.listened = self.listened_until(now);
        self.since = self.since.max(now);
        self.count = count;
    }

    fn listened_until(&self, now: Timestamp) -> u64 {
        let since = now.as_millis().saturating_sub(self.since.as_millis());
        self.listened.saturating_add(self.count.saturating_mul(since))
    }
}
