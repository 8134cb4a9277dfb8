//! What the rules need of the world around them, and what they ask of whoever provides it.
//!
//! Every trait is small and is used as `dyn`. What a store MUST and MUST NOT do is checked by the conformance suite in
//! `headcount-testkit`, and what concerns only a store with a disk, by that store's own tests. Expected outcomes (a
//! lost race, a gone peer, a full session) are values; errors are for what the provider could not do.
//!
//! *Committed* is what survives the death of the process. A store whose disk takes nothing for a while (it is full, say)
//! MUST create nothing, and may go on with what it has: it then answers from memory where it would have waited for a
//! commit, keeps what is not written, and commits that as soon as it can.

use crate::{
    AudienceHistory, Connection, ConnectionId, EndReason, Event, Language, LanguageDistribution, Measurement,
    Notice, Place, Quality, Session, SessionChange, SessionId, Signal, StatusUpdate, Timestamp, UpdateLedger,
};
use async_trait::async_trait;
use std::sync::Arc;

mod history;

pub use history::{HistoryStore, NoHistory};

/// Why a store could not do what it was asked to. Nothing was changed, or nobody can tell.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It did not answer in time, or at all.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// It takes no new sessions (a full disk, say) but goes on serving those it has.
    #[error("the store takes nothing new: {0}")]
    Full(String),
}

/// Whether a new session took its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Creation {
    /// It did.
    Created,
    /// A live session has that name already.
    Taken,
}

/// A session before and after a change.
#[derive(Clone, Debug)]
pub struct Updated {
    /// As it was.
    pub before: Arc<Session>,
    /// As it is.
    pub after: Arc<Session>,
}

/// Live sessions.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Creates `session` and its `ledger`, both or neither. MUST be committed before it returns, MUST be atomic
    /// against a session of the same name, and an ended session MUST NOT keep its name from others.
    async fn create(&self, session: Session, ledger: UpdateLedger) -> Result<Creation, StoreError>;

    /// The live session of that name. MUST NOT find an ended one; one that is overdue may be found.
    async fn session(&self, id: &SessionId) -> Result<Option<Arc<Session>>, StoreError>;

    /// Applies `change` as [`Session::apply`] does, atomically; `None` without such a session. A change of the
    /// broadcast, the details or the links MUST be committed before it returns.
    async fn update(
        &self,
        id: &SessionId,
        change: &SessionChange,
        now: Timestamp,
    ) -> Result<Option<Updated>, StoreError>;

    /// Ends the session: from now on it, its ledger, its connections and its counts MUST NOT be found. What
    /// happened to its audience MUST be kept where the store keeps anything. Of several callers one MUST get
    /// the ending, the others `None`.
    async fn end(
        &self,
        id: &SessionId,
        reason: &EndReason,
        now: Timestamp,
    ) -> Result<Option<Ending>, StoreError>;

    /// Live sessions in the order of their names, those after `after`, at most `limit`.
    async fn live(&self, after: Option<&SessionId>, limit: usize) -> Result<Vec<Arc<Session>>, StoreError>;
}

/// A session that has just been ended.
#[derive(Clone, Debug)]
pub struct Ending {
    /// As it was last.
    pub session: Arc<Session>,
    /// How many listeners were still counted.
    pub listeners: u64,
}

/// Somebody who wants a role in a session.
#[derive(Clone, Debug)]
pub struct Joiner {
    /// The connection.
    pub connection: ConnectionId,
    /// The session.
    pub session: SessionId,
    /// The role that it wants there.
    pub role: WantedRole,
    /// Now.
    pub now: Timestamp,
}

/// The role that a [`Joiner`] wants.
#[derive(Clone, Debug)]
pub enum WantedRole {
    /// To speak.
    Speaker,
    /// To listen.
    Listener {
        /// In this language; `None` is for one that resumes its place and keeps the language of that.
        language: Option<Language>,
        /// The place it wants to resume, as its verified token says.
        resume: Option<Place>,
        /// How many listeners the session may have.
        max_listeners: u64,
    },
}

