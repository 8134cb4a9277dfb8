//! Who is connected here, and in which session: the one map that the hub keeps under its lock.
//!
//! Every operation is a look-up or two; nothing is sent, woken or rendered under the lock. An idle listener costs
//! 120 to 200 bytes in it: 73 for its entry, times the 1.1 to 2.3 of the spare room in a hash map, and about 35 in the
//! tree of its session. The map keeps the size that it had for the largest audience.

use super::mailbox::Mailbox;
use headcount_core::{ConnectionId, SessionId};
use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
    sync::Arc,
};

/// What a connection is in its session, as far as the hub must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// It is closed with its session and told of the end, nothing else.
    Speaker,
    /// A speaker that also hears of signals.
    AlertSpeaker,
    /// It is told every notice.
    Listener,
}

/// A connection in a session.
#[derive(Clone)]
pub(super) struct Member {
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) part: Part,
}

/// Those who are in a session at one moment. Members are numbered as they come, so a range of numbers goes on
/// naming them while others come and go.
pub(super) struct Assembly {
    /// Who holds this may address them. It gives every member the notices of its session in one order.
    pub(super) turn: Arc<tokio::sync::Mutex<()>>,
    /// Those not yet addressed.
    pub(super) rest: Range<u64>,
}

/// Connections by id, and members by session. Its size is bounded by the cap on connections, which the gateway
/// keeps before it registers one.
#[derive(Default)]
pub(super) struct Directory {
    entries: HashMap<ConnectionId, Entry>,
    rooms: HashMap<SessionId, Room>,
    next_number: u64,
}

struct Entry {
    mailbox: Arc<Mailbox>,
    seat: Option<Seat>,
}

struct Seat {
    session: SessionId,
    number: u64,
}

#[derive(Default)]
struct Room {
    members: BTreeMap<u64, Member>,
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Directory {
    /// How many connections there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Adds a connection and gives back the mailbox of one that had the same id.
    pub(super) fn insert(&mut self, id: ConnectionId, mailbox: Arc<Mailbox>) -> Option<Arc<Mailbox>> {
        self.withdraw(&id);
        let before = self.entries.insert(id, Entry { mailbox, seat: None });
        before.map(|entry| entry.mailbox)
    }

    /// Forgets a connection, unless its id belongs to another mailbox by now.
    pub(super) fn remove(&mut self, id: &ConnectionId, mailbox: &Arc<Mailbox>) {
        if self.entries.get(id).is_some_and(|entry| Arc::ptr_eq(&entry.mailbox, mailbox)) {
            self.withdraw(id);
            self.entries.remove(id);
        }
    }

    /// The mailbox of a connection.
    pub(super) fn mailbox(&self, id: &ConnectionId) -> Option<Arc<Mailbox>> {
        self.entries.get(id).map(|entry| entry.mailbox.clone())
    }

    /// The mailbox of a connection that is a speaker who hears of signals.
    pub(super) fn alert_speaker(&self, id: &ConnectionId) -> Option<Arc<Mailbox>> {
        let Seat { session, number } = self.entries.get(id)?.seat.as_ref()?;
        let member = self.rooms.get(session)?.members.get(number)?;
        (member.part == Part::AlertSpeaker).then(|| member.mailbox.clone())
    }

    /// The mailboxes of all connections.
    pub(super) fn mailboxes(&self) -> Vec<Arc<Mailbox>> {
        self.entries.values().map(|entry| entry.mailbox.clone()).collect()
    }

    /// Puts a connection into a session, and out of another one where it was; says whether there is such a
    /// connection. Who is in the session already keeps its number, so that no notice under way passes it by.
    pub(super) fn enlist(&mut self, id: &ConnectionId, session: &SessionId, part: Part) -> bool {
        let seat = self.entries.get(id).and_then(|entry| entry.seat.as_ref());
        let number = match seat.filter(|seat| seat.session == *session) {
            Some(seat) => seat.number,
            None => {
                self.withdraw(id);
                self.next_number += 1;
                self.next_number - 1
            }
        };
        let Some(entry) = self.entries.get_mut(id) else {
            return false;
        };
        let member = Member { mailbox: entry.mailbox.clone(), part };
        self.rooms.entry(session.clone()).or_default().members.insert(number, member);
        entry.seat = Some(Seat { session: session.clone(), number });
        true
    }

    /// Takes a connection out of its session, if it is in one.
    pub(super) fn withdraw(&mut self, id: &ConnectionId) {
        let Some(seat) = self.entries.get_mut(id).and_then(|entry| entry.seat.take()) else {
            return;
        };
        if let Some(room) = self.rooms.get_mut(&seat.session) {
            room.members.remove(&seat.number);
            if room.members.is_empty() {
                self.rooms.remove(&seat.session);
            }
        }
    }

    /// Those who are in `session` now; `None` if it is empty.
    pub(super) fn assembly(&self, session: &SessionId) -> Option<Assembly> {
        let room = self.rooms.get(session)?;
        Some(Assembly { turn: room.turn.clone(), rest: 0..self.next_number })
    }

    /// The first `limit` members of `session` whose numbers are in `rest`, which is left with the others.
    pub(super) fn page(&self, session: &SessionId, rest: &mut Range<u64>, limit: usize) -> Vec<Member> {
        let Some(room) = self.rooms.get(session) else {
            return Vec::new();
        };
        let page = room.members.range(rest.clone()).take(limit);
        page.map(|(number, member)| {
            rest.start = number + 1;
            member.clone()
        })
        .collect()
    }

    /// How many sessions have members here.
    #[cfg(test)]
    pub(super) fn rooms(&self) -> usize {
        self.rooms.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_as_small_as_the_documentation_says() {
        assert!(size_of::<(ConnectionId, Entry)>() <= 72);
        assert!(size_of::<Member>() <= 16);
    }
}
