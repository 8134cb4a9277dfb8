//! What waits to be written to disk: gathered by everyone, taken as a whole by the one writer.
//!
//! Changes of one session fall together: the mailbox holds the room, not the change, and the writer writes the
//! newest state it finds there. So what waits is bounded by the sessions that live, by the reports of those that
//! ended meanwhile (no new ones are created where the disk takes nothing), by the calls that wait, and by the letters
//! on disk, each of which can be forgotten once.

#[cfg(test)]
mod tests;

use super::rows::Report;
use crate::outbox::Letter;
use crate::store::rooms::{Journal, Part, Room};
use parking_lot::{Condvar, Mutex};
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// What became of something that had to be written: `Err` says why the disk did not take it.
pub(super) type Written<T> = Result<T, String>;

/// Where somebody waits to hear it.
type Answer<T> = oneshot::Sender<Written<T>>;

/// Everything that goes to disk in one transaction.
#[derive(Default)]
pub(super) struct Batch {
    /// Sessions that ended; written first, for a new session may have the name of one.
    pub(super) reports: Vec<Report>,
    /// Rooms that have something unsaved, perhaps more than once.
    pub(super) rooms: Vec<Arc<Room>>,
    /// Letters that have arrived, and can go.
    pub(super) forgotten: Vec<Forgotten>,
    /// Letters that may be sent once they are on disk, with who wants to send them.
    pub(super) letters: Vec<Posted>,
    /// What exists only if it gets to disk.
    pub(super) newcomers: Newcomers,
    /// Who waits until all of this is on disk.
    pub(super) waiting: Vec<Answer<()>>,
    /// Who wants to read, after that.
    pub(super) readers: Vec<Reader>,
}

/// Letters that go to disk, with who wants to know.
pub(super) type Posted = (Vec<Letter>, Answer<()>);

/// A letter that need not be kept any more.
pub(super) struct Forgotten {
    pub(super) target: Arc<str>,
    pub(super) sequence: u64,
}

/// Reads something, on the writer's thread: there is one connection to the database.
pub(super) type Reader = Box<dyn FnOnce(&Connection) + Send>;

/// How many may wait to read at the same time. One more is refused.
const MAX_READERS: usize = 64;

/// What exists only if it gets to disk, with who wants to know.
#[derive(Default)]
pub(super) struct Newcomers {
    /// New sessions.
    pub(super) created: Vec<(Arc<Room>, Answer<()>)>,
    /// The signing key, with the candidates for it.
    pub(super) keys: Vec<([u8; 32], Answer<[u8; 32]>)>,
}

impl Newcomers {
    pub(super) fn is_empty(&self) -> bool {
        self.created.is_empty() && self.keys.is_empty()
    }
}

impl Batch {
    fn is_empty(&self) -> bool {
        self.reports.is_empty()
            && self.rooms.is_empty()
            && self.forgotten.is_empty()
            && self.letters.is_empty()
            && self.newcomers.is_empty()
            && self.waiting.is_empty()
            && self.readers.is_empty()
    }
}

#[derive(Default)]
struct State {
    batch: Batch,
    /// When the oldest change came that nobody waits for.
    oldest: Option<Instant>,
    /// Somebody waits.
    urgent: bool,
    closing: bool,
    /// The writer is gone; nothing will be written any more.
    gone: bool,
    closers: Vec<oneshot::Sender<()>>,
}

/// Between the store and its writer.
pub(super) struct Mailbox {
    state: Mutex<State>,
    changed: Condvar,
    flush_within: Duration,
}

impl Mailbox {
    pub(super) fn new(flush_within: Duration) -> Self {
        Self { state: Mutex::default(), changed: Condvar::new(), flush_within }
    }

    /// Asks for `room` to be written for the first time.
    pub(super) fn create(&self, room: Arc<Room>) -> oneshot::Receiver<Written<()>> {
        self.post(|batch, answer| batch.newcomers.created.push((room, answer)))
    }

    /// Asks for `report` to be written in place of its session.
    pub(super) fn end(&self, report: Report) -> oneshot::Receiver<Written<()>> {
        self.post(|batch, answer| {
            batch.reports.push(report);
            batch.waiting.push(answer);
        })
    }

    /// Asks for the signing key.
    pub(super) fn signing_key(&self, candidate: [u8; 32]) -> oneshot::Receiver<Written<[u8; 32]>> {
        self.post(|batch, answer| batch.newcomers.keys.push((candidate, answer)))
    }

    /// Asks for `letters` to be written with whatever else is.
    pub(super) fn letters(&self, letters: Vec<Letter>) -> oneshot::Receiver<Written<()>> {
        self.post_lazily(|batch, answer| batch.letters.push((letters, answer)))
    }

