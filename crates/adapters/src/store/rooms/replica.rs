//! Rooms as one node's part of a session that others are in, too: what has happened elsewhere is put in here.

use super::Rooms;
use super::audience::Audience;
use super::journal::Part;
use super::moves::HandedOver;
use super::room::{Live, Room};
use headcount_core::cluster::NodeId;
use headcount_core::ports::{Admission, Joiner};
use headcount_core::{
    Account, AudienceHistory, ConnectionId, Language, LanguageDistribution, Place, Session, SessionId,
    Timestamp, UpdateLedger,
};
use std::sync::Arc;

/// What is counted in one room.
pub(in crate::store) struct Standing {
    pub(in crate::store) distribution: Arc<LanguageDistribution>,
    pub(in crate::store) history: Arc<AudienceHistory>,
    pub(in crate::store) reconnecting: u64,
}

impl Rooms {
    /// What is counted in `id` at `now`. Graces that have ended are let go of, and whoever counts next is told of them.
    pub(in crate::store) fn standing(&self, id: &SessionId, now: Timestamp) -> Option<Standing> {
        self.room(id)?.with(|live| {
            live.audience.let_go(now);
            Standing {
                distribution: Arc::clone(&live.audience.distribution),
                history: live.audience.history(),
                reconnecting: live.audience.graces.len() as u64,
            }
        })
    }

    /// Puts `session` in place of what is known of it.
    pub(in crate::store) fn replace_session(&self, session: Session, now: Timestamp) {
        let Some(room) = self.room(&session.id) else { return };
        room.with(|live| {
            live.steered(session.broadcast, now);
            live.session = Arc::new(session);
        });
        self.changed(&room, Part::Session);
    }

    /// Puts `ledger` in place of the one there, if it is a later one. Whether it is.
    pub(in crate::store) fn raise_ledger(&self, id: &SessionId, ledger: UpdateLedger) -> bool {
        let Some(room) = self.room(id) else { return false };
        let raised = room.with(|live| {
            let later = ledger.revision() > live.ledger.revision();
            if later {
                live.ledger = Arc::new(ledger);
            }
            later
        });
        raised == Some(true)
    }

    /// As [`Audience::hand_over`]. Whoever was connected in the place is not found any more.
    pub(in crate::store) fn hand_over(
        &self,
        id: &SessionId,
        place: &Place,
        to: NodeId,
        until: Timestamp,
        now: Timestamp,
    ) -> Option<HandedOver> {
        let room = self.room(id)?;
        let handed = room.with(|live| live.audience.hand_over(place, to, until, now))??;
        if let Some(superseded) = &handed.superseded {
            self.index.remove_if(superseded, |_, held| !held.has(superseded));
        }
        self.changed(&room, Part::History);
        Some(handed)
    }

    /// Stops counting as many places handed to `to` as it has taken, `taken` of those that count as `counted_as`.
    pub(in crate::store) fn release(
        &self,
        id: &SessionId,
        to: NodeId,
        counted_as: &Language,
        taken: u64,
        now: Timestamp,
    ) {
        self.touch(id, |audience| {
            (0..taken).take_while(|_| audience.release(to, counted_as, now)).count() > 0
        });
    }

    /// Lets go of what was handed to a node that is gone.
    pub(in crate::store) fn lapse(&self, id: &SessionId, to: NodeId, now: Timestamp) {
        self.touch(id, |audience| audience.lapse(to, now));
    }

    /// As [`Audience::take_over`].
    pub(in crate::store) fn take_over(&self, joiner: &Joiner, language: &Language) -> Option<Admission> {
        let room = self.room(&joiner.session)?;
        let admission = room.with(|live| live.audience.take_over(joiner, language))??;
        self.index.insert(joiner.connection.clone(), Arc::clone(&room));
        self.changed(&room, Part::History);
        Some(admission)
    }

    /// As [`Audience::absorb`].
    pub(in crate::store) fn absorb(&self, id: &SessionId, language: &Language, now: Timestamp) {
        self.touch(id, |audience| {
            audience.absorb(language, now);
            true
        });
    }

    /// Lets everybody go from `id` who is connected, until `until` or until another node has them.
    pub(in crate::store) fn dismiss(&self, id: &SessionId, until: Timestamp, now: Timestamp) {
        let Some(room) = self.room(id) else { return };
        let gone = room.with(|live| live.audience.dismiss(until, now)).unwrap_or_default();
        self.forget(&room, gone.iter());
        self.changed(&room, Part::History);
    }

    /// Whether nobody is in `id`, and nobody is expected.
    pub(in crate::store) fn is_empty(&self, id: &SessionId, now: Timestamp) -> bool {
        let empty = |live: &mut Live| {
            live.audience.let_go(now);
            live.audience.is_empty()
        };
        self.room(id).and_then(|room| room.with(empty)).unwrap_or(true)
    }

    /// Whether `connection` is a speaker that is here.
    pub(in crate::store) fn is_speaker(&self, id: &SessionId, connection: &ConnectionId) -> bool {
        let room = self.room(id);
        room.and_then(|room| room.with(|live| live.audience.is_speaker(connection))).unwrap_or(false)
    }

    /// Whether `connection` has a role.
    pub(in crate::store) fn knows(&self, connection: &ConnectionId) -> bool {
        self.room_of(connection).is_some_and(|room| room.has(connection))
    }

    /// What has happened here so far, with the steps that are final and not kept elsewhere yet, and the number of the first.
    pub(in crate::store) fn chapter(&self, id: &SessionId, now: Timestamp) -> Option<(u64, Account)> {
        self.room(id)?.with(|live| {
            live.audience.let_go(now);
            let (_, account) = live.account(None);
            let (first, steps) = live.chronicle().written();
            (first, Account { steps, ..account })
        })
    }

    /// The steps before the one of that number are kept elsewhere.
    pub(in crate::store) fn kept(&self, id: &SessionId, before: u64) {
        if let Some(room) = self.room(id) {
            room.with(|live| live.chronicle().saved(before));
        }
    }

    /// The room of `id`.
    pub(in crate::store) fn room_named(&self, id: &SessionId) -> Option<Arc<Room>> {
        self.room(id)
    }

    fn touch(&self, id: &SessionId, action: impl FnOnce(&mut Audience) -> bool) {
        let Some(room) = self.room(id) else { return };
        if room.with(|live| action(&mut live.audience)) == Some(true) {
            self.changed(&room, Part::History);
        }
    }
}
