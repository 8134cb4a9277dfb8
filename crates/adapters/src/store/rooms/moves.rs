//! Places that go from one node to another: what becomes of them in the audience of each.
//!
//! None of this is a join or a leaving, so the totals of both nodes together say what they would say of one.

use super::audience::Audience;
use super::listener::{Listener, Seat};
use headcount_core::cluster::NodeId;
use headcount_core::ports::{Admission, Departure, JoinKind, Joiner, WantedRole};
use headcount_core::{ConnectionId, Language, Place, Timestamp};
use std::sync::Arc;

/// A place that another node may have from now on.
pub(in crate::store) struct HandedOver {
    /// What its listener hears.
    pub(in crate::store) language: Language,
    /// The name under which it counts.
    pub(in crate::store) counted_as: Language,
    /// Who had it until now, if somebody is connected in it.
    pub(in crate::store) superseded: Option<ConnectionId>,
}

impl Audience {
    /// Lets `to` have `place`, if it can be resumed at that turn. It is counted here until `to` is known to count it
    /// ([`Self::release`]), until `until` at the longest. Asked again, the answer is the same.
    pub(super) fn hand_over(
        &mut self,
        place: &Place,
        to: NodeId,
        until: Timestamp,
        now: Timestamp,
    ) -> Option<HandedOver> {
        self.let_go(now);
        if let Some(handed) = self.handed.get(&place.first) {
            let again = handed.to == to && handed.seat.accepts(place.turn);
            return again.then(|| HandedOver {
                language: handed.seat.language.clone(),
                counted_as: handed.seat.counted_as(),
                superseded: None,
            });
        }
        let (seat, superseded) = self.seat_of(place)?;
        self.holders.remove(&place.first);
        let (language, counted_as) = (seat.language.clone(), seat.counted_as());
        self.handed.keep(place.first.clone(), seat, to, until);
        Some(HandedOver { language, counted_as, superseded })
    }

    /// Stops counting one place that was handed to `to` and counts as `counted_as`, for `to` counts it now. False if
    /// there is none (any more).
    pub(super) fn release(&mut self, to: NodeId, counted_as: &Language, now: Timestamp) -> bool {
        let Some(seat) = self.handed.taken(to, counted_as) else { return false };
        self.chronicle.before(now, &self.distribution);
        let counted_as = seat.counted_as();
        Arc::make_mut(&mut self.distribution).remove(&counted_as);
        self.chronicle.moved_out(seat.tally, now);
        Arc::make_mut(&mut self.history).moved(&counted_as, &self.distribution, now);
        true
    }

    /// Lets go of the places that were handed to `to`, which is gone, and its listeners with it.
    pub(super) fn lapse(&mut self, to: NodeId, now: Timestamp) -> bool {
        let seats = self.handed.lapsed(to);
        self.graces_ended += seats.len() as u64;
        if !seats.is_empty() {
            self.uncount(&seats, now);
        }
        !seats.is_empty()
    }

    /// Admits a joiner to a place that another node has handed over, where it heard `language`. It has a place of its own
    /// here, the first turn of it. `None` if it is in already, and needs no other place.
    pub(super) fn take_over(&mut self, joiner: &Joiner, language: &Language) -> Option<Admission> {
        let (id, now) = (&joiner.connection, joiner.now);
        self.let_go(now);
        let WantedRole::Listener { language: wanted, .. } = &joiner.role else { return None };
        if self.has(id) {
            return None;
        }
        self.move_in(id, language, now);
        self.chronicle.resumed();
        let switched = self.change_language(id, wanted.as_ref(), now);
        Some(self.admitted(id, JoinKind::Resumed { superseded: None }, switched, now))
    }

    /// A place that another node has handed over, whose listener does not need it any more: it has left.
    pub(super) fn absorb(&mut self, language: &Language, now: Timestamp) {
        self.chronicle.before(now, &self.distribution);
        let counted_as = Arc::make_mut(&mut self.distribution).add(language);
        let tally = self.chronicle.moved_in(&counted_as, now);
        let seat =
            Seat { language: language.clone(), counts_as_other: counted_as != *language, tally, turn: 0 };
        self.uncount(&[seat], now);
    }

    /// Lets everybody go who is connected: they have until `until` to come back, to whichever node.
    pub(super) fn dismiss(&mut self, until: Timestamp, now: Timestamp) -> Vec<ConnectionId> {
        let all: Vec<_> = self.connections().cloned().collect();
        for id in &all {
            self.depart(id, Departure::Grace { until }, now);
        }
        all
    }

    /// Whether there is nobody in, and nobody is expected.
    pub(super) fn is_empty(&self) -> bool {
        let nobody_in = self.listeners.is_empty() && self.speakers.is_empty();
        nobody_in && self.graces.len() == 0 && self.handed.is_empty()
    }

    /// Whether there is a speaker of that name here.
    pub(super) fn is_speaker(&self, id: &ConnectionId) -> bool {
        self.speakers.contains_key(id)
    }

    fn move_in(&mut self, id: &ConnectionId, language: &Language, now: Timestamp) {
        self.chronicle.before(now, &self.distribution);
        let counted_as = Arc::make_mut(&mut self.distribution).add(language);
        Arc::make_mut(&mut self.history).moved(&counted_as, &self.distribution, now);
        let tally = self.chronicle.moved_in(&counted_as, now);
        let turn = if self.name_is_taken(id) { super::listener::NOT_RESUMABLE } else { 0 };
        let seat = Seat { language: language.clone(), counts_as_other: counted_as != *language, tally, turn };
        self.listeners.insert(id.clone(), Listener { seat, since: now, name: None });
    }
}
