//! Places that another node may have: counted here until it says that it counts them.

use super::listener::Seat;
use headcount_core::cluster::NodeId;
use headcount_core::{ConnectionId, Language, Timestamp};
use std::collections::{HashMap, VecDeque};

/// The places of one session that were handed over. Bounded by the listeners that it may have, because a place that was
/// handed over still counts as one; and no place stays here for longer than it was given.
#[derive(Default)]
pub(super) struct HandedPlaces {
    places: HashMap<ConnectionId, Handed>,
    /// Their names by who has them and by how they count. Names of places that are gone may be among them.
    names: HashMap<NodeId, HashMap<Language, Vec<ConnectionId>>>,
    /// The order in which they end.
    ends: VecDeque<(Timestamp, ConnectionId)>,
}

/// A place that was handed over.
pub(super) struct Handed {
    pub(super) seat: Seat,
    /// To whom.
    pub(super) to: NodeId,
}

impl HandedPlaces {
    pub(super) fn contains(&self, name: &ConnectionId) -> bool {
        self.places.contains_key(name)
    }

    /// Lets go of the next one that has been here for too long: whoever asked for it does not want it after all.
    pub(super) fn pop_overdue(&mut self, now: Timestamp) -> Option<Seat> {
        loop {
            self.ends.front().filter(|(until, _)| *until <= now)?;
            let (_, name) = self.ends.pop_front()?;
            if let Some(handed) = self.places.remove(&name) {
                return Some(handed.seat);
            }
        }
    }

    /// The seats of all.
    pub(super) fn seats(&self) -> impl Iterator<Item = &Seat> {
        self.places.values().map(|handed| &handed.seat)
    }
}

#[cfg(feature = "store-cluster")]
impl HandedPlaces {
    pub(super) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    pub(super) fn get(&self, name: &ConnectionId) -> Option<&Handed> {
        self.places.get(name)
    }

    /// Keeps `seat` for `to` until `until` at the longest. The name is free: no place here has it.
    pub(super) fn keep(&mut self, name: ConnectionId, seat: Seat, to: NodeId, until: Timestamp) {
        self.names.entry(to).or_default().entry(seat.counted_as()).or_default().push(name.clone());
        self.ends.push_back((until, name.clone()));
        self.places.insert(name, Handed { seat, to });
    }

    /// A seat that was handed to `to` and counts as `counted_as`: as it has taken one of those, whichever that is.
    pub(super) fn taken(&mut self, to: NodeId, counted_as: &Language) -> Option<Seat> {
        let names = self.names.get_mut(&to)?.get_mut(counted_as)?;
        std::iter::from_fn(|| names.pop())
            .find_map(|name| self.places.remove(&name))
            .map(|handed| handed.seat)
    }

    /// All that were handed to `to`, which is gone.
    pub(super) fn lapsed(&mut self, to: NodeId) -> Vec<Seat> {
        let names = self.names.remove(&to).into_iter().flatten().flat_map(|(_, names)| names);
        names.filter_map(|name| self.places.remove(&name)).map(|handed| handed.seat).collect()
    }
}
