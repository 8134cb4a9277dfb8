//! Who is in one session, and the counts that follow: single-threaded, every step O(log n) or better.
//!
//! A listener costs an entry here and one in the index of connections. Ids of 22 characters lie in the entries
//! themselves (up to 23 do), so that is 24 + 48 bytes here and 24 + 8 there, and the free half that a hash table
//! may have: 120 to 250 bytes a listener. Longer ids add an allocation of their length and 16 bytes more.

use super::chronicle::Chronicle;
use super::graces::Graces;
use super::handed::HandedPlaces;
use super::listener::{Listener, NOT_RESUMABLE, Seat};
use headcount_core::ports::{Admission, Counted, Departed, Departure, JoinKind, Joined, Joiner, WantedRole};
use headcount_core::{
    AudienceHistory, Connection, ConnectionId, Findings, Language, LanguageDistribution, Place, Quality,
    Role, SessionId, SignalRules, Timestamp,
};
use std::collections::HashMap;
use std::sync::Arc;

/// The audience of one session. Distribution and history are shared with whoever reads them and copied only when
/// they change under a reader.
pub(in crate::store) struct Audience {
    session: SessionId,
    pub(super) listeners: HashMap<ConnectionId, Listener>,
    pub(super) speakers: HashMap<ConnectionId, Timestamp>,
    /// Who holds the place of that name, for places that have been resumed.
    pub(super) holders: HashMap<ConnectionId, ConnectionId>,
    pub(super) graces: Graces,
    /// Places that another node may have, and that it has not said to have yet.
    pub(super) handed: HandedPlaces,
    pub(super) distribution: Arc<LanguageDistribution>,
    pub(super) history: Arc<AudienceHistory>,
    pub(super) chronicle: Chronicle,
    /// Graces that have ended since anyone was told.
    pub(super) graces_ended: u64,
    inexact_until: Option<Timestamp>,
}

impl Audience {
    pub(super) fn new(
        session: SessionId,
        history: AudienceHistory,
        chronicle: Chronicle,
        inexact_until: Option<Timestamp>,
    ) -> Self {
        Self {
            session,
            listeners: HashMap::new(),
            speakers: HashMap::new(),
            holders: HashMap::new(),
            graces: Graces::default(),
            handed: HandedPlaces::default(),
            distribution: Arc::default(),
            history: Arc::new(history),
            chronicle,
            graces_ended: 0,
            inexact_until,
        }
    }

    pub(super) fn history(&self) -> Arc<AudienceHistory> {
        Arc::clone(&self.history)
    }

    pub(super) fn chronicle_mut(&mut self) -> (&mut Chronicle, &LanguageDistribution) {
        (&mut self.chronicle, &self.distribution)
    }

    /// Looks for what is to be signalled at `now`; for nothing while the count may be short.
    pub(super) fn signals(&mut self, rules: &SignalRules, now: Timestamp) -> Findings {
        match self.inexact_until.filter(|until| now < *until) {
            Some(exact) => Findings { signals: Vec::new(), next: Some(exact) },
            None => self.chronicle.signals(rules, now, &self.distribution),
        }
    }

    pub(super) fn has(&self, connection: &ConnectionId) -> bool {
        self.listeners.contains_key(connection) || self.speakers.contains_key(connection)
    }

    pub(super) fn connections(&self) -> impl Iterator<Item = &ConnectionId> {
        self.listeners.keys().chain(self.speakers.keys())
    }

    pub(super) fn connection(&self, id: &ConnectionId) -> Option<Connection> {
        match self.listeners.get(id) {
            Some(listener) => Some(self.listening(id, listener)),
            None => self.speakers.get(id).map(|since| self.speaking(id, *since)),
        }
    }

    /// The audience at `now`, with every grace that has ended by then let go.
    pub(super) fn counted(&mut self, now: Timestamp) -> Counted {
        self.let_go(now);
        let inexact_until = self.inexact_until.filter(|until| now < *until);
        Counted {
            distribution: Arc::clone(&self.distribution),
            history: Arc::clone(&self.history),
            quality: Quality { inexact_until, ..Quality::exact(now) },
            reconnecting: self.graces.len() as u64,
            next_grace_end: self.graces.next_end(),
            graces_ended: std::mem::take(&mut self.graces_ended),
        }
    }

