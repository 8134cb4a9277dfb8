//! Counters that follow the stream, where the store keeps such.

use async_trait::async_trait;
use headcount_core::ports::StoreError;
use headcount_core::{ConnectionId, Language, SessionId, Timestamp};
use tokio::time::Instant;

/// What the stream says of one connection in one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The connection.
    pub connection: ConnectionId,
    /// The place of what says so: of two about one connection the later one has the greater text.
    pub version: String,
    /// What it hears there since; `None` where it does not.
    pub heard: Option<Heard>,
}

/// What a listener hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// In which language.
    pub language: Language,
    /// Until when its row counts; `None` is for ever.
    pub until: Option<Timestamp>,
}

/// What a part of an audit has come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Audited {
    /// How many rows and marks were compared.
    pub compared: u64,
    /// How many of them were counted otherwise than they are now.
    pub mended: u64,
    /// Whether nothing is left to be compared.
    pub is_done: bool,
    /// Whether what was mended was never counted before.
    pub is_first: bool,
}

/// Counters of sessions that others write.
#[async_trait]
pub trait Tallies: Send + Sync {
    /// Notes what the stream says of `session`. It MUST come to the same however often and in whatever order that is
    /// said. Each connection is named once.
    async fn note(&self, session: &SessionId, seen: &[Seen], now: Timestamp) -> Result<(), StoreError>;

    /// The sweep has seen `session`, as it MUST every minute for its counters to be believed; whether they are to be
    /// audited.
    async fn keep(&self, session: &SessionId, now: Timestamp) -> Result<bool, StoreError>;

    /// Goes on comparing the counters of `session` with the tables, and mending them, until shortly before `until`.
    async fn audit(&self, session: &SessionId, now: Timestamp, until: Instant)
    -> Result<Audited, StoreError>;
}
