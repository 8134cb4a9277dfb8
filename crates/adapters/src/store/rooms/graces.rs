//! Places whose connection is gone and that may still be resumed, in the order in which they end.

use super::listener::Seat;
use headcount_core::{ConnectionId, Place, Timestamp};
use std::collections::{BTreeSet, HashMap};

/// The places in grace by name, and a queue of their ends. Bounded by the listeners that a session may have,
/// because a place in grace still counts as one.
#[derive(Default)]
pub(super) struct Graces {
    places: HashMap<ConnectionId, (Timestamp, Seat)>,
    ends: BTreeSet<(Timestamp, ConnectionId)>,
}

impl Graces {
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    pub(super) fn contains(&self, name: &ConnectionId) -> bool {
        self.places.contains_key(name)
    }

    /// The seats in grace.
    pub(super) fn seats(&self) -> impl Iterator<Item = &Seat> {
        self.places.values().map(|(_, seat)| seat)
    }

    /// When the next one ends.
    pub(super) fn next_end(&self) -> Option<Timestamp> {
        self.ends.first().map(|(until, _)| *until)
    }

    /// Keeps `seat` until `until`. The name is free: no place in grace has it.
    pub(super) fn begin(&mut self, name: ConnectionId, until: Timestamp, seat: Seat) {
        self.ends.insert((until, name.clone()));
        self.places.insert(name, (until, seat));
    }

    /// Gives `place` back, if it is in grace at that turn.
    pub(super) fn resume(&mut self, place: &Place) -> Option<Seat> {
        self.places.get(&place.first).filter(|(_, seat)| seat.accepts(place.turn))?;
        let (until, seat) = self.places.remove(&place.first)?;
        self.ends.remove(&(until, place.first.clone()));
        Some(seat)
    }

    /// Lets the next one go whose grace has ended by `now`.
    pub(super) fn pop_ended(&mut self, now: Timestamp) -> Option<Seat> {
        self.ends.first().filter(|(until, _)| *until <= now)?;
        let (_, name) = self.ends.pop_first()?;
        self.places.remove(&name).map(|(_, seat)| seat)
    }
}