    pub(super) fn admit(&mut self, joiner: &Joiner) -> Admission {
        self.let_go(joiner.now);
        let id = &joiner.connection;
        match &joiner.role {
            WantedRole::Speaker if self.listeners.contains_key(id) => Admission::AlreadyJoined,
            WantedRole::Speaker => self.admit_speaker(id, joiner.now),
            WantedRole::Listener { .. } if self.speakers.contains_key(id) => Admission::AlreadyJoined,
            WantedRole::Listener { language, .. } if self.listeners.contains_key(id) => {
                let switched = self.change_language(id, language.as_ref(), joiner.now);
                self.admitted(id, JoinKind::Again, switched, joiner.now)
            }
            WantedRole::Listener { language, resume, max_listeners } => {
                if let Some(superseded) = resume.as_ref().and_then(|place| self.resume(id, place, joiner.now))
                {
                    let switched = self.change_language(id, language.as_ref(), joiner.now);
                    return self.admitted(id, JoinKind::Resumed { superseded }, switched, joiner.now);
                }
                match language {
                    None => Admission::LanguageNeeded,
                    Some(_) if self.distribution.listener_count() >= *max_listeners => Admission::Full,
                    Some(language) => {
                        self.add(id, language, joiner.now);
                        self.admitted(id, JoinKind::New, false, joiner.now)
                    }
                }
            }
        }
    }

    pub(super) fn depart(
        &mut self,
        id: &ConnectionId,
        departure: Departure,
        now: Timestamp,
    ) -> Option<Departed> {
        let connection = match self.listeners.remove(id) {
            Some(listener) => {
                let connection = self.listening(id, &listener);
                self.vacate(id, listener, departure, now);
                connection
            }
            None => {
                let since = self.speakers.remove(id)?;
                self.speaking(id, since)
            }
        };
        Some(Departed { connection, counted: self.counted(now) })
    }

    pub(super) fn switch(
        &mut self,
        id: &ConnectionId,
        language: &Language,
        now: Timestamp,
    ) -> Option<Counted> {
        if !self.listeners.contains_key(id) {
            return None;
        }
        self.let_go(now);
        self.change_language(id, Some(language), now);
        Some(self.counted(now))
    }

    fn admit_speaker(&mut self, id: &ConnectionId, now: Timestamp) -> Admission {
        let kind = if self.speakers.contains_key(id) { JoinKind::Again } else { JoinKind::New };
        let since = *self.speakers.entry(id.clone()).or_insert(now);
        Admission::Joined(Joined {
            connection: self.speaking(id, since),
            counted: self.counted(now),
            place: Place { first: id.clone(), turn: NOT_RESUMABLE, home: None },
            kind,
            switched: false,
        })
    }

    /// The answer for a listener that is in.
    pub(super) fn admitted(
        &mut self,
        id: &ConnectionId,
        kind: JoinKind,
        switched: bool,
        now: Timestamp,
    ) -> Admission {
        let Some(listener) = self.listeners.get(id) else { return Admission::LanguageNeeded };
        let (connection, place) = (self.listening(id, listener), listener.place(id));
        Admission::Joined(Joined { connection, counted: self.counted(now), place, kind, switched })
    }

    fn add(&mut self, id: &ConnectionId, language: &Language, now: Timestamp) {
        // A connection that was superseded and comes again still names the place it had. Two places of one name
        // could not be told apart, so the second one cannot be resumed.
        let name_taken = self.name_is_taken(id);
        self.chronicle.before(now, &self.distribution);
        let counted_as = Arc::make_mut(&mut self.distribution).add(language);
        let (tally, alike) = self.chronicle.joined(&counted_as, &self.distribution, now);
        let count = self.distribution.listener_count();
        Arc::make_mut(&mut self.history).joined(&counted_as, alike, count, now);
        let seat = Seat {
            language: language.clone(),
            counts_as_other: counted_as != *language,
            tally,
            turn: if name_taken { NOT_RESUMABLE } else { 0 },
        };
        self.listeners.insert(id.clone(), Listener { seat, since: now, name: None });
    }

    pub(super) fn name_is_taken(&self, id: &ConnectionId) -> bool {
        self.holders.contains_key(id) || self.graces.contains(id) || self.handed.contains(id)
    }

