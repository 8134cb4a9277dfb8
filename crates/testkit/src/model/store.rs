//! The model as a store: for tests that need one and care for nothing else.

use super::Model;
use async_trait::async_trait;
use headcount_core::ports::{
    Admission, Claim, Counted, Creation, Departed, Departure, Ending, Joiner, LedgerStore, PresenceStore,
    SessionStore, StoreError, Updated,
};
use headcount_core::{
    Connection, ConnectionId, EndReason, Language, Session, SessionChange, SessionId, Timestamp, UpdateLedger,
};
use parking_lot::Mutex;
use std::sync::Arc;

/// A [`Model`] behind one lock.
#[derive(Default)]
pub struct ModelStore(Mutex<Model>);

#[async_trait]
impl SessionStore for ModelStore {
    async fn create(&self, session: Session, ledger: UpdateLedger) -> Result<Creation, StoreError> {
        Ok(self.0.lock().create(session, ledger))
    }

    async fn session(&self, id: &SessionId) -> Result<Option<Arc<Session>>, StoreError> {
        Ok(self.0.lock().session(id).cloned().map(Arc::new))
    }

    async fn update(
        &self,
        id: &SessionId,
        change: &SessionChange,
        now: Timestamp,
    ) -> Result<Option<Updated>, StoreError> {
        Ok(self.0.lock().update(id, change, now))
    }

    async fn end(
        &self,
        id: &SessionId,
        _reason: &EndReason,
        now: Timestamp,
    ) -> Result<Option<Ending>, StoreError> {
        Ok(self.0.lock().end(id, now))
    }

    async fn live(&self, after: Option<&SessionId>, limit: usize) -> Result<Vec<Arc<Session>>, StoreError> {
        Ok(self.0.lock().live(after, limit).into_iter().cloned().map(Arc::new).collect())
    }
}

#[async_trait]
impl PresenceStore for ModelStore {
    async fn join(&self, joiner: Joiner) -> Result<Option<Admission>, StoreError> {
        Ok(self.0.lock().join(&joiner))
    }

    async fn leave(
        &self,
        connection: &ConnectionId,
        departure: Departure,
        now: Timestamp,
    ) -> Result<Option<Departed>, StoreError> {
        Ok(self.0.lock().leave(connection, departure, now))
    }

    async fn switch_language(
        &self,
        connection: &ConnectionId,
        language: &Language,
        now: Timestamp,
    ) -> Result<Option<Counted>, StoreError> {
        Ok(self.0.lock().switch_language(connection, language, now))
    }

    async fn connection(&self, id: &ConnectionId) -> Result<Option<Connection>, StoreError> {
        Ok(self.0.lock().connection(id))
    }

    async fn audience(&self, session: &SessionId, now: Timestamp) -> Result<Option<Counted>, StoreError> {
        Ok(self.0.lock().audience(session, now))
    }
}

#[async_trait]
impl LedgerStore for ModelStore {
    async fn ledger(&self, session: &SessionId) -> Result<Option<Arc<UpdateLedger>>, StoreError> {
        Ok(self.0.lock().ledger(session).cloned().map(Arc::new))
    }

    async fn advance(&self, session: &SessionId, next: UpdateLedger) -> Result<Claim, StoreError> {
        Ok(self.0.lock().advance(session, next))
    }
}
