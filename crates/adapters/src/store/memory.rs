//! Everything in memory, gone with the process: for trying, for tests, and for those who restart with no session on.

use super::rooms::{Live, Rooms};
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

/// The store without a disk. It never fails and never waits; an ended session leaves nothing behind.
///
/// A listener costs 120 to 250 bytes here, as long as connection ids have at most 23 characters.
pub struct MemoryStore {
    rooms: Rooms,
    signing_key: Mutex<Option<[u8; 32]>>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self { rooms: Rooms::new(None), signing_key: Mutex::new(None) }
    }

    /// The key that signs capabilities: the one that the store has, else `candidate`, which it has from then on.
    ///
    /// # Errors
    /// None; the embedded store, which has the same method, may fail.
    pub async fn signing_key(&self, candidate: [u8; 32]) -> Result<[u8; 32], StoreError> {
        Ok(*self.signing_key.lock().get_or_insert(candidate))
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl SessionStore for MemoryStore {
    async fn create(&self, session: Session, ledger: UpdateLedger) -> Result<Creation, StoreError> {
        Ok(match self.rooms.open(Live::new(session, ledger)) {
            Some(_) => Creation::Created,
            None => Creation::Taken,
        })
    }

    async fn session(&self, id: &SessionId) -> Result<Option<Arc<Session>>, StoreError> {
        Ok(self.rooms.session(id))
    }

    async fn update(
        &self,
        id: &SessionId,
        change: &SessionChange,
        now: Timestamp,
    ) -> Result<Option<Updated>, StoreError> {
        Ok(self.rooms.update(id, change, now))
    }

    async fn end(
        &self,
        id: &SessionId,
        _reason: &EndReason,
        now: Timestamp,
    ) -> Result<Option<Ending>, StoreError> {
        Ok(self.rooms.end(id, now).map(|ended| Ending { session: ended.session, listeners: ended.listeners }))
    }

    async fn live(&self, after: Option<&SessionId>, limit: usize) -> Result<Vec<Arc<Session>>, StoreError> {
        Ok(self.rooms.page(after, limit))
    }
}

#[async_trait]
impl PresenceStore for MemoryStore {
    async fn join(&self, joiner: Joiner) -> Result<Option<Admission>, StoreError> {
        Ok(self.rooms.join(&joiner))
    }

    async fn leave(
        &self,
        connection: &ConnectionId,
        departure: Departure,
        now: Timestamp,
    ) -> Result<Option<Departed>, StoreError> {
        Ok(self.rooms.leave(connection, departure, now))
    }

    async fn switch_language(
        &self,
        connection: &ConnectionId,
        language: &Language,
        now: Timestamp,
    ) -> Result<Option<Counted>, StoreError> {
        Ok(self.rooms.switch(connection, language, now))
    }

    async fn connection(&self, id: &ConnectionId) -> Result<Option<Connection>, StoreError> {
        Ok(self.rooms.connection(id))
    }

    async fn audience(&self, session: &SessionId, now: Timestamp) -> Result<Option<Counted>, StoreError> {
        Ok(self.rooms.audience(session, now))
    }
}

#[async_trait]
impl LedgerStore for MemoryStore {
    async fn ledger(&self, session: &SessionId) -> Result<Option<Arc<UpdateLedger>>, StoreError> {
        Ok(self.rooms.ledger(session))
    }

    async fn advance(&self, session: &SessionId, next: UpdateLedger) -> Result<Claim, StoreError> {
        Ok(self.rooms.advance(session, next).0)
    }
}
