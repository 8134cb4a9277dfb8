//! A limit as two numbers, for whoever counts elsewhere than here.

use governor::Quota;
use std::num::NonZeroU32;
use std::time::Duration;

/// How much is allowed of one thing, as the generic cell rate algorithm counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many there may be at once, after a rest; at least 1.
    pub burst: u32,
    /// How long it takes until there is room for one more; never zero.
    pub interval: Duration,
}

impl Rate {
    /// One of `share` parts of it, and at least one at once.
    pub(crate) fn part(self, share: u32) -> Self {
        Self { burst: (self.burst / share).max(1), interval: self.interval.saturating_mul(share) }
    }

    pub(crate) fn quota(self) -> Quota {
        let burst = NonZeroU32::new(self.burst).unwrap_or(NonZeroU32::MIN);
        let period = Quota::with_period(self.interval).unwrap_or(Quota::per_second(NonZeroU32::MAX));
        period.allow_burst(burst)
    }
}

impl From<Quota> for Rate {
    fn from(quota: Quota) -> Self {
        Self { burst: quota.burst_size().get(), interval: quota.replenish_interval() }
    }
}
