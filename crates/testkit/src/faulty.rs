//! A store that fails when it is told to.

use crate::Stores;
use async_trait::async_trait;
use headcount_core::ports::{
    Admission, Claim, Counted, Creation, Departed, Departure, Ending, Joiner, LedgerStore, PresenceStore,
    SessionStore, StoreError, Updated,
};
use headcount_core::{
    Connection, ConnectionId, EndReason, Language, Session, SessionChange, SessionId, Timestamp, UpdateLedger,
};
use std::sync::Arc;
use tokio::sync::watch;

/// What is wrong with one port of a [`FaultyStore`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// It does nothing and says that it is unavailable.
    Unavailable,
    /// It does nothing and says that it takes nothing new.
    Full,
    /// It does what it is asked and says that it is unavailable: the answer got lost.
    AnswerLost,
    /// It waits until the fault is another one.
    Hangs,
}

/// Which port of a [`FaultyStore`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    /// [`SessionStore`].
    Sessions,
    /// [`PresenceStore`].
    Presence,
    /// [`LedgerStore`].
    Ledgers,
}

/// Passes everything on to another store, with faults that the test chooses for each port.
pub struct FaultyStore {
    inner: Stores,
    faults: [watch::Sender<Fault>; 3],
}

impl FaultyStore {
    /// `inner`, without a fault yet.
    #[must_use]
    pub fn new(inner: Stores) -> Self {
        Self { inner, faults: [Fault::None; 3].map(watch::Sender::new) }
    }

    /// From now on `port` has this fault. What hangs there meets it as well.
    pub fn set(&self, port: Port, fault: Fault) {
        self.faults[port as usize].send_replace(fault);
    }

    /// From now on all ports have this fault.
    pub fn set_all(&self, fault: Fault) {
        for port in [Port::Sessions, Port::Presence, Port::Ledgers] {
            self.set(port, fault);
        }
    }

    async fn through<T>(
        &self,
        port: Port,
        request: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let mut faults = self.faults[port as usize].subscribe();
        let fault = faults.wait_for(|fault| *fault != Fault::Hangs).await.map_or(Fault::None, |fault| *fault);
        let unavailable = || StoreError::Unavailable("told to fail".to_owned());
        match fault {
            Fault::None | Fault::Hangs => request.await,
            Fault::Unavailable => Err(unavailable()),
            Fault::Full => Err(StoreError::Full("told to be full".to_owned())),
            Fault::AnswerLost => request.await.and_then(|_| Err(unavailable())),
        }
    }
}

#[async_trait]
impl SessionStore for FaultyStore {
    async fn create(&self, session: Session, ledger: UpdateLedger) -> Result<Creation, StoreError> {
        self.through(Port::Sessions, self.inner.sessions.create(session, ledger)).await
    }

    async fn session(&self, id: &SessionId) -> Result<Option<Arc<Session>>, StoreError> {
        self.through(Port::Sessions, self.inner.sessions.session(id)).await
    }

    async fn update(
        &self,
        id: &SessionId,
        change: &SessionChange,
        now: Timestamp,
    ) -> Result<Option<Updated>, StoreError> {
        self.through(Port::Sessions, self.inner.sessions.update(id, change, now)).await
    }

    async fn end(
        &self,
        id: &SessionId,
        reason: &EndReason,
        now: Timestamp,
    ) -> Result<Option<Ending>, StoreError> {
        self.through(Port::Sessions, self.inner.sessions.end(id, reason, now)).await
    }

    async fn live(&self, after: Option<&SessionId>, limit: usize) -> Result<Vec<Arc<Session>>, StoreError> {
        self.through(Port::Sessions, self.inner.sessions.live(after, limit)).await
    }
}

#[async_trait]
impl PresenceStore for FaultyStore {
    async fn join(&self, joiner: Joiner) -> Result<Option<Admission>, StoreError> {
        self.through(Port::Presence, self.inner.presence.join(joiner)).await
    }

    async fn leave(
        &self,
        connection: &ConnectionId,
        departure: Departure,
        now: Timestamp,
    ) -> Result<Option<Departed>, StoreError> {
        self.through(Port::Presence, self.inner.presence.leave(connection, departure, now)).await
    }

    async fn switch_language(
        &self,
        connection: &ConnectionId,
        language: &Language,
        now: Timestamp,
    ) -> Result<Option<Counted>, StoreError> {
        self.through(Port::Presence, self.inner.presence.switch_language(connection, language, now)).await
    }

    async fn connection(&self, id: &ConnectionId) -> Result<Option<Connection>, StoreError> {
        self.through(Port::Presence, self.inner.presence.connection(id)).await
    }

    async fn audience(&self, session: &SessionId, now: Timestamp) -> Result<Option<Counted>, StoreError> {
        self.through(Port::Presence, self.inner.presence.audience(session, now)).await
    }
}

#[async_trait]
impl LedgerStore for FaultyStore {
    async fn ledger(&self, session: &SessionId) -> Result<Option<Arc<UpdateLedger>>, StoreError> {
        self.through(Port::Ledgers, self.inner.ledgers.ledger(session)).await
    }

    async fn advance(&self, session: &SessionId, next: UpdateLedger) -> Result<Claim, StoreError> {
        self.through(Port::Ledgers, self.inner.ledgers.advance(session, next)).await
    }
}
