//! What the nodes of a cluster share, as the store asks for it: an engine that keeps records and passes messages on.
//! Redis is one; the tests have a model of one that fails when it is told to.

use async_trait::async_trait;
use headcount_core::cluster::{NodeId, Share};
use headcount_core::ports::{Claim, Creation, StoreError};
use headcount_core::{
    Attendance, AudienceHistory, ConnectionId, EndReason, Ended, Event, Language, Notice, Place, Session,
    SessionId, Step, Timestamp, UpdateLedger,
};
use std::sync::Arc;
use std::time::Duration;

/// A session as the engine has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Versioned {
    /// The session.
    pub session: Session,
    /// One higher with each change; from 1 on.
    pub version: u64,
    /// The node that holds the speaker's socket, where a speaker is attached.
    pub speaker_at: Option<NodeId>,
}

/// All that the engine knows of a live session.
#[derive(Clone, Debug)]
pub struct Known {
    /// The session.
    pub session: Versioned,
    /// What its speaker has been told.
    pub ledger: UpdateLedger,
    /// What each node has said of its listeners, those of nodes that are gone included.
    pub shares: Vec<Share>,
}

/// What one node has to add to the account of a session.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// The node.
    pub node: NodeId,
    /// When it said this.
    pub said_at: Timestamp,
    /// Its totals: of its own listeners only.
    pub attendance: Attendance,
    /// Curve and totals of its own listeners; the peak is the highest that it has seen of all.
    pub history: AudienceHistory,
    /// The number of the first of these steps.
    pub first_step: u64,
    /// Steps; in a chapter that is read, all of them.
    pub steps: Vec<Step>,
}

/// What the sessions of a cluster are kept in. Every change of one record MUST be atomic, and MUST be told to the nodes
/// that follow the session, the one that made it excepted or not. Every method MUST give up after a time limit of its own.
#[async_trait]
pub trait SharedSessions: Send + Sync {
    /// Creates both, unless a live session has that name.
    async fn create(&self, session: &Session, ledger: &UpdateLedger) -> Result<Creation, StoreError>;
    /// All there is of a live session.
    async fn known(&self, id: &SessionId) -> Result<Option<Known>, StoreError>;
    /// Puts `next` in place of the version before it; lost, where that is not the version there. `None` where the session
    /// has ended.
    async fn replace(&self, next: &Versioned) -> Result<Option<Claim>, StoreError>;
    /// Puts `next` in place of the ledger of one revision less; lost otherwise.
    async fn advance(&self, id: &SessionId, next: &UpdateLedger) -> Result<Claim, StoreError>;
    /// Ends it: nothing but the account stays, which has the kind of `reason`; those who follow it hear the whole. Of
    /// several callers one gets true.
    async fn end(
        &self,
        last: &Session,
        reason: &EndReason,
        listeners: u64,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
    /// Live sessions in the order of their names, those after `after`, at most `limit`.
    async fn live(&self, after: Option<&SessionId>, limit: usize) -> Result<Vec<Versioned>, StoreError>;
    /// Writes back what the engine has lost or has an older version of (it was emptied, or a replica that lagged took
    /// over); whatever is newer there stays.
    async fn restore(&self, session: &Versioned, ledger: &UpdateLedger) -> Result<(), StoreError>;
}

/// Where counts and nodes are kept.
#[async_trait]
pub trait SharedCounts: Send + Sync {
    /// Publishes shares, all in one round trip, and prolongs their lease.
    async fn publish(&self, shares: &[(SessionId, Arc<Share>)]) -> Result<(), StoreError>;
    /// Forgets what a node that is gone has said of a session.
    async fn forget(&self, id: &SessionId, node: NodeId) -> Result<(), StoreError>;
    /// Says that `node` is alive for `lease` from now on, and tells all others. What it finds there tells whether the
    /// engine is the one it was.
    async fn beat(&self, node: NodeId, lease: Duration) -> Result<Beat, StoreError>;
    /// `node` goes: its lease and its shares of `sessions` end now.
    async fn farewell(&self, node: NodeId, sessions: &[SessionId]) -> Result<(), StoreError>;
}

/// What a beat finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beat {
    /// Every node that has a lease, the one that beats included.
    pub nodes: Vec<NodeId>,
    /// A random name of the engine's memory: another one than before says that it was emptied.
    pub epoch: u64,
}

