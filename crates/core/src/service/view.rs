//! A session, its audience and what its speaker has been told, read together.

use super::StatusService;
use crate::ports::{Counted, StoreError};
use crate::{
    Audience, ConnectionId, Session, SessionId, SessionStatus, StatusDetail, StatusUpdate, Timestamp,
    UpdateLedger, UpdatePolicy, UpdateReason,
};
use std::sync::Arc;
use std::time::Duration;

/// Everything that a status is made of.
pub(super) struct View {
    pub(super) session: Arc<Session>,
    pub(super) counted: Counted,
    pub(super) ledger: Arc<UpdateLedger>,
    pub(super) policy: UpdatePolicy,
    /// Whether there is a speaker that this process is to tell.
    pub(super) reached: bool,
    /// Never before the time that the speaker was last told.
    pub(super) now: Timestamp,
}

impl StatusService {
    /// Reads a live session with all that a status needs; `None` where there is no such session (any more).
    pub(super) async fn view(&self, id: &SessionId) -> Result<Option<View>, StoreError> {
        let Some(session) = self.session(id).await? else { return Ok(None) };
        let now = self.now();
        let Some(counted) = self.ports.presence.audience(id, now).await? else { return Ok(None) };
        let counted = self.noted(counted);
        let Some(ledger) = self.ports.ledgers.ledger(id).await? else { return Ok(None) };
        let (policy, now) = (self.policy_for(&counted), ledger.steady(now));
        let reached = self.reached(&session).is_some();
        Ok(Some(View { session, counted, ledger, policy, reached, now }))
    }

    /// The speaker, if there is one that this process is to tell.
    pub(super) fn reached<'s>(&self, session: &'s Session) -> Option<&'s ConnectionId> {
        session.speaker.connection().filter(|speaker| self.ports.speakers.reaches(speaker))
    }
}

impl View {
    /// The least time between now and a wake-up that has no moment of its own. Graces that end within it end in one
    /// wake-up: thousands of connections that are cut at once would otherwise cause a wake-up a millisecond.
    pub(super) const STEP: Duration = Duration::from_millis(50);

    /// When there is next something to tell, where `ledger` has been told.
    pub(super) fn due(&self, ledger: &UpdateLedger) -> Timestamp {
        ledger.next_due(&self.policy, &self.counted.distribution)
    }

    /// When there is next something to do, if nothing happens meanwhile and the speaker, if there is one to tell here, may
    /// have to be told something at `due`.
    pub(super) fn next_wake(&self, due: Timestamp) -> Timestamp {
        let due = self.reached.then_some(due);
        let grace = self.counted.next_grace_end.map(|end| end.max(self.now.plus(Self::STEP)));
        let exact = self.counted.quality.look_again(self.now);
        [due, grace, exact].into_iter().flatten().fold(self.session.ends_by(), Timestamp::min)
    }

    /// What the review says.
    pub(super) fn review(&self) -> Option<UpdateReason> {
        self.ledger.review(&self.policy, &self.counted.distribution, self.now)
    }

    /// The update that tells it all for `reason`, and the ledger once it is told.
    pub(super) fn update(&self, reason: UpdateReason, detail: StatusDetail) -> (StatusUpdate, UpdateLedger) {
        let shown = self.counted.distribution.shown(self.policy.shown_languages);
        let next = self.ledger.record(reason, &shown, self.now);
        let update = StatusUpdate {
            status: SessionStatus::at(&self.session, shown, &self.counted.quality, self.now),
            reason,
            revision: next.revision(),
            audience: (detail == StatusDetail::Full).then(|| self.audience(next.revision())),
        };
        (update, next)
    }

    fn audience(&self, revision: u64) -> Audience {
        let history = &self.counted.history;
        Audience {
            peak_listener_count: history.peak,
            peak_at: history.peak_at,
            total_joins: history.joins,
            total_leaves: history.leaves,
            reconnecting: self.counted.reconnecting,
            languages_seen: history.languages_seen.len() as u64,
            revision,
            quality: self.counted.quality,
            trend: history.trend.points().to_vec(),
        }
    }
}
