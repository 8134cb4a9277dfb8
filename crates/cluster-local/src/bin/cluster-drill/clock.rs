//! The monotonic clock of the machine, which all processes of a drill share.

use rustix::time::{ClockId, clock_gettime};

/// Microseconds since the machine started.
pub(crate) fn now() -> u64 {
    let time = clock_gettime(ClockId::Monotonic);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    let nanos = u64::try_from(time.tv_nsec).unwrap_or_default();
    seconds.saturating_mul(1_000_000).saturating_add(nanos / 1_000)
}

/// A second, as [`now`] counts.
pub(crate) const SECOND: u64 = 1_000_000;
