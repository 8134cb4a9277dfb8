//! Trying again after a lost race, for a limited time.

use headcount_core::ports::StoreError;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long one mutation is tried, conflicts with others included. Beyond that the store counts as unavailable.
const PATIENCE: Duration = Duration::from_secs(4);
const FIRST_WAIT: Duration = Duration::from_millis(4);
const LONGEST_WAIT: Duration = Duration::from_millis(120);

/// Counts the tries of one operation.
pub(super) struct Patience {
    started: Instant,
    wait: Duration,
}

impl Patience {
    pub(super) fn new() -> Self {
        Self { started: Instant::now(), wait: FIRST_WAIT }
    }

    /// Waits a random time, so that those who met do not meet again at once.
    ///
    /// # Errors
    /// When it has taken too long.
    pub(super) async fn again(&mut self) -> Result<(), StoreError> {
        if self.started.elapsed() > PATIENCE {
            return Err(StoreError::Unavailable("others write the same items all the time".to_owned()));
        }
        sleep(self.wait.mul_f64(rand::random::<f64>())).await;
        self.wait = (self.wait * 2).min(LONGEST_WAIT);
        Ok(())
    }
}
