//! What is signalled, and from when on.

use std::time::Duration;

/// Which signals there are, and how soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignalRules {
    /// How long a language has had no listener when it is said to be idle; `None` never says so. 60 s by default.
    pub idle_after: Option<Duration>,
    /// What percentage of its listeners a language, or the audience, loses within [`SignalRules::DROP_WITHIN`] when a
    /// drop is said, 1 to 100; `None` never says so. 50 by default.
    pub drop_percent: Option<u32>,
    /// Whether it is said that somebody asks for a language that is not served. On by default.
    pub unserved: bool,
}

impl SignalRules {
    /// The time within which listeners are lost for it to be a drop.
    pub const DROP_WITHIN: Duration = Duration::from_secs(30);

    /// How many listeners there are before a drop at the least: of fewer, one or two who leave are many percent.
    pub const DROP_FROM: u64 = 5;

    /// Nothing is signalled.
    pub const OFF: Self = Self { idle_after: None, drop_percent: None, unserved: false };

    /// Whether going from `before` to `after` is a drop.
    pub(super) fn is_drop(&self, before: u64, after: u64) -> bool {
        let lost = u128::from(before.saturating_sub(after)) * 100;
        let enough = |percent| lost >= u128::from(before) * u128::from(percent);
        before >= Self::DROP_FROM && after < before && self.drop_percent.is_some_and(enough)
    }

    /// Whether a part of an audience that went from `before` to `after` keeps more than is lost in a drop, however
    /// small it is. Where there is no such part, nothing holds.
    pub(super) fn holds(&self, before: u64, after: u64) -> bool {
        let lost = u128::from(before.saturating_sub(after)) * 100;
        let fewer = |percent| lost < u128::from(before) * u128::from(percent);
        self.drop_percent.is_some_and(fewer)
    }
}

impl Default for SignalRules {
    fn default() -> Self {
        Self { idle_after: Some(Duration::from_secs(60)), drop_percent: Some(50), unserved: true }
    }
}