    /// Gives `place` to `id`, and says who had it until now; `None` if it cannot be resumed at that turn.
    fn resume(&mut self, id: &ConnectionId, place: &Place, now: Timestamp) -> Option<Option<ConnectionId>> {
        let (mut seat, superseded) = self.seat_of(place)?;
        seat.turn += 1;
        self.chronicle.resumed();
        let name = if place.first == *id {
            self.holders.remove(id);
            None
        } else {
            self.holders.insert(place.first.clone(), id.clone());
            Some(Box::new(place.first.clone()))
        };
        self.listeners.insert(id.clone(), Listener { seat, since: now, name });
        Some(superseded)
    }

    /// Takes the seat of `place` out of where it is, and says who had it until now; `None` if it cannot be resumed at that
    /// turn.
    pub(super) fn seat_of(&mut self, place: &Place) -> Option<(Seat, Option<ConnectionId>)> {
        if let Some(seat) = self.graces.resume(place) {
            return Some((seat, None));
        }
        let holder = self.holders.get(&place.first).unwrap_or(&place.first).clone();
        let held = self.listeners.get(&holder)?;
        if held.place(&holder).first != place.first || !held.seat.accepts(place.turn) {
            return None;
        }
        Some((self.listeners.remove(&holder)?.seat, Some(holder)))
    }

    /// Lets the place of `listener`, who was `id`, go or wait. A place that nobody can resume need not wait, nor
    /// one whose grace is over as it begins.
    fn vacate(&mut self, id: &ConnectionId, listener: Listener, departure: Departure, now: Timestamp) {
        let Place { first, turn, .. } = listener.place(id);
        if listener.name.is_some() {
            self.holders.remove(&first);
        }
        match departure {
            Departure::Grace { until } if until > now && turn != NOT_RESUMABLE => {
                self.graces.begin(first, until, listener.seat);
            }
            Departure::Grace { .. } | Departure::Final => self.uncount(&[listener.seat], now),
        }
    }

    /// Moves the listener `id` to `language`, if it names one, in one step. Whether it hears another language now.
    pub(super) fn change_language(
        &mut self,
        id: &ConnectionId,
        language: Option<&Language>,
        now: Timestamp,
    ) -> bool {
        let (Some(language), Some(Listener { seat, .. })) = (language, self.listeners.get_mut(id)) else {
            return false;
        };
        if seat.language == *language {
            return false;
        }
        self.chronicle.before(now, &self.distribution);
        let distribution = Arc::make_mut(&mut self.distribution);
        distribution.remove(&seat.counted_as());
        let counted_as = distribution.add(language);
        seat.counts_as_other = counted_as != *language;
        seat.language = language.clone();
        let alike;
        (seat.tally, alike) = self.chronicle.switched(seat.tally, &counted_as, &self.distribution, now);
        Arc::make_mut(&mut self.history).switched(&counted_as, alike);
        true
    }

    /// Lets go of the places whose grace has ended by `now`; the next one who counts is told of them.
    pub(super) fn let_go(&mut self, now: Timestamp) {
        let mut ended: Vec<_> = std::iter::from_fn(|| self.graces.pop_ended(now)).collect();
        ended.extend(std::iter::from_fn(|| self.handed.pop_overdue(now)));
        if !ended.is_empty() {
            self.graces_ended += ended.len() as u64;
            self.uncount(&ended, now);
        }
    }

    pub(super) fn uncount(&mut self, seats: &[Seat], now: Timestamp) {
        self.chronicle.before(now, &self.distribution);
        let distribution = Arc::make_mut(&mut self.distribution);
        for seat in seats {
            distribution.remove(&seat.counted_as());
            self.chronicle.left(seat.tally, now);
        }
        Arc::make_mut(&mut self.history).left(seats.len() as u64, &self.distribution, now);
    }

    fn listening(&self, id: &ConnectionId, listener: &Listener) -> Connection {
        let role = Role::Listener { language: listener.seat.language.clone() };
        Connection { id: id.clone(), session: self.session.clone(), role, since: listener.since }
    }

    fn speaking(&self, id: &ConnectionId, since: Timestamp) -> Connection {
        Connection { id: id.clone(), session: self.session.clone(), role: Role::Speaker, since }
    }
}
