//! Sessions on disk in SQLite, listeners in memory: what one server needs to forget nothing when it dies.
//!
//! Everything is answered from memory. What changes is written behind by one thread, grouped in transactions;
//! creating and ending a session, changing its broadcast, its details or its links, and announcing a language wait for
//! that.
//! Connections are not written down, because none outlives the process.
//!
//! **While the disk takes nothing** (it is full, or broken), no session is created, and the live ones go on: what
//! changes in them is answered from memory, kept, and written as soon as the disk takes it. It is lost only if the
//! process dies before that. To refuse a speaker's pause because a disk is full would help nobody.

mod accounts;
mod condition;
mod database;
mod letters;
mod links;
mod load;
mod mailbox;
mod open_error;
mod rows;
mod settings;
mod writer;

use super::rooms::{Live, Rooms};
use async_trait::async_trait;
use condition::Condition;
use headcount_core::ports::{
    Admission, Claim, Counted, Creation, Departed, Departure, Ending, HistoryStore, Joiner, LedgerStore,
    PresenceStore, SessionStore, StoreError, Updated,
};
use headcount_core::{
    Account, Connection, ConnectionId, EndReason, Ended, Findings, Language, Session, SessionChange,
    SessionId, Signal, SignalRules, StatusUpdate, Timestamp, UpdateLedger,
};
use mailbox::{Mailbox, Written};
use rows::Report;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use writer::Writer;

pub use open_error::OpenError;
pub use settings::EmbeddedSettings;

/// The store of a single server.
///
/// Dropping it closes it, and blocks meanwhile ([`EmbeddedSettings::close_within`] at the most);
/// [`EmbeddedStore::close`] does the same without blocking.
pub struct EmbeddedStore {
    rooms: Arc<Rooms>,
    mailbox: Arc<Mailbox>,
    close_within: Duration,
    condition: Arc<Condition>,
    commits: Arc<AtomicU64>,
    latest: Timestamp,
}

impl EmbeddedStore {
    /// Opens the database `headcount.db` in `directory`, and makes both where they are missing. It is this
    /// process's alone until the store is closed. The sessions found there count from nobody, and say until
    /// `now` and [`EmbeddedSettings::recovery`] that the count may be short.
    ///
    /// Blocks while it reads: a few microseconds a session.
    ///
    /// # Errors
    /// [`OpenError`], which says what to do. A database that cannot be used is left as it is.
    pub fn open(directory: &Path, settings: EmbeddedSettings, now: Timestamp) -> Result<Self, OpenError> {
        let (connection, file) = database::open(directory, settings.max_bytes)?;
        let latest = load::latest(&connection).map_err(|error| database::explain(&file, &error))?;
        // The clock may have been set back since; the time that speakers were told does not go back with it.
        let now = now.max(latest);
        let sessions = load::sessions(&connection, latest, now, now.plus(settings.recovery))
            .map_err(|error| error.explain(&file))?;
        writer::prune_reports(&connection, now, settings.keep_reports);
        let mailbox = Arc::new(Mailbox::new(settings.flush_within));
        let rooms = Arc::new(Rooms::new(Some(Arc::clone(&mailbox) as _)));
        tracing::info!(file = %file.display(), sessions = sessions.len(), "store opened");
        for live in sessions {
            rooms.reopen(live);
        }
        let (condition, commits) = (Arc::<Condition>::default(), Arc::<AtomicU64>::default());
        let writer = Writer {
            connection,
            file: file.clone(),
            mailbox: Arc::clone(&mailbox),
            rooms: Arc::clone(&rooms),
            keep_reports: settings.keep_reports,
            pruned_at: now,
            in_trouble: false,
            condition: Arc::clone(&condition),
            commits: Arc::clone(&commits),
            refusing: false,
        };
        writer::start(writer).map_err(|error| OpenError::Failed { file, cause: error.to_string() })?;
        Ok(Self { rooms, mailbox, close_within: settings.close_within, condition, commits, latest })
    }

    /// Whether it takes new sessions, as far as it knows: the disk took what it was last given, and no session was
    /// refused within the last ten seconds, unless one has ended since. What the disk did not take is tried again every
    /// second.
    #[must_use]
    pub fn takes_new(&self) -> bool {
        self.condition.takes_new(Instant::now())
    }

    /// How many transactions the disk has taken since the store was opened: at most one each
    /// [`EmbeddedSettings::flush_within`], and one more for each moment at which somebody waits.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// The latest moment that was written down before this store was opened: it has been that late already.
    #[must_use]
    pub const fn latest(&self) -> Timestamp {
        self.latest
    }

    /// The key that signs capabilities: the one on disk, else `candidate`, which is on disk from then on.
    ///
    /// # Errors
    /// [`StoreError::Full`] if there is none and it could not be written.
    pub async fn signing_key(&self, candidate: [u8; 32]) -> Result<[u8; 32], StoreError> {
        taken(self.mailbox.signing_key(candidate)).await
    }

