//! A clock that goes when it is told to.

use headcount_core::{Timestamp, ports::Clock};
use parking_lot::Mutex;
use std::time::Duration;

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub const fn at(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    /// Moves it on by `duration`, and says what it shows then.
    pub fn advance(&self, duration: Duration) -> Timestamp {
        let mut now = self.0.lock();
        *now = now.plus(duration);
        *now
    }

    /// Sets it, back as well as forth.
    pub fn set(&self, now: Timestamp) {
        *self.0.lock() = now;
    }
}

impl Default for ManualClock {
    /// A clock that shows [`crate::samples::NOW`].
    fn default() -> Self {
        Self::at(crate::samples::NOW)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock()
    }
}
