//! Live sessions and who is in them, in memory: what the memory store is, and what the embedded store counts with.
//!
//! A session lives in a [`Room`] of its own behind a lock of its own, so that no session ever waits for another.
//! Which room a connection is in says an index over all of them. The index is only a hint, the room is the truth:
//! that is what lets a session end at once, however many connections it had.

mod audience;
mod chronicle;
mod graces;
mod handed;
mod journal;
mod listener;
#[cfg(feature = "store-cluster")]
mod moves;
mod recount;
#[cfg(feature = "store-cluster")]
mod replica;
mod room;

#[cfg(test)]
mod tests;

use dashmap::{DashMap, Entry};
use headcount_core::ports::{Admission, Claim, Counted, Departed, Departure, JoinKind, Joiner, Updated};
use headcount_core::{
    Account, Connection, ConnectionId, End, EndKind, EndReason, Findings, Language, Session, SessionChange,
    SessionId, Signal, SignalRules, StatusUpdate, Timestamp, UpdateLedger,
};
use parking_lot::RwLock;
use std::collections::{BTreeMap, btree_map};
use std::ops::Bound;
use std::sync::Arc;

#[cfg(feature = "store-embedded")]
pub(super) use chronicle::Chronicle;
pub(super) use journal::{Journal, Part};
#[cfg(feature = "store-cluster")]
pub(super) use replica::Standing;
pub(super) use room::{Live, Room};

/// All rooms and the index of the connections in them.
///
/// Lock order: an entry of the index or the directory, never both, then a room. How many rooms and
/// connections there may be is the caller's to limit (`max_listeners`, the limits of the gateway).
pub(super) struct Rooms {
    directory: RwLock<BTreeMap<SessionId, Arc<Room>>>,
    index: DashMap<ConnectionId, Arc<Room>>,
    journal: Option<Arc<dyn Journal>>,
}

/// A session that has just been ended, as it was last.
pub(super) struct Closed {
    pub(super) session: Arc<Session>,
    /// How many listeners had not been seen leaving.
    pub(super) listeners: u64,
    /// What remains of it, with the steps that were in memory.
    pub(super) account: Account,
    /// The number of the first of those steps.
    pub(super) first_step: u64,
}

impl Rooms {
    /// No rooms yet. Whatever changes in one is told to `journal`.
    pub(super) fn new(journal: Option<Arc<dyn Journal>>) -> Self {
        Self { directory: RwLock::default(), index: DashMap::new(), journal }
    }

    /// Opens a room for `live`, of which nothing is written down yet, unless there is one of that name.
    pub(super) fn open(&self, live: Live) -> Option<Arc<Room>> {
        self.admit(live, Part::ALL)
    }

    /// Opens a room for `live` as it was written down.
    pub(super) fn reopen(&self, live: Live) {
        self.admit(live, 0);
    }

    fn admit(&self, live: Live, unsaved: u8) -> Option<Arc<Room>> {
        match self.directory.write().entry(live.session.id.clone()) {
            btree_map::Entry::Occupied(_) => None,
            btree_map::Entry::Vacant(free) => {
                Some(Arc::clone(free.insert(Arc::new(Room::new(live, unsaved)))))
            }
        }
    }

    /// Closes `room` without a trace, if it is still open.
    pub(super) fn discard(&self, room: &Arc<Room>) {
        if let Some(live) = room.close() {
            let mut directory = self.directory.write();
            if directory.get(&live.session.id).is_some_and(|open| Arc::ptr_eq(open, room)) {
                directory.remove(&live.session.id);
            }
            drop(directory);
            self.forget(room, live.audience.connections());
        }
    }

    /// Ends the session; one of several callers gets it.
    pub(super) fn end(&self, id: &SessionId, reason: &EndReason, now: Timestamp) -> Option<Closed> {
        let room = self.directory.write().remove(id)?;
        let mut live = room.close()?;
        self.forget(&room, live.audience.connections());
        let counted = live.audience.counted(now);
        let listeners = counted.distribution.listener_count() + counted.graces_ended;
        let (first_step, account) =
            live.account(Some(End { at: now, kind: EndKind::from(reason), listeners }));
        Some(Closed { session: live.session, listeners, account, first_step })
    }

