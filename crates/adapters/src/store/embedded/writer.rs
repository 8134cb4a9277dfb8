//! The one thread that writes to the database.

use super::accounts;
use super::condition::Condition;
use super::letters;
use super::mailbox::{Batch, Forgotten, Mailbox, Newcomers, Posted, Written};
use super::rows::{self, Record, Report};
use crate::store::rooms::{Part, Room, Rooms};
use headcount_core::Timestamp;
use rusqlite::{Connection, TransactionBehavior};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long after a failure to try again, unless somebody waits for it.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// How often old reports are looked for.
const PRUNE_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// Owns the connection. Everything that waits goes into one transaction; what the disk does not take is kept and
/// tried again, while the sessions go on from memory.
pub(super) struct Writer {
    pub(super) connection: Connection,
    pub(super) file: PathBuf,
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) rooms: Arc<Rooms>,
    pub(super) keep_reports: Duration,
    /// When old reports were last looked for.
    pub(super) pruned_at: Timestamp,
    /// The last transaction failed.
    pub(super) in_trouble: bool,
    /// The same, and whether there is room, for whoever asks the store.
    pub(super) condition: Arc<Condition>,
    /// How many transactions the disk has taken.
    pub(super) commits: Arc<AtomicU64>,
    /// The last session that wanted to be created was not.
    pub(super) refusing: bool,
}

/// Rooms and which [`Part`]s of them are being written.
type Changes = Vec<(Arc<Room>, u8)>;

/// What lives on in memory where the disk does not take it, and is tried again.
struct Lasting {
    reports: Vec<Report>,
    changes: Changes,
    forgotten: Vec<Forgotten>,
}

/// Starts `writer` on a thread of its own; it ends when its mailbox is closed.
pub(super) fn start(writer: Writer) -> std::io::Result<()> {
    let farewell = Farewell(Arc::clone(&writer.mailbox));
    std::thread::Builder::new().name("headcount-store".to_owned()).spawn(move || {
        let _farewell = farewell;
        // Declared after the farewell, so that the database is closed before anyone hears of it.
        let mut writer = writer;
        writer.run();
    })?;
    Ok(())
}

/// Tells the mailbox that the writer is gone, however it went.
struct Farewell(Arc<Mailbox>);

impl Drop for Farewell {
    fn drop(&mut self) {
        self.0.writer_gone();
    }
}

impl Writer {
    fn run(&mut self) {
        let mut retry_at = None;
        while let Some((batch, last)) = self.mailbox.next(retry_at) {
            self.write(batch);
            retry_at = self.in_trouble.then(|| Instant::now() + RETRY_AFTER);
            if last && self.in_trouble {
                tracing::error!(file = %self.file.display(), "store closed with changes that are not on disk");
                break;
            }
        }
    }

    fn write(&mut self, batch: Batch) {
        let Batch { reports, rooms, forgotten, mut letters, newcomers, waiting, readers } = batch;
        let lasting = Lasting { reports, changes: unsaved(rooms), forgotten };
        let mut outcome = self.attempt(&lasting, &newcomers, &letters);
        if let Err(error) = &outcome
            && !letters.is_empty()
        {
            answer(std::mem::take(&mut letters), &Err(self.explain(error)));
            // Without the letters, sessions may have room.
            outcome = self.attempt(&lasting, &newcomers, &letters);
        }
        let outcome = match outcome {
            Ok(keys) => {
                if !(lasting.reports.is_empty() && newcomers.created.is_empty()) {
                    self.condition.has_room();
                }
                self.accept(newcomers, keys);
                Ok(())
            }
            Err(error) if newcomers.is_empty() => Err(error),
            Err(error) => {
                self.refuse(newcomers, &error);
                // Without the newcomers, what lives already may have room.
                self.attempt(&lasting, &Newcomers::default(), &letters).map(drop)
            }
        };
        // Those that the disk has refused are answered already.
        answer(letters, &Ok(()));
        let written = outcome.map_err(|error| self.explain(&error));
        match &written {
            Ok(()) => self.prune(&lasting.reports),
            Err(_) => self.mailbox.put_back(lasting.reports, lasting.changes, lasting.forgotten),
        }
        self.report_trouble(written.as_ref().err());
        for waiter in waiting {
            // Who does not wait any more need not know.
            let _ = waiter.send(written.clone());
        }
        for read in readers {
            read(&self.connection);
        }
    }

    /// One transaction for all of it; the signing keys for those who asked.
    fn attempt(
        &mut self,
        lasting: &Lasting,
        newcomers: &Newcomers,
        posted: &[Posted],
    ) -> rusqlite::Result<Vec<[u8; 32]>> {
        let Lasting { reports, changes, forgotten } = lasting;
        let is_nothing = reports.is_empty() && changes.is_empty() && forgotten.is_empty();
        if is_nothing && newcomers.is_empty() && posted.is_empty() {
            return Ok(Vec::new());
        }
        let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // All of what goes makes room before anything comes.
        for report in reports {
            rows::delete_session(&tx, &report.account.session)?;
        }
        letters::delete(&tx, forgotten)?;
        for report in reports {
            rows::save_report(&tx, report)?;
        }
        let mut written = Vec::new();
        for (room, _) in &newcomers.created {
            room.unsaved.store(0, Ordering::Release);
            written.push((room, save(&tx, room, Part::ALL)?));
        }
        for (room, parts) in changes {
            written.push((room, save(&tx, room, *parts)?));
        }
        for (posted, _) in posted {
            letters::save(&tx, posted)?;
        }
        let keys = newcomers.keys.iter().map(|(candidate, _)| rows::signing_key(&tx, *candidate)).collect();
        tx.commit()?;
        self.commits.fetch_add(1, Ordering::Relaxed);
        for (room, steps) in written {
            room.with(|live| live.chronicle().saved(steps));
        }
        keys
    }

