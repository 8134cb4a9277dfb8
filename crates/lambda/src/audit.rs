//! Comparing counters with the tables that they count, in the background: each sweep says that they are kept, and
//! leaves a message for those that are due.

use crate::app::App;
use crate::work::Work;
use headcount_core::ports::StoreError;
use headcount_core::{Drift, Measurement, SessionId};
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::time::Instant;

/// How many audits one sweep asks for. The others are due with the next.
const A_SWEEP: usize = 50;

/// How many audits a sweep may still ask for.
pub(crate) struct Audits(AtomicUsize);

impl Audits {
    pub(crate) fn of_a_sweep() -> Self {
        Self(AtomicUsize::new(A_SWEEP))
    }

    fn take(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
    }
}

impl App {
    /// Says that the counters of `session` are kept, and has them audited if that is due. What fails is tried again by
    /// the next sweep.
    pub(crate) async fn keep_counters(&self, session: &SessionId, audits: &Audits) {
        let Some(tallies) = &self.tallies else { return };
        match tallies.keep(session, self.now()).await {
            Ok(true) if audits.take() => {
                if let Err(error) = self.leave(&Work::Audit { session: session.clone() }).await {
                    tracing::warn!(%error, "an audit was not asked for");
                }
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "counters could not be kept"),
        }
    }

    /// Goes on with the audit of `session`. What remains, the next sweep asks for.
    pub(crate) async fn audit(&self, session: &SessionId, until: Instant) -> Result<(), StoreError> {
        let Some(tallies) = &self.tallies else { return Ok(()) };
        let audited = tallies.audit(session, self.now(), until).await?;
        tracing::info!(
            %session,
            compared = audited.compared,
            mended = audited.mended,
            done = audited.is_done,
            first = audited.is_first,
            "audit"
        );
        if audited.mended > 0 && !audited.is_first {
            self.record(&Measurement::Drifted { drift: Drift::Count });
        }
        Ok(())
    }
}
