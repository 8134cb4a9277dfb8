//! One live session and everything that follows it: its ledger and its audience, behind one lock.

use super::audience::Audience;
use super::chronicle::Chronicle;
#[cfg(feature = "store-cluster")]
use headcount_core::SessionId;
use headcount_core::{
    Account, AudienceHistory, BroadcastState, ConnectionId, End, Session, Timestamp, UpdateLedger,
};
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::AtomicU8;

/// What a room holds while its session lives.
pub(in crate::store) struct Live {
    pub(in crate::store) session: Arc<Session>,
    pub(in crate::store) ledger: Arc<UpdateLedger>,
    pub(in crate::store) audience: Audience,
}

impl Live {
    /// A session that begins.
    pub(in crate::store) fn new(session: Session, ledger: UpdateLedger) -> Self {
        let history = AudienceHistory::new(session.created_at);
        let chronicle = Chronicle::new(session.created_at, session.broadcast);
        Self::recovered(session, ledger, history, chronicle, None)
    }

    /// A session as it was written down. Its connections are gone, so until `inexact_until` the count may be short
    /// of those who are on their way back.
    pub(in crate::store) fn recovered(
        session: Session,
        ledger: UpdateLedger,
        history: AudienceHistory,
        chronicle: Chronicle,
        inexact_until: Option<Timestamp>,
    ) -> Self {
        let audience = Audience::new(session.id.clone(), history, chronicle, inexact_until);
        Self { session: Arc::new(session), ledger: Arc::new(ledger), audience }
    }

    /// What happened to the audience so far.
    pub(in crate::store) fn history(&self) -> Arc<AudienceHistory> {
        self.audience.history()
    }

    /// The record of what happened.
    pub(in crate::store) fn chronicle(&mut self) -> &mut Chronicle {
        self.audience.chronicle_mut().0
    }

    /// The broadcast is `broadcast` from `now` on.
    pub(super) fn steered(&mut self, broadcast: BroadcastState, now: Timestamp) {
        let (chronicle, audience) = self.audience.chronicle_mut();
        chronicle.steered(now, audience, broadcast);
    }

    /// What remains of the session, with the steps that are in memory and the number of the first.
    pub(super) fn account(&mut self, end: Option<End>) -> (u64, Account) {
        let (chronicle, audience) = self.audience.chronicle_mut();
        let (first, steps) = chronicle.steps(audience);
        let attendance = chronicle.attendance.clone();
        let session = &self.session;
        let account = Account {
            session: session.id.clone(),
            source_language: session.source_language.clone(),
            quality_tier: session.quality_tier,
            created_at: session.created_at,
            end,
            history: self.audience.history(),
            attendance,
            steps,
        };
        (first, account)
    }
}

/// A room: open while its session lives, closed for good afterwards.
pub(in crate::store) struct Room {
    /// The name of its session.
    #[cfg(feature = "store-cluster")]
    pub(in crate::store) id: SessionId,
    live: Mutex<Option<Live>>,
    /// The [`super::Part`]s that are not written down yet, or not published; for whoever keeps the journal.
    pub(in crate::store) unsaved: AtomicU8,
}

impl Room {
    pub(super) fn new(live: Live, unsaved: u8) -> Self {
        Self {
            #[cfg(feature = "store-cluster")]
            id: live.session.id.clone(),
            live: Mutex::new(Some(live)),
            unsaved: AtomicU8::new(unsaved),
        }
    }

    /// Does `action` to what is in the room; `None` where it is closed.
    pub(in crate::store) fn with<T>(&self, action: impl FnOnce(&mut Live) -> T) -> Option<T> {
        self.live.lock().as_mut().map(action)
    }

    /// Whether `connection` has a role here.
    pub(super) fn has(&self, connection: &ConnectionId) -> bool {
        self.with(|live| live.audience.has(connection)).unwrap_or(false)
    }

    /// Closes the room. One of several callers gets what was in it.
    pub(super) fn close(&self) -> Option<Live> {
        self.live.lock().take()
    }
}
