//! The settings of the update policy.

use std::time::Duration;

/// When the speaker is told without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpdatePolicy {
    /// How long after the last update of any reason the periodic one is due. 30 s by default.
    pub period: Duration,
    /// By more than how many percent of the last count told the count must change to be told at once.
    /// 10 by default.
    pub threshold_percent: u32,
    /// How long after a triggered update the next one waits; zero turns it off. 1 s by default.
    pub min_gap: Duration,
    /// How many tags a message shows besides `other`. 63 by default.
    pub shown_languages: usize,
    /// Whether changes of the audience are told at all. Off while counts are being rebuilt.
    pub triggers: bool,
}

impl UpdatePolicy {
    /// The same policy with triggers held back.
    #[must_use]
    pub const fn holding_triggers(self) -> Self {
        Self { triggers: false, ..self }
    }

    /// Whether going from `last` to `now` listeners is worth telling: strictly more than the threshold, in
    /// integers. From nobody, anybody is.
    #[must_use]
    pub fn is_change(&self, last: u64, now: u64) -> bool {
        u128::from(last.abs_diff(now)) * 100 > u128::from(self.threshold_percent) * u128::from(last)
    }
}

impl Default for UpdatePolicy {
    fn default() -> Self {
        Self {
            period: Duration::from_secs(30),
            threshold_percent: 10,
            min_gap: Duration::from_secs(1),
            shown_languages: crate::ShownDistribution::DEFAULT_LIMIT,
            triggers: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_threshold_says_nothing() {
        let policy = UpdatePolicy::default();
        for (last, now, change) in [
            (10, 11, false),
            (10, 12, true),
            (10, 9, false),
            (10, 8, true),
            (0, 1, true),
            (0, 0, false),
            (1, 0, true),
            (100, 110, false),
            (100, 111, true),
            (u64::MAX, u64::MAX - 1, false),
            (1, u64::MAX, true),
            (9, 10, true),
        ] {
            assert_eq!(policy.is_change(last, now), change, "{last} -> {now}");
        }
        assert!(UpdatePolicy { threshold_percent: 0, ..policy }.is_change(1_000_000, 1_000_001));
    }
}
