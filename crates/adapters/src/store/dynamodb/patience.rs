//! Trying again after a lost race, for a limited time.
//!
//! Who has lost waits a random part of a span that begins with the time that the try took and doubles with each loss. So
//! many who meet spread out until there is room for each, whether the tables are quick or slow.

use headcount_core::ports::StoreError;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long one mutation is tried, conflicts with others included. Beyond that the store counts as unavailable.
const PATIENCE: Duration = Duration::from_secs(4);
/// How often it is tried all the same: where each try is slow, what is slow has limits of its own.
const AT_LEAST: u32 = 20;
/// The span after the first loss, where a try takes no time.
const SHORTEST_WAIT: Duration = Duration::from_millis(4);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Counts the tries of one operation.
pub(super) struct Patience {
    started: Instant,
    tried: Instant,
    tries: u32,
}

impl Patience {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        Self { started: now, tried: now, tries: 0 }
    }

    /// Waits a random time, so that those who met do not meet again at once.
    ///
    /// # Errors
    /// When it has taken too long.
    pub(super) async fn again(&mut self) -> Result<(), StoreError> {
        self.tries += 1;
        if self.tries >= AT_LEAST && self.started.elapsed() > PATIENCE {
            return Err(StoreError::Unavailable("others write the same items all the time".to_owned()));
        }
        sleep(span(self.tries, self.tried.elapsed()).mul_f64(rand::random::<f64>())).await;
        self.tried = Instant::now();
        Ok(())
    }
}

/// How long to wait at the most after so many losses, the last of which took so long.
fn span(tries: u32, took: Duration) -> Duration {
    let doubled = took.max(SHORTEST_WAIT).saturating_mul(1 << (tries - 1).min(4));
    doubled.min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_span_doubles_up_to_the_longest() {
        let millis = |tries, took| span(tries, Duration::from_millis(took)).as_millis();
        assert_eq!([1, 2, 3, 4, 5, 6, 7].map(|tries| millis(tries, 25)), [25, 50, 100, 200, 400, 400, 400]);
        assert_eq!(
            (millis(1, 0), millis(u32::MAX, 0), millis(1, 9_000), millis(9, 500)),
            (4, 64, 1_000, 1_000)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_when_both_time_and_tries_are_used_up() {
        let mut patience = Patience::new();
        let mut tries = 1;
        while patience.again().await.is_ok() {
            tries += 1;
        }
        assert!(tries >= AT_LEAST && patience.started.elapsed() <= PATIENCE + LONGEST_WAIT, "{tries} tries");
        let mut slow = Patience::new();
        for _ in 1..AT_LEAST {
            tokio::time::advance(PATIENCE).await;
            slow.again().await.unwrap();
        }
        slow.again().await.unwrap_err();
    }
}
