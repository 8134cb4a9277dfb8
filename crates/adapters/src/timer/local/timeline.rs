//! Waiting by a steady clock for moments that are given by a wall clock, which may jump.

use headcount_core::Timestamp;
use std::time::Duration;

/// How far the wall clock may drift from the steady one before it counts as having jumped. Well above what
/// rounding to milliseconds and slewing (500 ppm) bring about, well below what a speaker would notice.
const TOLERANCE_MILLIS: i128 = 1_000;

/// A time that goes forward with the steady clock, and jumps ahead when the wall clock does.
///
/// So a wake-up comes after the time that it had to go when it was asked for, and sooner if the wall clock
/// reaches its moment by a jump (a machine that slept, a clock that was set). A wall clock that is set back does
/// not put anything off: the moments asked for before belong to a time that no longer is.
pub(super) struct Timeline {
    jumped_ahead: Duration,
    /// The wall clock minus the steady one, in milliseconds, as of the last jump.
    offset_millis: i128,
}

impl Timeline {
    /// A timeline for clocks that read `wall` and `steady` now.
    pub(super) fn new(wall: Timestamp, steady: Duration) -> Self {
        Self { jumped_ahead: Duration::ZERO, offset_millis: offset_millis(wall, steady) }
    }

    /// The time, where the clocks read `wall` and `steady`.
    pub(super) fn now(&mut self, wall: Timestamp, steady: Duration) -> Duration {
        let offset = offset_millis(wall, steady);
        let jump = offset - self.offset_millis;
        if jump.abs() > TOLERANCE_MILLIS {
            self.offset_millis = offset;
            let ahead = u64::try_from(jump.max(0)).unwrap_or(u64::MAX);
            self.jumped_ahead = self.jumped_ahead.saturating_add(Duration::from_millis(ahead));
        }
        steady.saturating_add(self.jumped_ahead)
    }
}

fn offset_millis(wall: Timestamp, steady: Duration) -> i128 {
    // A steady clock counts from the start of the process and does not come near 2^127 milliseconds.
    i128::from(wall.as_millis()) - i128::try_from(steady.as_millis()).unwrap_or(i128::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn wall(millis: u64) -> Timestamp {
        Timestamp::from_millis(1_699_500_000_000 + millis)
    }

    const fn steady(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn goes_with_the_steady_clock_through_rounding_and_drift() {
        let mut timeline = Timeline::new(wall(0), steady(0));
        for (wall_millis, steady_millis) in [(0, 1), (500, 1_000), (2_900, 2_000), (2_100, 3_000)] {
            let now = timeline.now(wall(wall_millis), steady(steady_millis));
            assert_eq!(now, steady(steady_millis));
        }
    }

    #[test]
    fn jumps_ahead_with_the_wall_clock() {
        let mut timeline = Timeline::new(wall(0), steady(0));
        assert_eq!(timeline.now(wall(3_600_000), steady(1_000)), steady(3_600_000));
        assert_eq!(timeline.now(wall(3_601_000), steady(2_000)), steady(3_601_000));
    }

    #[test]
    fn goes_on_when_the_wall_clock_is_set_back_and_forth() {
        let mut timeline = Timeline::new(wall(3_600_000), steady(0));
        assert_eq!(timeline.now(wall(0), steady(1_000)), steady(1_000));
        assert_eq!(timeline.now(wall(1_000), steady(2_000)), steady(2_000));
        assert_eq!(timeline.now(Timestamp::MAX, steady(2_000)).as_secs() / 1_000_000, 8_638_300);
        assert!(timeline.now(Timestamp::EPOCH, steady(3_000)) > steady(3_000));
    }
}
