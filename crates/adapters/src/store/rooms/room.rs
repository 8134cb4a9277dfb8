//! One live session and everything that follows it: its ledger and its audience, behind one lock.

use super::audience::Audience;
use headcount_core::{AudienceHistory, ConnectionId, Session, Timestamp, UpdateLedger};
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::AtomicU8;

/// What a room holds while its session lives.
pub(in crate::store) struct Live {
    pub(in crate::store) session: Arc<Session>,
    pub(in crate::store) ledger: Arc<UpdateLedger>,
    pub(super) audience: Audience,
}

impl Live {
    /// A session that begins.
    pub(in crate::store) fn new(session: Session, ledger: UpdateLedger) -> Self {
        let history = AudienceHistory::new(session.created_at);
        Self::recovered(session, ledger, history, None)
    }

    /// A session as it was written down. Its connections are gone, so until `inexact_until` the count may be short
    /// of those who are on their way back.
    pub(in crate::store) fn recovered(
        session: Session,
        ledger: UpdateLedger,
        history: AudienceHistory,
        inexact_until: Option<Timestamp>,
    ) -> Self {
        let audience = Audience::new(session.id.clone(), history, inexact_until);
        Self { session: Arc::new(session), ledger: Arc::new(ledger), audience }
    }

    /// What happened to the audience so far.
    pub(in crate::store) fn history(&self) -> Arc<AudienceHistory> {
        self.audience.history()
    }
}

/// A room: open while its session lives, closed for good afterwards.
pub(in crate::store) struct Room {
    live: Mutex<Option<Live>>,
    /// The [`super::Part`]s that are not written down yet; the embedded store's to use.
    pub(in crate::store) unsaved: AtomicU8,
}

impl Room {
    pub(super) fn new(live: Live, unsaved: u8) -> Self {
        Self { live: Mutex::new(Some(live)), unsaved: AtomicU8::new(unsaved) }
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
