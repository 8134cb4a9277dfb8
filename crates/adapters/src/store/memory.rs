//! Everything in memory, gone with the process: for trying, for tests, and for those who restart with no session on.

use super::rooms::{Live, Rooms};
use async_trait::async_trait;
use headcount_core::ports::{
    Admission, Claim, Counted, Creation, Departed, Departure, Ending, HistoryStore, Joiner, LedgerStore,
    PresenceStore, SessionStore, StoreError, Updated,
};
use headcount_core::{
    Account, Connection, ConnectionId, EndReason, Ended, Findings, Language, Session, SessionChange,
    SessionId, Signal, SignalRules, StatusUpdate, Timestamp, UpdateLedger,
};
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::sync::Arc;

/// Of so many ended sessions the account is kept. When there are more, the oldest is forgotten.
const KEPT: usize = 64;

/// The store without a disk. It never fails and never waits; of ended sessions the accounts of the last 64 are left.
///
/// A listener costs 120 to 250 bytes here, as long as connection ids have at most 23 characters.
pub struct MemoryStore {
    rooms: Rooms,
    /// The accounts of ended sessions with their numbers, the last one at the end.
    ended: Mutex<VecDeque<(u64, Account)>>,
    signing_key: Mutex<Option<[u8; 32]>>,
    keeps_history: bool,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self {
            rooms: Rooms::new(None),
            ended: Mutex::default(),
            signing_key: Mutex::new(None),
            keeps_history: true,
        }
    }

    /// An empty store that counts and keeps no record of what happened: no account, no signal. It is there to be compared
    /// with the one that does.
    #[must_use]
    pub fn without_history() -> Self {
        Self { keeps_history: false, ..Self::new() }
    }

    /// The key that signs capabilities: the one that the store has, else `candidate`, which it has from then on.
    ///
    /// # Errors
    /// None; the embedded store, which has the same method, may fail.
    pub async fn signing_key(&self, candidate: [u8; 32]) -> Result<[u8; 32], StoreError> {
        Ok(*self.signing_key.lock().get_or_insert(candidate))
    }

    /// Counts the places of `session` anew and, where its counts say otherwise, puts those right. By how many listeners
    /// they were wrong: zero, unless there is a bug of ours.
    pub fn recount(&self, session: &SessionId, now: Timestamp) -> u64 {
        self.rooms.recount(session, now)
    }

    fn keep(&self, account: Account) {
        let mut ended = self.ended.lock();
        if ended.len() == KEPT {
            ended.pop_front();
        }
        let number = ended.back().map_or(0, |(number, _)| number + 1);
        ended.push_back((number, account));
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
        let mut live = Live::new(session, ledger);
        if !self.keeps_history {
            live.chronicle().stop();
        }
        Ok(match self.rooms.open(live) {
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
        reason: &EndReason,
        now: Timestamp,
    ) -> Result<Option<Ending>, StoreError> {
        let Some(closed) = self.rooms.end(id, reason, now) else { return Ok(None) };
        if self.keeps_history {
            self.keep(closed.account);
        }
        Ok(Some(Ending { session: closed.session, listeners: closed.listeners }))
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

#[async_trait]
impl HistoryStore for MemoryStore {
    fn told(&self, session: &SessionId, update: &StatusUpdate) {
        self.rooms.told(session, update);
    }

    fn signals(&self, session: &SessionId, rules: &SignalRules, now: Timestamp) -> Findings {
        self.rooms.signals(session, rules, now)
    }

    fn asked_in_vain(&self, session: &SessionId, language: &Language) -> Option<Signal> {
        self.rooms.asked_in_vain(session, language)
    }

    async fn account(&self, session: &SessionId, now: Timestamp) -> Result<Option<Account>, StoreError> {
        if let Some((_, account)) = self.rooms.account(session, now) {
            return Ok(Some(account));
        }
        let ended = self.ended.lock();
        Ok(ended.iter().map(|(_, account)| account).rfind(|account| account.session == *session).cloned())
    }

    async fn ended(&self, before: Option<u64>, limit: usize) -> Result<Vec<Ended>, StoreError> {
        let ended = self.ended.lock();
        let earlier = ended.iter().rev().filter(|(number, _)| before.is_none_or(|before| *number < before));
        Ok(earlier.filter_map(|(number, account)| account.ended(*number)).take(limit).collect())
    }
}