/// Where accounts are kept.
#[async_trait]
pub trait SharedAccounts: Send + Sync {
    /// Keeps what a node has to add. Steps are added to those before; the rest replaces what it said before.
    async fn keep(
        &self,
        session: &SessionId,
        created_at: Timestamp,
        chapter: &Chapter,
    ) -> Result<(), StoreError>;
    /// Everything that was kept of the live session of that name, else of the one that ended last.
    async fn chapters(&self, id: &SessionId) -> Result<Option<Chapters>, StoreError>;
    /// Sessions that have ended, the last one first, as [`headcount_core::ports::HistoryStore::ended`] has it.
    async fn ended(&self, before: Option<u64>, limit: usize) -> Result<Vec<Ended>, StoreError>;
    /// The key that signs capabilities: the one there, else `candidate`, which is there from then on.
    async fn signing_key(&self, candidate: [u8; 32]) -> Result<[u8; 32], StoreError>;
}

/// What was kept of one session.
#[derive(Clone, Debug)]
pub struct Chapters {
    /// As it was last.
    pub session: Session,
    /// How and when it ended and how many listeners were still counted; `None` while it lives.
    pub end: Option<headcount_core::End>,
    /// What each node had to say.
    pub chapters: Vec<Chapter>,
}

/// Messages between nodes. They may get lost, and nothing depends on one that does: what matters is said again.
#[async_trait]
pub trait SharedBus: Send + Sync {
    /// Hears of everything in a session from now on, until [`Self::unfollow`]. What is in the engine is to be read after
    /// this has returned, so that nothing falls in between.
    async fn follow(&self, id: &SessionId) -> Result<(), StoreError>;
    /// Hears no more of it.
    async fn unfollow(&self, id: &SessionId);
    /// Says something to the others.
    async fn say(&self, to: Address, message: &Message) -> Result<(), StoreError>;
}

/// Who hears a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// One node.
    Node(NodeId),
    /// Every node that follows the session, perhaps the sender, too.
    Session(SessionId),
}

/// What nodes say to each other.
#[derive(Clone, Debug)]
pub enum Message {
    /// `from` has a listener who shows a token for `place`, which `to` has: may it have the place?
    Ask {
        /// The session.
        session: SessionId,
        /// Who asks.
        from: NodeId,
        /// The number of the question, which the answer has.
        number: u64,
        /// The place.
        place: Place,
    },
    /// The answer: the language that the place counts in at `from`; `None` if there is no such place there (any more).
    /// From then on the place is the asker's, who MUST say so in the share ([`Share::taken`]).
    Answer {
        /// The session.
        session: SessionId,
        /// Who answers.
        from: NodeId,
        /// The number of the question.
        number: u64,
        /// The language that the listener hears, and the name under which it counts.
        place: Option<(Language, Language)>,
    },
    /// The listeners of a session are to be told this.
    Tell {
        /// The session.
        session: SessionId,
        /// Who says it; it has told its own listeners already.
        from: NodeId,
        /// What.
        notice: Notice,
        /// When it was said.
        now: Timestamp,
    },
    /// That connection is to be closed by whoever has it.
    Close {
        /// The session that it is in.
        session: SessionId,
        /// The connection.
        connection: ConnectionId,
    },
    /// Something happened in a session, for those who look on.
    Seen {
        /// Who did it; its own onlookers have seen it.
        from: NodeId,
        /// What.
        event: Event,
    },
}

/// What a node hears from the engine.
#[derive(Clone, Debug)]
pub enum Incoming {
    /// Another node is alive.
    Alive(NodeId),
    /// Another node has gone for good.
    Gone(NodeId),
    /// A share was published.
    Share(SessionId, Box<Share>),
    /// A session was changed.
    Session(Box<Versioned>),
    /// Its speaker is being told something.
    Ledger(SessionId, Box<UpdateLedger>),
    /// It was ended, for that reason.
    Ended(SessionId, EndReason),
    /// A message from another node.
    Message(Box<Message>),
    /// The engine is out of reach: messages are being lost.
    Disconnected,
    /// It is there again, and what is followed is followed again; what was said meanwhile is to be read.
    Connected,
    /// More came than could be taken in: as if it had been out of reach for a moment.
    Overrun,
}
