//! The clock of one machine: it goes with all others, but need not show the same, and may jump.

use headcount_core::{Timestamp, ports::Clock};
use headcount_testkit::samples;
use parking_lot::Mutex;
use tokio::time::Instant;

/// A clock that is as far from the true time as it is told to be.
pub(crate) struct SkewedClock {
    start: Instant,
    /// Milliseconds ahead of the true time; below zero, behind it.
    ahead: Mutex<i64>,
}

impl SkewedClock {
    /// A clock that shows [`samples::NOW`] and `ahead` more at `start`.
    pub(crate) const fn new(start: Instant, ahead: i64) -> Self {
        Self { start, ahead: Mutex::new(ahead) }
    }

    /// Jumps by so many milliseconds.
    pub(crate) fn jump(&self, by: i64) {
        *self.ahead.lock() += by;
    }
}

impl Clock for SkewedClock {
    fn now(&self) -> Timestamp {
        let elapsed = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        let shown = samples::NOW.as_millis() + elapsed;
        Timestamp::from_millis(shown.saturating_add_signed(*self.ahead.lock()))
    }
}
