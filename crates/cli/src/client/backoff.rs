//! How long to wait before the next try.

use rand::{Rng, RngExt};
use std::time::Duration;

/// Waits that double from half a second to fifteen, each shortened by up to a half at random, so that many
/// clients that lost one server do not come back to it in step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Backoff {
    failures: u32,
}

impl Backoff {
    const FIRST: Duration = Duration::from_millis(500);
    const LONGEST: Duration = Duration::from_secs(15);

    /// The wait after one more failure; never shorter than `at_least`, which is what the server asked for.
    pub(crate) fn after_failure(&mut self, at_least: Option<Duration>, random: &mut impl Rng) -> Duration {
        let full = Self::FIRST.saturating_mul(1 << self.failures.min(10)).min(Self::LONGEST);
        self.failures = self.failures.saturating_add(1);
        let wait = full.mul_f64(random.random_range(0.5..=1.0));
        wait.max(at_least.unwrap_or_default())
    }

    /// A try succeeded: the next failure is a first one again.
    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    #[test]
    fn waits_double_up_to_a_bound_and_start_anew() {
        let mut random = StdRng::seed_from_u64(1);
        let mut backoff = Backoff::default();
        let mut wait = || backoff.after_failure(None, &mut random).as_secs_f64();
        for full in [0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0] {
            let wait = wait();
            assert!((full / 2.0..=full).contains(&wait), "{wait} of {full}");
        }
        for _ in 0..100 {
            assert!(wait() <= 15.0);
        }
        backoff.reset();
        assert!(backoff.after_failure(None, &mut random) <= Backoff::FIRST);
    }

    #[test]
    fn the_server_may_ask_for_a_longer_wait() {
        let mut random = StdRng::seed_from_u64(1);
        let asked = Duration::from_secs(60);
        assert_eq!(Backoff::default().after_failure(Some(asked), &mut random), asked);
    }
}