    /// Counts the places of `session` anew and, where its counts say otherwise, puts those right. By how many listeners
    /// they were wrong: zero, unless there is a bug of ours.
    pub fn recount(&self, session: &SessionId, now: Timestamp) -> u64 {
        self.rooms.recount(session, now)
    }

    /// Waits until everything that has changed until now is on disk.
    ///
    /// # Errors
    /// [`StoreError::Full`] if the disk did not take it; it stays in memory and is tried again.
    pub async fn flush(&self) -> Result<(), StoreError> {
        taken(self.mailbox.commit()).await
    }

    /// Writes what is left, and closes the database; all that needs it fails from then on.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if that took longer than [`EmbeddedSettings::close_within`].
    pub async fn close(&self) -> Result<(), StoreError> {
        let closed = self.mailbox.close();
        match tokio::time::timeout(self.close_within, closed).await {
            // The writer drops its end as it goes.
            Ok(_) => Ok(()),
            Err(_) => {
                Err(StoreError::Unavailable("the disk is too slow to close the store in time".to_owned()))
            }
        }
    }
}

impl EmbeddedStore {
    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let busy = || StoreError::Unavailable("too many ask for accounts at the same time".to_owned());
        let answer = self.mailbox.read(read).ok_or_else(busy)?.await.map_err(|_| closed())?;
        answer.map_err(|error| StoreError::Unavailable(error.to_string()))
    }
}

impl Drop for EmbeddedStore {
    fn drop(&mut self) {
        drop(self.mailbox.close());
        self.mailbox.wait_closed(self.close_within);
    }
}

/// The answer to something that must be on disk.
async fn taken<T>(answer: oneshot::Receiver<Written<T>>) -> Result<T, StoreError> {
    match answer.await {
        Ok(written) => written.map_err(StoreError::Full),
        Err(_) => Err(closed()),
    }
}

/// Waits until it is on disk, or until the disk has refused it: then memory has it, and the writer tries again.
async fn attempted(answer: oneshot::Receiver<Written<()>>) -> Result<(), StoreError> {
    answer.await.map(drop).map_err(|_| closed())
}

fn closed() -> StoreError {
    StoreError::Unavailable("the store is closed".to_owned())
}

#[async_trait]
impl SessionStore for EmbeddedStore {
    async fn create(&self, session: Session, ledger: UpdateLedger) -> Result<Creation, StoreError> {
        let Some(room) = self.rooms.open(Live::new(session, ledger)) else { return Ok(Creation::Taken) };
        taken(self.mailbox.create(room)).await?;
        Ok(Creation::Created)
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
        let updated = self.rooms.update(id, change, now);
        let is_about_the_speaker =
            matches!(change, SessionChange::AttachSpeaker { .. } | SessionChange::LoseSpeaker { .. });
        if updated.is_some() && !is_about_the_speaker {
            attempted(self.mailbox.commit()).await?;
        }
        Ok(updated)
    }

    async fn end(
        &self,
        id: &SessionId,
        reason: &EndReason,
        now: Timestamp,
    ) -> Result<Option<Ending>, StoreError> {
        let Some(closed) = self.rooms.end(id, reason, now) else { return Ok(None) };
        let report = Report { account: closed.account, first_step: closed.first_step };
        attempted(self.mailbox.end(report)).await?;
        Ok(Some(Ending { session: closed.session, listeners: closed.listeners }))
    }

    async fn live(&self, after: Option<&SessionId>, limit: usize) -> Result<Vec<Arc<Session>>, StoreError> {
        Ok(self.rooms.page(after, limit))
    }
}

#[async_trait]
impl PresenceStore for EmbeddedStore {
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
impl LedgerStore for EmbeddedStore {
    async fn ledger(&self, session: &SessionId) -> Result<Option<Arc<UpdateLedger>>, StoreError> {
        Ok(self.rooms.ledger(session))
    }

    async fn advance(&self, session: &SessionId, next: UpdateLedger) -> Result<Claim, StoreError> {
        let (claim, announces) = self.rooms.advance(session, next);
        if announces {
            attempted(self.mailbox.commit()).await?;
        }
        Ok(claim)
    }
}

#[async_trait]
impl HistoryStore for EmbeddedStore {
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
        let (rooms, id) = (Arc::clone(&self.rooms), session.clone());
        // Read where it is written, so that a step is either in memory or on disk.
        self.read(move |db| match rooms.account(&id, now) {
            Some((first, account)) => {
                let mut steps = accounts::steps(db, &id, account.created_at, first)?;
                steps.extend(account.steps);
                Ok(Some(Account { steps, ..account }))
            }
            None => accounts::ended_account(db, &id),
        })
        .await
    }

    async fn ended(&self, before: Option<u64>, limit: usize) -> Result<Vec<Ended>, StoreError> {
        self.read(move |db| accounts::ended(db, before, limit)).await
    }
}
