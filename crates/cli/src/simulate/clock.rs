//! The monotonic clock of the machine, which all processes of a simulation share.

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A moment by the machine's monotonic clock, in nanoseconds since the machine started. Unlike
/// [`std::time::Instant`] it can be told to another process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Moment(u64);

impl Moment {
    /// Now.
    pub(crate) fn now() -> Self {
        let time = clock_gettime(ClockId::Monotonic);
        let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
        let nanos = u64::try_from(time.tv_nsec).unwrap_or_default();
        Self(seconds.saturating_mul(1_000_000_000).saturating_add(nanos))
    }

    /// The time from an earlier moment to this one; none if it was not earlier.
    pub(crate) const fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    /// A later moment.
    pub(crate) fn plus(self, time: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)))
    }

    /// Waits for this moment. The runtime wakes at whole milliseconds, so up to one late. For a moment that is over
    /// there is no sleep: even the shortest would end a millisecond later, and who is late would stay so. But others
    /// get their turn, since it is their work that is late.
    pub(crate) async fn reached(self) {
        let left = self.since(Self::now());
        if left.is_zero() {
            tokio::task::yield_now().await;
        } else {
            tokio::time::sleep(left).await;
        }
    }
}