    fn accept(&mut self, newcomers: Newcomers, keys: Vec<[u8; 32]>) {
        if !newcomers.created.is_empty() && std::mem::take(&mut self.refusing) {
            tracing::info!(file = %self.file.display(), "store takes new sessions again");
        }
        for (_, answer) in newcomers.created {
            let _ = answer.send(Ok(()));
        }
        for ((_, answer), key) in newcomers.keys.into_iter().zip(keys) {
            let _ = answer.send(Ok(key));
        }
    }

    /// A session that is not on disk must not live.
    fn refuse(&mut self, newcomers: Newcomers, error: &rusqlite::Error) {
        let cause = self.explain(error);
        self.condition.refused(Instant::now());
        if !std::mem::replace(&mut self.refusing, true) {
            tracing::error!(file = %self.file.display(), %error, "store takes no new sessions");
        }
        for (room, answer) in newcomers.created {
            self.rooms.discard(&room);
            let _ = answer.send(Err(cause.clone()));
        }
        for (_, answer) in newcomers.keys {
            let _ = answer.send(Err(cause.clone()));
        }
    }

    fn report_trouble(&mut self, cause: Option<&String>) {
        self.condition.set_in_trouble(cause.is_some());
        match (std::mem::replace(&mut self.in_trouble, cause.is_some()), cause) {
            (false, Some(cause)) => tracing::error!(cause, "store cannot write, sessions go on from memory"),
            (true, None) => tracing::info!(file = %self.file.display(), "store writes again"),
            (false, None) | (true, Some(_)) => {}
        }
    }

    /// Once a day, as the ends of sessions tell the time, forgets the reports that have been kept long enough.
    fn prune(&mut self, reports: &[Report]) {
        let Some(now) = reports.iter().filter_map(|report| report.account.end).map(|end| end.at).max() else {
            return;
        };
        if now.since(self.pruned_at) >= PRUNE_EVERY {
            self.pruned_at = now;
            prune_reports(&self.connection, now, self.keep_reports);
        }
    }

    fn explain(&self, error: &rusqlite::Error) -> String {
        format!(
            "{} cannot be written ({error}); see that its disk has room and is in order",
            self.file.display()
        )
    }
}

/// Tells those who put letters in what has become of them.
fn answer(letters: Vec<Posted>, written: &Written<()>) {
    for (_, waiter) in letters {
        // Who does not wait any more need not know.
        let _ = waiter.send(written.clone());
    }
}

/// Forgets the reports of sessions that ended more than `keep` before `now`. To fail at it does no harm: it is
/// tried again the next day.
pub(super) fn prune_reports(connection: &Connection, now: Timestamp, keep: Duration) {
    let before = now.as_millis().saturating_sub(u64::try_from(keep.as_millis()).unwrap_or(u64::MAX));
    match rows::prune_reports(connection, Timestamp::from_millis(before)) {
        Ok(0) => {}
        Ok(reports) => tracing::info!(reports, "old reports forgotten"),
        Err(error) => tracing::warn!(%error, "old reports could not be forgotten"),
    }
}

/// What of `rooms` is to be written. From here on a change counts as unsaved again, so whoever reads the state
/// after this reads at least what was unsaved before.
fn unsaved(rooms: Vec<Arc<Room>>) -> Changes {
    let parts = rooms.into_iter().map(|room| {
        let parts = room.unsaved.swap(0, Ordering::AcqRel);
        (room, parts)
    });
    parts.filter(|(_, parts)| *parts != 0).collect()
}

/// Writes `parts` of `room` as they are now; nothing where its session has ended. Steps before the one of the number
/// that it says are written.
fn save(db: &Connection, room: &Room, parts: u8) -> rusqlite::Result<u64> {
    let has = |part: Part| parts & part as u8 != 0;
    let snapshot = room.with(|live| {
        let session = (Arc::clone(&live.session), Arc::clone(&live.ledger), live.history());
        let chronicle = live.chronicle();
        let record = has(Part::History).then(|| {
            let (attendance, pending) = (chronicle.attendance.clone(), chronicle.pending());
            (Record { attendance, pending, timeline_size: chronicle.size() }, chronicle.written())
        });
        (session, record)
    });
    let Some(((session, ledger, history), record)) = snapshot else { return Ok(0) };
    if has(Part::Session) {
        rows::save_session(db, &session)?;
    }
    if has(Part::Ledger) {
        rows::save_ledger(db, &session.id, &ledger)?;
    }
    let Some((record, (first, steps))) = record else { return Ok(0) };
    rows::save_history(db, &session.id, &history, &record)?;
    accounts::save_steps(db, &session.id, session.created_at, first, &steps)?;
    Ok(first + steps.len() as u64)
}
