//! What waits for one target: bounded, in the order of its sequence.

use crate::outbox::Letter;
use headcount_core::Timestamp;
use parking_lot::Mutex;
use std::collections::{BTreeMap, BTreeSet};
use tokio::sync::Notify;

/// How much may wait for one target. When that is full, the oldest status goes, and where there is none the oldest of
/// all; the receiver sees the gap in the sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// How many events.
    pub events: usize,
    /// How many bytes of bodies.
    pub bytes: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self { events: 10_000, bytes: 16 * 1_024 * 1_024 }
    }
}

/// The queue of one target. One takes from it.
pub(super) struct Queue {
    room: Room,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    letters: BTreeMap<u64, Letter>,
    statuses: BTreeSet<u64>,
    bytes: usize,
    /// The one that is being sent; it stays.
    in_flight: Option<u64>,
}

impl Queue {
    pub(super) fn new(room: Room) -> Self {
        Self { room, state: Mutex::default(), changed: Notify::new() }
    }

    /// Puts `letter` at the end, and gives back what had to go for it.
    pub(super) fn push(&self, letter: Letter) -> Vec<Letter> {
        let mut state = self.state.lock();
        state.put(letter);
        let mut dropped = Vec::new();
        while state.letters.len() > self.room.events || state.bytes > self.room.bytes {
            let Some(letter) = state.least().and_then(|sequence| state.remove(sequence)) else { break };
            dropped.push(letter);
        }
        drop(state);
        self.changed.notify_one();
        dropped
    }

    /// The first letter, which stays where it is until [`Self::done`].
    pub(super) fn first(&self) -> Option<Letter> {
        let mut state = self.state.lock();
        let first = state.letters.first_key_value().map(|(_, letter)| letter.clone());
        state.in_flight = first.as_ref().map(|letter| letter.sequence);
        first
    }

    /// The letter of that sequence needs no more trying.
    pub(super) fn done(&self, sequence: u64) {
        let mut state = self.state.lock();
        state.in_flight = None;
        drop(state.remove(sequence));
    }

    /// Everything, and leaves nothing.
    pub(super) fn clear(&self) -> Vec<Letter> {
        std::mem::take(&mut *self.state.lock()).letters.into_values().collect()
    }

    /// Waits until something has come since the last time that this was asked.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.state.lock().letters.len()
    }

    /// How many wait, and since when the first of them.
    pub(super) fn depth(&self) -> (u64, Option<Timestamp>) {
        let state = self.state.lock();
        let oldest = state.letters.first_key_value().map(|(_, letter)| letter.created_at);
        (state.letters.len() as u64, oldest)
    }
}

impl State {
    fn put(&mut self, letter: Letter) {
        self.bytes += letter.body.len();
        if letter.is_status {
            self.statuses.insert(letter.sequence);
        }
        self.letters.insert(letter.sequence, letter);
    }

    fn remove(&mut self, sequence: u64) -> Option<Letter> {
        let letter = self.letters.remove(&sequence)?;
        self.statuses.remove(&sequence);
        self.bytes -= letter.body.len();
        Some(letter)
    }

    /// The one that would be missed least.
    fn least(&self) -> Option<u64> {
        let may_go = |sequence: &&u64| Some(**sequence) != self.in_flight;
        let status = self.statuses.iter().find(may_go);
        status.or_else(|| self.letters.keys().find(may_go)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(sequence: u64, is_status: bool) -> Letter {
        let created_at = Timestamp::from_millis(sequence);
        Letter {
            target: "t".into(),
            sequence,
            delivery: "d".into(),
            is_status,
            created_at,
            body: "12345".into(),
        }
    }

    fn push(queue: &Queue, letters: &[(u64, bool)]) -> Vec<u64> {
        let dropped = letters.iter().flat_map(|(sequence, status)| queue.push(letter(*sequence, *status)));
        dropped.map(|letter| letter.sequence).collect()
    }

    #[test]
    fn when_it_is_full_the_oldest_status_goes_first_then_the_oldest() {
        let queue = Queue::new(Room { events: 3, bytes: 1_000 });
        assert_eq!(push(&queue, &[(1, false), (2, true), (3, true), (4, false)]), [2]);
        assert_eq!(push(&queue, &[(5, false), (6, false)]), [3, 1]);
        let left: Vec<_> = queue.clear().iter().map(|letter| letter.sequence).collect();
        assert_eq!((left, queue.depth()), (vec![4, 5, 6], (0, None)));
    }

    #[test]
    fn bytes_are_bounded_too_and_the_one_in_flight_stays() {
        let queue = Queue::new(Room { events: 100, bytes: 10 });
        push(&queue, &[(1, true)]);
        assert_eq!(queue.first().map(|letter| letter.sequence), Some(1));
        assert_eq!(push(&queue, &[(2, false), (3, false)]), [2]);
        queue.done(1);
        assert_eq!(push(&queue, &[(4, false)]), Vec::<u64>::new());
        assert_eq!(queue.depth(), (2, Some(Timestamp::from_millis(3))));
    }
}
