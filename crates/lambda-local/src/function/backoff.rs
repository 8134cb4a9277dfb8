//! How long to wait before a process that would not start is started again.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// The wait after the first failure.
const FIRST: Duration = Duration::from_millis(100);

/// The longest.
const LONGEST: Duration = Duration::from_secs(5);

/// Counts failures in a row; each doubles the wait.
#[derive(Debug, Default)]
pub(super) struct Backoff(AtomicU32);

impl Backoff {
    /// Waits as long as the failures so far demand.
    pub(super) async fn wait(&self) {
        tokio::time::sleep(self.delay()).await;
    }

    /// Takes note of how a start went.
    pub(super) fn note(&self, started: bool) {
        let next = |failures: u32| Some(if started { 0 } else { failures.saturating_add(1) });
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
    }

    /// How long the next start has to wait.
    pub(super) fn delay(&self) -> Duration {
        match self.0.load(Ordering::Relaxed) {
            0 => Duration::ZERO,
            failures => FIRST.saturating_mul(1 << (failures - 1).min(16)).min(LONGEST),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_to_its_end_and_forgets_after_a_success() {
        let backoff = Backoff::default();
        let delays: Vec<u128> = (0..9)
            .map(|_| {
                let delay = backoff.delay().as_millis();
                backoff.note(false);
                delay
            })
            .collect();
        assert_eq!(delays, [0, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
        backoff.note(true);
        assert_eq!(backoff.delay(), Duration::ZERO);
    }
}
