//! Wake-ups on a platform that has no timer finer than a minute: delayed messages between two sweeps.
//!
//! The sweep looks at every session each minute, so a wake-up that is further away than [`HORIZON`] is left to it. A
//! wake-up may ask for one more, and that one for none: a chain without an end would be cut by AWS.

#[cfg(test)]
mod tests;

use async_trait::async_trait;
use headcount_core::ports::{Clock, UpdateTimer};
use headcount_core::{SessionId, Timestamp};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How far a sweep looks ahead: the minute to the next one, and what that may be late.
pub(crate) const HORIZON: Duration = Duration::from_secs(75);

/// The time between two sweeps.
const SWEEP: Duration = Duration::from_secs(60);

/// How long the queue is waited for: whoever asks for a wake-up has an answer to give meanwhile, or other sessions to
/// see to. What it did not take, the next one asks for who looks at the session, at the latest a sweep.
const QUEUE_PATIENCE: Duration = Duration::from_millis(250);

/// Of so many sessions this instance remembers the wake-up that is on its way. When there are more, all are
/// forgotten, and some messages are sent that were not needed.
const REMEMBERED: usize = 4_096;

/// A wake-up that has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wake {
    /// The session to be woken.
    pub session: SessionId,
    /// When that was asked for.
    pub at: Timestamp,
    /// How many wake-ups in a row it is, itself included.
    pub hop: u8,
}

/// Sends wake-ups.
pub trait Wakes: Send + Sync {
    /// The timer for what comes from outside: a message, the schedule, a change of the tables.
    fn outside(&self) -> Arc<dyn UpdateTimer>;

    /// The timer of whoever is woken by `wake`. What is due at `next_sweep` or later is left to that.
    fn following(&self, wake: &Wake, next_sweep: Timestamp) -> Arc<dyn UpdateTimer>;
}

/// Sends few wake-ups and no needless ones.
pub(crate) struct Arming {
    wakes: Arc<dyn Wakes>,
    clock: Arc<dyn Clock>,
    coming: Mutex<HashMap<SessionId, Timestamp>>,
}

impl Arming {
    pub(crate) fn new(wakes: Arc<dyn Wakes>, clock: Arc<dyn Clock>) -> Self {
        Self { wakes, clock, coming: Mutex::default() }
    }

    /// The timer of whoever is woken by `wake`.
    pub(crate) fn following(&self, wake: &Wake) -> Arc<dyn UpdateTimer> {
        self.coming.lock().remove(&wake.session);
        self.wakes.following(wake, self.clock.now().plus(SWEEP))
    }

    /// Whether a wake-up at `at` has to be sent; if so, it counts as sent. It has not where an earlier one is still
    /// to come: that one looks, and asks for the next. So a page that asks for the status every two seconds causes
    /// one wake-up every half minute, not fifteen.
    fn note(&self, session: &SessionId, now: Timestamp, at: Timestamp) -> bool {
        let mut coming = self.coming.lock();
        if coming.get(session).is_some_and(|earlier| now < *earlier && *earlier <= at) {
            return false;
        }
        if coming.len() >= REMEMBERED && !coming.contains_key(session) {
            coming.clear();
        }
        coming.insert(session.clone(), at);
        true
    }
}

/// The timer for what comes from outside.
#[async_trait]
impl UpdateTimer for Arming {
    async fn wake_at(&self, session: &SessionId, at: Timestamp) {
        let now = self.clock.now();
        if at <= now.plus(HORIZON) && self.note(session, now, at) {
            let outside = self.wakes.outside();
            if timeout(QUEUE_PATIENCE, outside.wake_at(session, at)).await.is_err() {
                tracing::warn!(%session, "the queue took no wake-up in time");
                self.coming.lock().remove(session);
            }
        }
    }
}