/// What became of a [`Joiner`].
#[expect(clippy::large_enum_variant, reason = "nearly all are Joined, and none outlives its call")]
#[derive(Clone, Debug)]
pub enum Admission {
    /// It has its role.
    Joined(Joined),
    /// The session has as many listeners as it may have.
    Full,
    /// It named no language and had no place to resume, or not any more.
    LanguageNeeded,
    /// The connection has another role, or one in another session.
    AlreadyJoined,
}

/// An admitted joiner.
#[derive(Clone, Debug)]
pub struct Joined {
    /// What it is now.
    pub connection: Connection,
    /// The audience with the joiner in it.
    pub counted: Counted,
    /// The listener's place. For a speaker, one that cannot be resumed.
    pub place: Place,
    /// What the join did.
    pub kind: JoinKind,
    /// Whether a listener that joined again, or took its place again, hears another language now.
    pub switched: bool,
}

/// What a join did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JoinKind {
    /// A new listener, or a speaker.
    New,
    /// A listener took its place again; the count did not move.
    Resumed {
        /// The connection that had the place until now, if it was still there.
        superseded: Option<ConnectionId>,
    },
    /// The connection had this role already; perhaps its language changed, which the store does in one step.
    Again,
}

/// The audience of a session at one moment.
#[derive(Clone, Debug)]
pub struct Counted {
    /// Listeners by language, those in grace included.
    pub distribution: Arc<LanguageDistribution>,
    /// What happened so far.
    pub history: Arc<AudienceHistory>,
    /// How far the count can be trusted.
    pub quality: Quality,
    /// How many of the listeners are in their reconnect grace.
    pub reconnecting: u64,
    /// When the next grace ends.
    pub next_grace_end: Option<Timestamp>,
    /// How many graces had ended since anyone looked, this look included: those listeners have left.
    pub graces_ended: u64,
}

/// How a connection goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// For good, at once.
    Final,
    /// Perhaps it resumes its place before this moment; until then it counts.
    Grace {
        /// The end of the grace.
        until: Timestamp,
    },
}

/// A connection that has just gone.
#[derive(Clone, Debug)]
pub struct Departed {
    /// What it was.
    pub connection: Connection,
    /// The audience without it (with it, in grace).
    pub counted: Counted,
}

/// Who is connected, and the counts that follow from it.
///
/// Every method that counts MUST first let go of the places whose grace has ended by `now`. `now` may repeat or
/// go back a little between callers.
#[async_trait]
pub trait PresenceStore: Send + Sync {
    /// Admits a joiner. A connection counts once: joining again MUST change nothing but the language. A valid
    /// `resume` (the place is live or in grace, in this session, at this turn) MUST take the place over in one
    /// step, with the turn one higher and the language as asked; one that is not valid MUST be an ordinary join.
    /// The session MUST exist; `None` without it.
    async fn join(&self, joiner: Joiner) -> Result<Option<Admission>, StoreError>;

    /// Lets a connection go; `None` if it has no role (any more). Letting go twice MUST count once. A speaker has
    /// no grace here: it is forgotten at once.
    async fn leave(
        &self,
        connection: &ConnectionId,
        departure: Departure,
        now: Timestamp,
    ) -> Result<Option<Departed>, StoreError>;

    /// Moves a listener to another language in one step: nobody MUST ever see a total without it. `None` if the
    /// connection is no listener.
    async fn switch_language(
        &self,
        connection: &ConnectionId,
        language: &Language,
        now: Timestamp,
    ) -> Result<Option<Counted>, StoreError>;

    /// The connection of that name, if it has a role. One whose place is in grace MUST NOT be found.
    async fn connection(&self, id: &ConnectionId) -> Result<Option<Connection>, StoreError>;

    /// The audience of a session; `None` without such a session. MUST NOT be short and called exact.
    async fn audience(&self, session: &SessionId, now: Timestamp) -> Result<Option<Counted>, StoreError>;
}

/// Whether a claim won.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The next revision stands; its owner sends the update.
    Won,
    /// Somebody else claimed first, or the session is gone.
    Lost,
}

/// What speakers have been told.
#[async_trait]
pub trait LedgerStore: Send + Sync {
    /// The ledger of a live session.
    async fn ledger(&self, session: &SessionId) -> Result<Option<Arc<UpdateLedger>>, StoreError>;

