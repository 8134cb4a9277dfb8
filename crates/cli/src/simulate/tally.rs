//! What the listeners of one worker went through, added up.

use super::latencies::Latencies;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Counts and times.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tally {
    /// From the scheduled time of an arrival to the moment its WebSocket was open.
    pub(crate) connect: Latencies,
    /// From the scheduled time of an arrival to the acknowledgement of its join.
    pub(crate) join: Latencies,
    /// How late this program itself began an arrival. If this is large, the generator was the bottleneck.
    pub(crate) generator_lag: Latencies,
    /// The counters.
    pub(crate) counts: Counts,
    /// What went wrong, by kind, how often.
    pub(crate) errors: Errors,
}

/// The counters of a simulation, also shown while it runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    /// Arrivals begun.
    pub(crate) arrivals: u64,
    /// Joins acknowledged.
    pub(crate) joined: u64,
    /// Listeners that left because the schedule said so.
    pub(crate) left: u64,
    /// Listeners that lost their connection though they were to stay.
    pub(crate) lost: u64,
    /// Arrivals that came to nothing.
    pub(crate) failed: u64,
}

/// How often what went wrong. Keeps [`Errors::KINDS`] kinds apart; the rest counts as `other`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Errors(BTreeMap<String, u64>);

impl Tally {
    /// Adds another worker's.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.connect.merge(&other.connect);
        self.join.merge(&other.join);
        self.generator_lag.merge(&other.generator_lag);
        self.counts.add(&other.counts);
        other.errors.iter().for_each(|(kind, times)| self.errors.add(kind, times));
    }
}

impl Counts {
    /// Adds another worker's.
    pub(crate) const fn add(&mut self, other: &Self) {
        self.arrivals += other.arrivals;
        self.joined += other.joined;
        self.left += other.left;
        self.lost += other.lost;
        self.failed += other.failed;
    }

    /// Listeners that are there now.
    pub(crate) const fn listening(&self) -> u64 {
        self.joined.saturating_sub(self.left + self.lost)
    }
}

impl Errors {
    const KINDS: usize = 64;

    /// Counts something that went wrong so many times.
    pub(crate) fn add(&mut self, kind: &str, times: u64) {
        let is_known = self.0.contains_key(kind) || self.0.len() < Self::KINDS;
        let kind = if is_known { kind } else { "other" };
        *self.0.entry(kind.to_owned()).or_default() += times;
    }

    /// All kinds with their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|(kind, times)| (kind.as_str(), *times))
    }

    /// The kind that came most often.
    pub(crate) fn most_common(&self) -> Option<&str> {
        self.iter().max_by_key(|(_, times)| *times).map(|(kind, _)| kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn tallies_of_workers_add_up() {
        let counts = Counts { arrivals: 10, joined: 8, left: 2, lost: 1, failed: 2 };
        let mut one = Tally { counts, ..Tally::default() };
        one.errors.add("refused: 429", 2);
        one.join.record(Duration::from_millis(5));
        let mut sum = one.clone();
        sum.merge(&one);
        assert_eq!(sum.counts, Counts { arrivals: 20, joined: 16, left: 4, lost: 2, failed: 4 });
        assert_eq!(sum.counts.listening(), 10);
        assert_eq!(sum.errors.iter().collect::<Vec<_>>(), [("refused: 429", 4)]);
        assert_eq!(sum.join.count(), 2);
    }

    #[test]
    fn kinds_of_errors_are_bounded_and_none_is_lost() {
        let mut errors = Errors::default();
        (0..1_000).for_each(|kind| errors.add(&format!("kind {kind}"), 1));
        assert!(errors.iter().count() <= Errors::KINDS + 1);
        assert_eq!(errors.iter().map(|(_, times)| times).sum::<u64>(), 1_000);
        assert_eq!(errors.most_common(), Some("other"));
    }
}
