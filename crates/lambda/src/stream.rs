//! Changes of the table of connections: whoever has to hear of them is told.
//!
//! A batch says which sessions may have changed, and no more is believed of it: it may come again, late and out of
//! order. What is told is what the store counts at this moment, so a batch that says something false costs a look.
//! Where the store counts by counters, these note the batch before anybody looks.

mod batch;
mod overlay;
mod seen;
#[cfg(test)]
mod tests;

use crate::app::App;
use crate::counts::LookedAt;
use crate::failures::{Failures, guarded};
use crate::trigger::StreamRecord;
use batch::Changed;
use futures_util::{StreamExt, stream};
use headcount_core::SessionId;
use headcount_core::ports::{StoreError, UpdateTimer};
use overlay::Overlay;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How many sessions are looked after at the same time.
const AT_ONCE: usize = 8;

/// How long one session may take.
const ONE: Duration = Duration::from_secs(4);

/// How long the index may lag behind the table: after it, what the count did not show yet is looked at once more.
const SETTLED: Duration = Duration::from_secs(1);

impl App {
    /// Looks after every session that `records` say something about, as long as there is time before `until`; says from
    /// which record on they are to come again.
    pub(crate) async fn on_stream(&self, records: &[StreamRecord], until: Instant) -> Value {
        let failures = Failures::default();
        self.note_all(records, &failures, until).await;
        let changed = batch::collapse(records, self.now());
        stream::iter(changed)
            .for_each_concurrent(AT_ONCE, |(session, changed)| {
                let failures = &failures;
                async move {
                    let first = changed.first.clone();
                    let by = until.min(Instant::now() + ONE);
                    let told = guarded(timeout_at(by, self.on_changed(&session, changed))).await;
                    if !matches!(told, Some(Ok(Ok(())))) {
                        tracing::warn!("a session of a stream batch was not looked after");
                        // Records that are to be noted are tried for long; one session must not hold up the others
                        // for what the next sweep does.
                        if self.tallies.is_none() {
                            // Without a place in the stream, the whole batch comes again.
                            failures.add(first.as_deref().unwrap_or_default());
                        }
                    }
                }
            })
            .await;
        failures.report()
    }

    /// Has the counters note what `records` say, session by session.
    async fn note_all(&self, records: &[StreamRecord], failures: &Failures, until: Instant) {
        let Some(tallies) = &self.tallies else { return };
        let now = self.now();
        stream::iter(seen::latest(records))
            .for_each_concurrent(AT_ONCE, |(session, told)| async move {
                let noted = guarded(timeout_at(until, tallies.note(&session, &told.seen, now))).await;
                if !matches!(noted, Some(Ok(Ok(())))) {
                    tracing::warn!("the counters of a session did not note a stream batch");
                    failures.add(&told.first);
                }
            })
            .await;
    }

    async fn on_changed(&self, session: &SessionId, changed: Changed) -> Result<(), StoreError> {
        let lagging = changed.has_departures();
        let overlay = Arc::new(Overlay::new(session.clone(), changed.joined()));
        let service = self.service_over(|ports| {
            ports.presence = Arc::new(LookedAt::new(Arc::clone(&ports.presence), overlay));
        });
        service.wake(session).await?;
        if lagging {
            // The count may still hold those who have left, and unlike those who came nobody can be shown to be gone.
            self.arming.wake_at(session, self.now().plus(SETTLED)).await;
        }
        Ok(())
    }
}