    /// Takes what is in a closed room out of the index. Until it is out, the room itself says that nobody is in.
    fn forget<'a>(&self, room: &Arc<Room>, connections: impl Iterator<Item = &'a ConnectionId>) {
        for connection in connections {
            self.index.remove_if(connection, |_, held| Arc::ptr_eq(held, room));
        }
    }

    pub(super) fn session(&self, id: &SessionId) -> Option<Arc<Session>> {
        self.room(id)?.with(|live| Arc::clone(&live.session))
    }

    pub(super) fn page(&self, after: Option<&SessionId>, limit: usize) -> Vec<Arc<Session>> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        // Within the lock, so that a session that ends meanwhile cannot make a page short: a short one is the last.
        let directory = self.directory.read();
        let rooms = directory.range((from, Bound::Unbounded)).map(|(_, room)| room);
        rooms.filter_map(|room| room.with(|live| Arc::clone(&live.session))).take(limit).collect()
    }

    pub(super) fn update(&self, id: &SessionId, change: &SessionChange, now: Timestamp) -> Option<Updated> {
        let room = self.room(id)?;
        let updated = room.with(|live| {
            let before = Arc::clone(&live.session);
            let mut after = Session::clone(&before);
            if after.apply(change, now) {
                live.steered(after.broadcast, now);
                live.session = Arc::new(after);
            }
            Updated { before, after: Arc::clone(&live.session) }
        })?;
        if !Arc::ptr_eq(&updated.before, &updated.after) {
            self.changed(&room, Part::Session);
        }
        Some(updated)
    }

    pub(super) fn ledger(&self, id: &SessionId) -> Option<Arc<UpdateLedger>> {
        self.room(id)?.with(|live| Arc::clone(&live.ledger))
    }

    /// Claims the revision of `next`; also says whether that announced a language.
    pub(super) fn advance(&self, id: &SessionId, next: UpdateLedger) -> (Claim, bool) {
        let Some(room) = self.room(id) else { return (Claim::Lost, false) };
        let announces = room.with(|live| {
            if live.ledger.revision().checked_add(1) != Some(next.revision()) {
                return None;
            }
            let announces = next.announced().len() > live.ledger.announced().len()
                || !next.announced().is_subset(live.ledger.announced());
            live.ledger = Arc::new(next);
            Some(announces)
        });
        let Some(announces) = announces.flatten() else { return (Claim::Lost, false) };
        self.changed(&room, Part::Ledger);
        (Claim::Won, announces)
    }

    pub(super) fn join(&self, joiner: &Joiner) -> Option<Admission> {
        let room = self.room(&joiner.session)?;
        // Holding the entry lets a connection into one room at a time.
        let entry = self.index.entry(joiner.connection.clone());
        if let Entry::Occupied(held) = &entry
            && !Arc::ptr_eq(held.get(), &room)
            && held.get().has(&joiner.connection)
        {
            return Some(Admission::AlreadyJoined);
        }
        let admission = room.with(|live| live.audience.admit(joiner))?;
        let superseded = match &admission {
            Admission::Joined(joined) => {
                // Replaces a stale entry, too; keeps the table where it is when the connection is in already.
                match entry {
                    Entry::Occupied(mut held) => drop(held.insert(Arc::clone(&room))),
                    Entry::Vacant(free) => drop(free.insert(Arc::clone(&room))),
                }
                match &joined.kind {
                    JoinKind::Resumed { superseded } => superseded.as_ref(),
                    JoinKind::New | JoinKind::Again => None,
                }
            }
            Admission::Full | Admission::LanguageNeeded | Admission::AlreadyJoined => {
                drop(entry);
                None
            }
        };
        if let Some(superseded) = superseded {
            self.index.remove_if(superseded, |_, held| !held.has(superseded));
        }
        self.changed(&room, Part::History);
        Some(admission)
    }

    pub(super) fn leave(
        &self,
        connection: &ConnectionId,
        departure: Departure,
        now: Timestamp,
    ) -> Option<Departed> {
        let mut departed = None;
        let left = self.index.remove_if(connection, |_, room| {
            departed = room.with(|live| live.audience.depart(connection, departure, now)).flatten();
            true
        });
        if let Some((_, room)) = left {
            self.changed(&room, Part::History);
        }
        departed
    }

    pub(super) fn switch(
        &self,
        connection: &ConnectionId,
        language: &Language,
        now: Timestamp,
    ) -> Option<Counted> {
        let room = self.room_of(connection)?;
        let counted = room.with(|live| live.audience.switch(connection, language, now))??;
        self.changed(&room, Part::History);
        Some(counted)
    }

    pub(super) fn connection(&self, id: &ConnectionId) -> Option<Connection> {
        self.room_of(id)?.with(|live| live.audience.connection(id))?
    }

    pub(super) fn audience(&self, session: &SessionId, now: Timestamp) -> Option<Counted> {
        let room = self.room(session)?;
        let counted = room.with(|live| live.audience.counted(now))?;
        if counted.graces_ended > 0 {
            self.changed(&room, Part::History);
        }
        Some(counted)
    }

    /// Keeps `update`, which the speaker of `id` is being told.
    pub(super) fn told(&self, id: &SessionId, update: &StatusUpdate) {
        let Some(room) = self.room(id) else { return };
        if room.with(|live| live.chronicle().told(update)).is_some() {
            self.changed(&room, Part::History);
        }
    }

    /// Looks for what is to be signalled in `id` at `now`.
    pub(super) fn signals(&self, id: &SessionId, rules: &SignalRules, now: Timestamp) -> Findings {
        let Some(room) = self.room(id) else { return Findings::default() };
        let findings = room.with(|live| live.audience.signals(rules, now)).unwrap_or_default();
        if !findings.signals.is_empty() {
            self.changed(&room, Part::History);
        }
        findings
    }

    /// Notes that somebody asked in `id` for a language that is not served; the signal, where it is the first time.
    pub(super) fn asked_in_vain(&self, id: &SessionId, language: &Language) -> Option<Signal> {
        let room = self.room(id)?;
        let signal = room.with(|live| live.chronicle().asked_in_vain(language))?;
        self.changed(&room, Part::History);
        signal
    }

    /// The account of a live session at `now`, with the steps that are in memory and the number of the first.
    pub(super) fn account(&self, id: &SessionId, now: Timestamp) -> Option<(u64, Account)> {
        let account = self.room(id)?.with(|live| {
            live.audience.let_go(now);
            live.chronicle().keeps().then(|| live.account(None))
        });
        account.flatten()
    }

    fn room(&self, id: &SessionId) -> Option<Arc<Room>> {
        self.directory.read().get(id).map(Arc::clone)
    }

    fn room_of(&self, connection: &ConnectionId) -> Option<Arc<Room>> {
        self.index.get(connection).map(|room| Arc::clone(&room))
    }

    fn changed(&self, room: &Arc<Room>, part: Part) {
        if let Some(journal) = &self.journal {
            journal.changed(room, part);
        }
    }
}
