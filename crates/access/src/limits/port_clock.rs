//! The time of core's clock, for limits of a process that may be stopped: what the operating system calls monotonic
//! does not say how long a frozen function was away.

use governor::clock::Clock as Timepiece;
use headcount_core::ports::Clock;
use std::sync::Arc;
use std::time::Duration;

/// A clock of core's as the library wants one.
#[derive(Clone)]
pub(crate) struct PortClock(pub(crate) Arc<dyn Clock>);

impl Timepiece for PortClock {
    /// Since 1970.
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_millis(self.0.now().as_millis())
    }
}
