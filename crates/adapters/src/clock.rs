//! The clock of the machine, read here and nowhere else: everything that needs the time takes a [`Clock`].

use headcount_core::{Timestamp, ports::Clock};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The time of day, which never goes back while the process lives.
///
/// The wall clock may jump: an administrator or NTP sets it, a machine sleeps. Forward jumps are followed. After a
/// jump back this clock goes on at its pace until the wall clock has caught up, so that what is due every thirty
/// seconds stays so, and no message is dated before the one that it follows.
#[derive(Debug)]
pub struct SystemClock {
    started: Instant,
    /// The latest that the wall clock has ever made of the moment at which this one was started, in milliseconds.
    epoch: AtomicU64,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { started: Instant::now(), epoch: AtomicU64::new(0) }
    }
}

impl SystemClock {
    /// Lets it be `floor` now, if it would be earlier: what is stored says that it has been that late already.
    pub fn not_before(&self, floor: Timestamp) {
        self.read(floor, self.started.elapsed());
    }

    /// The time, where the wall clock shows `wall` and so much time has passed since the start.
    fn read(&self, wall: Timestamp, elapsed: Duration) -> Timestamp {
        let elapsed = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        let epoch = wall.as_millis().saturating_sub(elapsed);
        let epoch = self.epoch.fetch_max(epoch, Ordering::Relaxed).max(epoch);
        Timestamp::from_millis(epoch.saturating_add(elapsed))
    }
}

impl Clock for SystemClock {
    /// Now, in whole milliseconds.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the wall clock")]
    fn now(&self) -> Timestamp {
        self.read(since_epoch(SystemTime::now()), self.started.elapsed())
    }
}

/// Rounded down to milliseconds; a time before 1970 is [`Timestamp::EPOCH`].
fn since_epoch(time: SystemTime) -> Timestamp {
    let millis = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    Timestamp::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_down_to_milliseconds_and_never_goes_below_the_epoch() {
        let time = UNIX_EPOCH + Duration::from_micros(1_699_501_847_000_999);
        assert_eq!(since_epoch(time).as_millis(), 1_699_501_847_000);
        assert_eq!(since_epoch(UNIX_EPOCH - Duration::from_secs(9)), Timestamp::EPOCH);
    }

    #[test]
    fn follows_the_wall_clock_forward_and_goes_on_when_it_jumps_back() {
        let clock = SystemClock::default();
        let read = |wall, elapsed| {
            clock.read(Timestamp::from_millis(wall), Duration::from_millis(elapsed)).as_millis()
        };
        assert_eq!(read(1_000_000, 0), 1_000_000);
        assert_eq!(read(1_000_010, 10), 1_000_010);
        assert_eq!(read(400_000, 20), 1_000_020, "the wall clock was set back");
        assert_eq!(read(400_010, 30), 1_000_030);
        assert_eq!(read(2_000_000, 40), 2_000_000, "it was set forward");
        clock.not_before(Timestamp::from_millis(3_000_000));
        assert!(read(2_000_010, 50) >= 3_000_000);
    }

    #[test]
    fn reads_the_clock_of_this_century() {
        let in_2024 = Timestamp::from_millis(1_704_067_200_000);
        let in_2200 = Timestamp::from_millis(7_258_118_400_000);
        let now = SystemClock::default().now();
        assert!(in_2024 < now && now < in_2200);
    }
}