    /// Puts `next` in place of the ledger whose revision is one less than its own (compare-and-set): of
    /// several claims of one revision exactly one MUST win. If `next` announces a language that its predecessor
    /// did not, it MUST be committed before this returns.
    async fn advance(&self, session: &SessionId, next: UpdateLedger) -> Result<Claim, StoreError>;
}

/// What became of a message to one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It is on its way.
    Delivered,
    /// It certainly did not arrive: the connection is gone, or reads too slowly and was dropped.
    Gone,
}

/// A message to a connection may or may not have arrived.
#[derive(Debug, thiserror::Error)]
#[error("nobody knows whether the message arrived: {0}")]
pub struct SendError(pub String);

/// The way to the speaker.
#[async_trait]
pub trait SpeakerChannel: Send + Sync {
    /// Whether this process is the one to tell `speaker`. Where it is not, the process that has its socket looks after
    /// it, and nothing is reviewed, claimed or sent here.
    fn reaches(&self, _speaker: &ConnectionId) -> bool {
        true
    }

    /// Sends `update` to `speaker`. MUST NOT wait for a slow reader.
    async fn send(&self, speaker: &ConnectionId, update: &StatusUpdate) -> Result<Delivery, SendError>;

    /// Tells `speaker` of a signal, if it asked for signals when it connected. One that does not arrive is not told
    /// again: the report has it. MUST NOT wait for a slow reader. Where speakers cannot ask, nothing is told.
    async fn signal(&self, _speaker: &ConnectionId, _session: &SessionId, _signal: &Signal, _now: Timestamp) {
    }
}

/// Why the service closes a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseReason {
    /// A newer connection took its place.
    Superseded,
    /// The session has ended.
    SessionEnded,
}

/// The way to the listeners, and out.
#[async_trait]
pub trait AudienceChannel: Send + Sync {
    /// Tells every connected listener of `session`; returns how many. [`Notice::SessionEnded`] also goes to the
    /// speaker, who is not counted. MUST NOT wait for a slow reader.
    async fn tell(&self, session: &SessionId, notice: &Notice, now: Timestamp) -> u64;

    /// Closes one connection.
    async fn close(&self, connection: &ConnectionId, why: CloseReason);

    /// Closes every connection of `session`, after all that was sent to it.
    async fn close_all(&self, session: &SessionId, why: CloseReason);
}

/// Looks on. What it hears, it hears once, from the process that did it, and in order for what follows from one another.
pub trait Observer: Send + Sync {
    /// Hears of `event`. MUST be cheap, MUST NOT wait and MUST NOT fail: whoever cannot keep up drops what it must, and
    /// lets those know who listen to it.
    fn observe(&self, event: &Event);
}

/// Nobody looks on.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoObserver;

impl Observer for NoObserver {
    fn observe(&self, _: &Event) {}
}

/// Calls [`crate::service::StatusService::wake`] later.
#[async_trait]
pub trait UpdateTimer: Send + Sync {
    /// Asks for a wake-up of `session` at `at` or soon after. A hint: the stores are the truth, so a wake-up
    /// that comes early, late, twice or unasked is harmless. An earlier wake-up that is still to come MUST NOT
    /// be lost.
    async fn wake_at(&self, session: &SessionId, at: Timestamp);
}

/// Counts what happens.
pub trait Metrics: Send + Sync {
    /// Records one thing. MUST be cheap and MUST NOT fail.
    fn record(&self, measurement: &Measurement);
}

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// Where unguessable names come from.
pub trait Ids: Send + Sync {
    /// 64 random bits, for [`SessionId::pick`].
    fn entropy(&self) -> u64;

    /// A fresh connection id of 128 random bits or more.
    fn connection_id(&self) -> ConnectionId;
}

/// Writes messages as the wire wants them, for adapters that must not know the protocol.
pub trait Rendering: Send + Sync {
    /// An update for the speaker.
    fn status(&self, update: &StatusUpdate) -> String;

    /// A notice for the listeners of `session`.
    fn notice(&self, session: &SessionId, notice: &Notice, now: Timestamp) -> String;

    /// A signal for the speaker of `session`.
    fn signal(&self, session: &SessionId, signal: &Signal, now: Timestamp) -> String;
}
