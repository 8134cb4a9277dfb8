//! Sessions, listeners and ledgers in DynamoDB, for a service that has no memory of its own between two calls.
//!
//! Three tables: Sessions and Connections in the shape that other software knows, and SessionStatus, which is ours
//! alone. Where we write all three, an audience is a handful of items, each of which changes in the same transaction as
//! the rows that it counts ([`crowd`]). Where others write, listeners are counted by the index ([`counting`]), or by
//! counters of ours that follow the stream of their table ([`counters`]).

mod ahead;
mod allowance;
mod audiences;
mod barrier;
mod bundles;
mod counters;
mod counting;
mod crowd;
mod curve;
mod failure;
mod guests;
mod item;
mod joining;
mod known;
mod ledger_item;
mod ledgers;
mod link_item;
mod members;
mod others;
mod patience;
mod pointer;
mod presence;
mod reach;
mod row;
mod scanned;
mod session_item;
mod sessions;
mod settings;
mod shard;
mod shard_item;
mod signing_key;

pub use allowance::Allowance;
pub use counters::{Audited, Counters, Heard, Seen};
pub use guests::KeptGuest;
pub use members::{Members, MembersFrom};
pub use settings::{DynamoSettings, Tables, Writers};

use ahead::{Ahead, Part};
use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use headcount_core::ports::{
    Admission, Claim, Counted, Creation, Departed, Departure, Ending, Joiner, LedgerStore, PresenceStore,
    SessionStore, StoreError, Updated,
};
use headcount_core::{
    Connection, ConnectionId, EndReason, Language, Session, SessionChange, SessionId, Timestamp, UpdateLedger,
};
use known::Known;
use others::not_ours;
use reach::Reach;
use scanned::Scanned;
use std::sync::Arc;

/// The store. Nothing is kept here but the client and shortcuts: any number of them, in any number of
/// processes, are one store.
pub struct DynamoStore {
    reach: Reach,
    writers: Writers,
    counters: Option<Counters>,
    ahead: Ahead,
    known: Known,
    scanned: Scanned,
}

impl DynamoStore {
    /// A store over tables that are there. Make it once a process: `config` holds the pool of connections.
    #[must_use]
    pub fn new(config: &SdkConfig, settings: DynamoSettings) -> Self {
        let DynamoSettings { tables, writers, counters } = settings;
        Self {
            reach: Reach { client: Client::new(config), tables },
            writers,
            // Where we write, each audience is in shards of its own.
            counters: counters.filter(|_| writers != Writers::Ours),
            ahead: Ahead::default(),
            known: Known::default(),
            scanned: Scanned::default(),
        }
    }
}

#[async_trait]
impl SessionStore for DynamoStore {
    async fn create(&self, session: Session, ledger: UpdateLedger) -> Result<Creation, StoreError> {
        match self.writers {
            Writers::Ours => self.create_ours(session, &ledger).await,
            Writers::Others { .. } => not_ours(),
        }
    }

    async fn session(&self, id: &SessionId) -> Result<Option<Arc<Session>>, StoreError> {
        let bundle = self.bundle(id, Part::Session).await?;
        Ok(bundle.session.as_ref().and_then(session_item::read).map(|stored| Arc::new(stored.session)))
    }

    async fn update(
        &self,
        id: &SessionId,
        change: &SessionChange,
        now: Timestamp,
    ) -> Result<Option<Updated>, StoreError> {
        match self.writers {
            Writers::Ours => self.update_ours(id, change, now).await,
            Writers::Others { .. } => self.update_others(id, change, now).await,
        }
    }

    /// Where others write, they end their sessions too: nothing happens, and nobody gets the ending.
    async fn end(
        &self,
        id: &SessionId,
        reason: &EndReason,
        now: Timestamp,
    ) -> Result<Option<Ending>, StoreError> {
        match self.writers {
            Writers::Ours => self.end_ours(id, reason, now).await,
            Writers::Others { .. } => Ok(None),
        }
    }

    async fn live(&self, after: Option<&SessionId>, limit: usize) -> Result<Vec<Arc<Session>>, StoreError> {
        match self.writers {
            Writers::Ours => self.live_ours(after, limit).await,
            Writers::Others { scan: true } => self.live_by_scan(after, limit).await,
            Writers::Others { scan: false } => self.live_known(after, limit).await,
        }
    }
}

#[async_trait]
impl PresenceStore for DynamoStore {
    async fn join(&self, joiner: Joiner) -> Result<Option<Admission>, StoreError> {
        match self.writers {
            Writers::Ours => self.join_ours(&joiner).await,
            Writers::Others { .. } => not_ours(),
        }
    }

    async fn leave(
        &self,
        connection: &ConnectionId,
        departure: Departure,
        now: Timestamp,
    ) -> Result<Option<Departed>, StoreError> {
        match self.writers {
            Writers::Ours => self.leave_ours(connection, departure, now).await,
            // Their rows are theirs to delete. It is no failure: a speaker who is gone is cleared all the same.
            Writers::Others { .. } => Ok(None),
        }
    }

    async fn switch_language(
        &self,
        connection: &ConnectionId,
        language: &Language,
        now: Timestamp,
    ) -> Result<Option<Counted>, StoreError> {
        match self.writers {
            Writers::Ours => self.switch_ours(connection, language, now).await,
            Writers::Others { .. } => not_ours(),
        }
    }

    async fn connection(&self, id: &ConnectionId) -> Result<Option<Connection>, StoreError> {
        match self.writers {
            Writers::Ours => self.connection_ours(id).await,
            Writers::Others { .. } => self.connection_others(id).await,
        }
    }

    async fn audience(&self, session: &SessionId, now: Timestamp) -> Result<Option<Counted>, StoreError> {
        match self.writers {
            Writers::Ours => self.audience_ours(session, now).await,
            Writers::Others { .. } => self.audience_others(session, now).await,
        }
    }
}

#[async_trait]
impl LedgerStore for DynamoStore {
    async fn ledger(&self, session: &SessionId) -> Result<Option<Arc<UpdateLedger>>, StoreError> {
        match self.writers {
            Writers::Ours => self.ledger_ours(session).await,
            Writers::Others { .. } => self.ledger_others(session).await,
        }
    }

    async fn advance(&self, session: &SessionId, next: UpdateLedger) -> Result<Claim, StoreError> {
        match self.writers {
            Writers::Ours => self.advance_ours(session, &next).await,
            Writers::Others { .. } => self.advance_others(session, &next).await,
        }
    }
}