    /// Asks for a letter to be removed with whatever else is written.
    pub(super) fn forget(&self, letter: Forgotten) {
        drop(self.post_lazily::<()>(|batch, _| batch.forgotten.push(letter)));
    }

    /// Asks to be told when everything that has changed until now is on disk.
    pub(super) fn commit(&self) -> oneshot::Receiver<Written<()>> {
        self.post(|batch, answer| batch.waiting.push(answer))
    }

    /// Asks for `read` to be done when what has changed until now is on disk; `None` if too many wait already.
    pub(super) fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> T + Send + 'static,
    ) -> Option<oneshot::Receiver<T>> {
        if self.state.lock().batch.readers.len() >= MAX_READERS {
            return None;
        }
        Some(self.post(|batch, answer| {
            batch.readers.push(Box::new(move |connection| {
                // Who does not wait any more need not know.
                let _ = answer.send(read(connection));
            }));
        }))
    }

    /// Asks the writer to write what there is and to go.
    pub(super) fn close(&self) -> oneshot::Receiver<()> {
        let (gone, closed) = oneshot::channel();
        let mut state = self.state.lock();
        state.closing = true;
        if !state.gone {
            state.closers.push(gone);
        }
        self.changed.notify_all();
        closed
    }

    /// Blocks until the writer is gone, for `within` at the most.
    pub(super) fn wait_closed(&self, within: Duration) {
        let mut state = self.state.lock();
        self.changed.wait_while_for(&mut state, |state| !state.gone, within);
    }

    /// For the writer: waits for something to write, though not before `not_before` unless somebody waits for it.
    /// Says whether the store is being closed; `None` once it is and nothing is left.
    pub(super) fn next(&self, not_before: Option<Instant>) -> Option<(Batch, bool)> {
        let mut state = self.state.lock();
        loop {
            let due =
                state.oldest.map(|oldest| not_before.map_or(oldest + self.flush_within, |at| at.max(oldest)));
            if state.urgent || state.closing || due.is_some_and(|due| due <= Instant::now()) {
                return take(&mut state);
            }
            match due {
                Some(due) => drop(self.changed.wait_until(&mut state, due)),
                None => self.changed.wait(&mut state),
            }
        }
    }

    /// For the writer: puts back what could not be written. Whoever waits has been answered.
    pub(super) fn put_back(
        &self,
        reports: Vec<Report>,
        rooms: Vec<(Arc<Room>, u8)>,
        forgotten: Vec<Forgotten>,
    ) {
        let mut state = self.state.lock();
        state.batch.reports.splice(0..0, reports);
        state.batch.forgotten.extend(forgotten);
        for (room, parts) in rooms {
            if room.unsaved.fetch_or(parts, Ordering::AcqRel) == 0 {
                state.batch.rooms.push(room);
            }
        }
        state.oldest = Some(Instant::now());
    }

    /// For the writer: it goes, and takes the hope of everyone who waits with it.
    pub(super) fn writer_gone(&self) {
        let mut state = self.state.lock();
        state.gone = true;
        state.batch = Batch::default();
        state.closers.clear();
        self.changed.notify_all();
    }

    fn post<T>(&self, put: impl FnOnce(&mut Batch, oneshot::Sender<T>)) -> oneshot::Receiver<T> {
        let (sender, receiver) = oneshot::channel();
        let mut state = self.state.lock();
        // Without a writer the sender is dropped here, and the receiver says so.
        if !state.gone {
            put(&mut state.batch, sender);
            state.urgent = true;
            self.changed.notify_all();
        }
        receiver
    }

    /// The same for what can wait for others to be written with it.
    fn post_lazily<T>(&self, put: impl FnOnce(&mut Batch, oneshot::Sender<T>)) -> oneshot::Receiver<T> {
        let (sender, receiver) = oneshot::channel();
        let mut state = self.state.lock();
        if !state.gone {
            put(&mut state.batch, sender);
            self.awaken(&mut state);
        }
        receiver
    }

    /// Has the writer come when what is in the batch has waited long enough.
    fn awaken(&self, state: &mut State) {
        if state.oldest.is_none() {
            state.oldest = Some(Instant::now());
            self.changed.notify_all();
        }
    }
}

impl Journal for Mailbox {
    fn changed(&self, room: &Arc<Room>, part: Part) {
        if room.unsaved.fetch_or(part as u8, Ordering::AcqRel) != 0 {
            return;
        }
        let mut state = self.state.lock();
        if !state.gone {
            state.batch.rooms.push(Arc::clone(room));
            self.awaken(&mut state);
        }
    }
}

fn take(state: &mut State) -> Option<(Batch, bool)> {
    if state.closing && state.batch.is_empty() {
        return None;
    }
    state.urgent = false;
    state.oldest = None;
    Some((std::mem::take(&mut state.batch), state.closing))
}
