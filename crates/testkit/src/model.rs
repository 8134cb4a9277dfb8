//! The model: what a store means, in the plainest words. Slow, single-threaded and obviously right.
//!
//! Everything is a list that is searched from end to end, and every count is counted anew. The conformance suite
//! compares stores with it.

mod audience;
mod store;

pub use store::ModelStore;

use audience::ModelAudience;
use headcount_core::ports::{
    Admission, Claim, Counted, Creation, Departed, Departure, Ending, Joiner, Updated,
};
use headcount_core::{
    Connection, ConnectionId, Language, Session, SessionChange, SessionId, Timestamp, UpdateLedger,
};
use std::collections::BTreeMap;
use std::sync::Arc;

struct ModelSession {
    session: Session,
    ledger: UpdateLedger,
    audience: ModelAudience,
}

/// The reference for [`headcount_core::ports::SessionStore`], `PresenceStore` and `LedgerStore`; its methods are
/// theirs.
#[derive(Default)]
pub struct Model {
    sessions: BTreeMap<SessionId, ModelSession>,
}

#[allow(missing_docs, reason = "the ports document these methods")]
impl Model {
    pub fn create(&mut self, session: Session, ledger: UpdateLedger) -> Creation {
        if self.sessions.contains_key(&session.id) {
            return Creation::Taken;
        }
        let audience = ModelAudience::new(&session);
        self.sessions.insert(session.id.clone(), ModelSession { session, ledger, audience });
        Creation::Created
    }

    #[must_use]
    pub fn session(&self, id: &SessionId) -> Option<&Session> {
        self.sessions.get(id).map(|live| &live.session)
    }

    pub fn update(&mut self, id: &SessionId, change: &SessionChange, now: Timestamp) -> Option<Updated> {
        let session = &mut self.sessions.get_mut(id)?.session;
        let before = Arc::new(session.clone());
        session.apply(change, now);
        Some(Updated { before, after: Arc::new(session.clone()) })
    }

    pub fn end(&mut self, id: &SessionId, now: Timestamp) -> Option<Ending> {
        let mut ended = self.sessions.remove(id)?;
        let counted = ended.audience.counted(now);
        // Whoever nobody has been told of yet leaves with the session.
        let listeners = counted.distribution.listener_count() + counted.graces_ended;
        Some(Ending { session: Arc::new(ended.session), listeners })
    }

    #[must_use]
    pub fn live(&self, after: Option<&SessionId>, limit: usize) -> Vec<&Session> {
        let sessions = self.sessions.values().map(|live| &live.session);
        sessions.filter(|session| after.is_none_or(|after| session.id > *after)).take(limit).collect()
    }

    pub fn join(&mut self, joiner: &Joiner) -> Option<Admission> {
        if !self.sessions.contains_key(&joiner.session) {
            return None;
        }
        let elsewhere = self.connection(&joiner.connection).filter(|held| held.session != joiner.session);
        let live = self.sessions.get_mut(&joiner.session)?;
        Some(if elsewhere.is_some() { Admission::AlreadyJoined } else { live.audience.admit(joiner) })
    }

    pub fn leave(
        &mut self,
        connection: &ConnectionId,
        departure: Departure,
        now: Timestamp,
    ) -> Option<Departed> {
        self.sessions.values_mut().find_map(|live| live.audience.depart(connection, departure, now))
    }

    pub fn switch_language(
        &mut self,
        connection: &ConnectionId,
        language: &Language,
        now: Timestamp,
    ) -> Option<Counted> {
        self.sessions.values_mut().find_map(|live| live.audience.switch(connection, language, now))
    }

    #[must_use]
    pub fn connection(&self, id: &ConnectionId) -> Option<Connection> {
        self.sessions.values().find_map(|live| live.audience.connection(id))
    }

    pub fn audience(&mut self, session: &SessionId, now: Timestamp) -> Option<Counted> {
        Some(self.sessions.get_mut(session)?.audience.counted(now))
    }

    #[must_use]
    pub fn ledger(&self, session: &SessionId) -> Option<&UpdateLedger> {
        self.sessions.get(session).map(|live| &live.ledger)
    }

    pub fn advance(&mut self, session: &SessionId, next: UpdateLedger) -> Claim {
        match self.sessions.get_mut(session) {
            Some(live) if live.ledger.revision() + 1 == next.revision() => {
                live.ledger = next;
                Claim::Won
            }
            Some(_) | None => Claim::Lost,
        }
    }
}
