//! Once a minute: every active session is looked after.
//!
//! What is due is done; what is due before the next sweep has come is asked for by a delayed wake-up. A rule that fires
//! twice does no harm: the claim decides who tells.

mod census;
mod tally;

use crate::app::App;
use crate::audit::Audits;
use crate::counts::LookedAt;
use crate::failures::guarded;
use crate::work::{QueueError, Work};
use census::Census;
use futures_util::{StreamExt, future, stream};
use headcount_core::ports::{Metrics, StoreError};
use headcount_core::service::StatusService;
use headcount_core::{Session, SessionId, SpeakerSeat, Timestamp};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tally::Tally;
use tokio::time::{Instant, timeout_at};

/// How many sessions are read at a time.
const PAGE: usize = 500;

/// How many sessions are looked after at the same time.
const AT_ONCE: usize = 32;

/// How long one session may take: one that waits costs the others nothing but a place among those. A call of AWS that
/// nobody answers is given up before that, so that what failed is known where it failed.
const ONE: Duration = Duration::from_secs(3);

/// What a session that is begun with is left to be done in: nobody is to be cut off between the claim of an update and
/// its sending, where all goes as it usually does. Half of what there is, where that is less.
const FOR_THE_LAST: Duration = Duration::from_secs(1);

/// What is kept of the time for handing on what there was no time for.
const FOR_HANDING_ON: Duration = Duration::from_millis(500);

/// What a sweep has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SweepReport {
    /// How many updates are on their way.
    pub updates_sent: u64,
    /// How many sessions were not looked after, or have an update that may not have arrived.
    pub updates_failed: u64,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
}

/// Why a sweep did not come to its end. What it left out, the next one sees to.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The sessions could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There was no time for the rest, and it could not be handed on.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

/// The time that a sweep has.
#[derive(Clone, Copy)]
struct Time {
    /// From then on no session is begun with.
    begin_by: Instant,
    /// By then, every session is done with.
    end_by: Instant,
}

impl App {
    /// Looks after all sessions, those after `after`, as long as the budget lasts; the rest is handed on. By `until` that
    /// is done.
    pub(crate) async fn sweep(
        &self,
        after: Option<SessionId>,
        until: Instant,
    ) -> Result<SweepReport, SweepError> {
        let began = Instant::now();
        let end_by = until.checked_sub(FOR_HANDING_ON).unwrap_or(began);
        let whole = end_by.saturating_duration_since(began);
        let beginning = whole.saturating_sub(FOR_THE_LAST.min(whole / 2)).min(self.settings.sweep_budget);
        let time = Time { begin_by: began + beginning, end_by };
        let tally = Arc::new(Tally::over(Arc::clone(&self.ports.metrics)));
        let census = Arc::new(Census::new(Arc::clone(&self.audience_log)));
        let service = self.service_over(|ports| {
            ports.metrics = Arc::clone(&tally) as Arc<dyn Metrics>;
            ports.presence = Arc::new(LookedAt::new(Arc::clone(&ports.presence), census));
        });
        let rest = self.walk(&service, &tally, after, time).await;
        let report = tally.report(began.elapsed());
        tracing::info!(
            updates_sent = report.updates_sent,
            updates_failed = report.updates_failed,
            duration_ms = report.duration_ms,
            handed_on = rest.as_ref().is_ok_and(Option::is_some),
            "sweep"
        );
        if let Some(after) = rest? {
            let left = timeout_at(until, self.leave(&Work::Sweep { after })).await;
            left.unwrap_or_else(|_| Err(QueueError("there was no time".to_owned())))?;
        }
        Ok(report)
    }

    /// Walks through the sessions; the last one that was looked after, if there was no time for all.
    async fn walk(
        &self,
        service: &StatusService,
        tally: &Tally,
        mut after: Option<SessionId>,
        time: Time,
    ) -> Result<Option<SessionId>, StoreError> {
        loop {
            let page = self.page(after.as_ref(), time).await?;
            let Some(last) = page.last().map(|session| session.id.clone()) else { return Ok(None) };
            let seen = self.look_after(service, tally, &page, time).await;
            if seen < page.len() {
                return Ok(seen.checked_sub(1).map(|at| page[at].id.clone()));
            }
            after = Some(last);
            if Instant::now() >= time.begin_by {
                // Whether there are more, another invocation has the time to find out.
                return Ok(after);
            }
        }
    }

    /// The sessions that follow `after`.
    async fn page(&self, after: Option<&SessionId>, time: Time) -> Result<Vec<Arc<Session>>, StoreError> {
        let page = timeout_at(time.end_by, self.ports.sessions.live(after, PAGE)).await;
        page.unwrap_or_else(|_| Err(StoreError::Unavailable("there was no time".to_owned())))
    }

    /// Looks after the sessions of `page` in their order until there is no more time; how many that were. Some are seen
    /// to whatever the time, so that handing on comes to an end.
    async fn look_after(
        &self,
        service: &StatusService,
        tally: &Tally,
        page: &[Arc<Session>],
        time: Time,
    ) -> usize {
        let mut seen = 0;
        let (now, audits) = (self.now(), Audits::of_a_sweep());
        let audits = &audits;
        let begun = page.iter().take_while(|_| {
            let goes_on = seen < AT_ONCE || Instant::now() < time.begin_by;
            seen += usize::from(goes_on);
            goes_on
        });
        stream::iter(begun)
            .filter(|session| future::ready(needs_a_look(session, now)))
            .for_each_concurrent(AT_ONCE, |session| async move {
                let by = time.end_by.min(Instant::now() + ONE);
                match guarded(timeout_at(by, service.wake(&session.id))).await {
                    // A store that fails has been counted where it did.
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => tally.missed(),
                }
                // What this does not come to, the next sweep does: until then the session is counted by the index.
                let _ = guarded(timeout_at(by, self.keep_counters(&session.id, audits))).await;
            })
            .await;
        seen
    }
}

/// Whether there may be something to do before the next sweep. Where nobody speaks, nobody is told; such a session
/// only has to end in time.
fn needs_a_look(session: &Session, now: Timestamp) -> bool {
    match session.speaker {
        SpeakerSeat::Attached { .. } => true,
        SpeakerSeat::Never | SpeakerSeat::Lost { .. } => {
            session.ends_by() <= now.plus(crate::arming::HORIZON)
        }
    }
}
