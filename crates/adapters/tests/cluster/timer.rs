//! Wake-ups by the clock of one node.

use async_trait::async_trait;
use headcount_core::ports::{Clock, UpdateTimer};
use headcount_core::{SessionId, Timestamp};
use parking_lot::Mutex;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::timeout;

/// The wake-ups that were asked for.
#[derive(Default)]
pub(crate) struct SimulatedTimer {
    pending: Mutex<BTreeSet<(Timestamp, SessionId)>>,
    asked: Notify,
}

impl SimulatedTimer {
    pub(crate) fn ask(&self, session: &SessionId, at: Timestamp) {
        self.pending.lock().insert((at, session.clone()));
        self.asked.notify_one();
    }

    /// Waits for the next wake-up. The clock is looked at each second, in case it has jumped.
    pub(crate) async fn next(&self, clock: &impl Clock) -> SessionId {
        loop {
            let first = self.pending.lock().first().cloned();
            let wait = match first {
                Some((at, session)) if at <= clock.now() => {
                    self.pending.lock().retain(|(due, of)| *due > at || *of != session);
                    return session;
                }
                Some((at, _)) => at.since(clock.now()).min(Duration::from_secs(1)),
                None => Duration::from_secs(1),
            };
            drop(timeout(wait, self.asked.notified()).await);
        }
    }
}

#[async_trait]
impl UpdateTimer for SimulatedTimer {
    async fn wake_at(&self, session: &SessionId, at: Timestamp) {
        self.ask(session, at);
    }
}
