//! The model of one session's audience.

use headcount_core::ports::{Admission, Counted, Departed, Departure, JoinKind, Joined, Joiner, WantedRole};
use headcount_core::{
    AudienceHistory, Connection, ConnectionId, Language, LanguageDistribution, Place, Quality, Role, Session,
    SessionId, Timestamp,
};
use std::sync::Arc;

/// The turn of a place that cannot be resumed.
const NOT_RESUMABLE: u32 = u32::MAX;

#[derive(Clone)]
enum Holder {
    Connection(ConnectionId),
    /// Nobody; the place is given up at that time.
    Grace(Timestamp),
}

#[derive(Clone)]
struct Listener {
    place: Place,
    holder: Holder,
    since: Timestamp,
    language: Language,
    counted_as: Language,
}

impl Listener {
    fn is(&self, connection: &ConnectionId) -> bool {
        matches!(&self.holder, Holder::Connection(holder) if holder == connection)
    }

    fn grace_end(&self) -> Option<Timestamp> {
        match self.holder {
            Holder::Grace(until) => Some(until),
            Holder::Connection(_) => None,
        }
    }
}

pub(super) struct ModelAudience {
    session: SessionId,
    listeners: Vec<Listener>,
    speakers: Vec<(ConnectionId, Timestamp)>,
    history: AudienceHistory,
    graces_ended: u64,
}

impl ModelAudience {
    pub(super) fn new(session: &Session) -> Self {
        Self {
            session: session.id.clone(),
            listeners: Vec::new(),
            speakers: Vec::new(),
            history: AudienceHistory::new(session.created_at),
            graces_ended: 0,
        }
    }

    pub(super) fn counted(&mut self, now: Timestamp) -> Counted {
        self.let_go(now);
        let graces: Vec<_> = self.listeners.iter().filter_map(Listener::grace_end).collect();
        Counted {
            distribution: Arc::new(self.distribution()),
            history: Arc::new(self.history.clone()),
            quality: Quality::exact(now),
            reconnecting: graces.len() as u64,
            next_grace_end: graces.into_iter().min(),
            graces_ended: std::mem::take(&mut self.graces_ended),
        }
    }

    pub(super) fn connection(&self, id: &ConnectionId) -> Option<Connection> {
        let speaker = self.speakers.iter().find(|(speaker, _)| speaker == id);
        let (role, since) = match (self.listening(id), speaker) {
            (Some(at), _) => {
                let listener = &self.listeners[at];
                (Role::Listener { language: listener.language.clone() }, listener.since)
            }
            (None, Some((_, since))) => (Role::Speaker, *since),
            (None, None) => return None,
        };
        Some(Connection { id: id.clone(), session: self.session.clone(), role, since })
    }

    pub(super) fn admit(&mut self, joiner: &Joiner) -> Admission {
        self.let_go(joiner.now);
        let (id, now) = (&joiner.connection, joiner.now);
        let role = self.connection(id).map(|connection| connection.role);
        match (&joiner.role, role) {
            (WantedRole::Speaker, None) => {
                self.speakers.push((id.clone(), now));
                self.joined(id, JoinKind::New, false, now)
            }
            (WantedRole::Speaker, Some(Role::Speaker)) => self.joined(id, JoinKind::Again, false, now),
            (WantedRole::Listener { language, .. }, Some(Role::Listener { .. })) => {
                let switched = self.change_language(id, language.as_ref());
                self.joined(id, JoinKind::Again, switched, now)
            }
            (_, Some(_)) => Admission::AlreadyJoined,
            (WantedRole::Listener { language, resume, max_listeners }, None) => {
                if let Some(at) = resume.as_ref().and_then(|place| self.resumable(place)) {
                    let superseded = self.resume(at, id, now);
                    let switched = self.change_language(id, language.as_ref());
                    return self.joined(id, JoinKind::Resumed { superseded }, switched, now);
                }
                let Some(language) = language else { return Admission::LanguageNeeded };
                if self.listeners.len() as u64 >= *max_listeners {
                    return Admission::Full;
                }
                self.add(id, language, now);
                self.joined(id, JoinKind::New, false, now)
            }
        }
    }

    pub(super) fn depart(
        &mut self,
        id: &ConnectionId,
        departure: Departure,
        now: Timestamp,
    ) -> Option<Departed> {
        let connection = self.connection(id)?;
        self.let_go(now);
        self.speakers.retain(|(speaker, _)| speaker != id);
        if let Some(at) = self.listening(id) {
            match departure {
                Departure::Grace { until }
                    if until > now && self.listeners[at].place.turn != NOT_RESUMABLE =>
                {
                    self.listeners[at].holder = Holder::Grace(until);
                }
                Departure::Grace { .. } | Departure::Final => {
                    self.listeners.remove(at);
                    self.history.left(1, &self.distribution(), now);
                }
            }
        }
        Some(Departed { connection, counted: self.counted(now) })
    }

    pub(super) fn switch(
        &mut self,
        id: &ConnectionId,
        language: &Language,
        now: Timestamp,
    ) -> Option<Counted> {
        self.listening(id)?;
        self.let_go(now);
        self.change_language(id, Some(language));
        Some(self.counted(now))
    }

    fn distribution(&self) -> LanguageDistribution {
        self.listeners.iter().map(|listener| (&listener.counted_as, 1)).collect()
    }

    fn listening(&self, id: &ConnectionId) -> Option<usize> {
        self.listeners.iter().position(|listener| listener.is(id))
    }

    fn resumable(&self, place: &Place) -> Option<usize> {
        self.listeners.iter().position(|listener| listener.place == *place && place.turn != NOT_RESUMABLE)
    }

    fn add(&mut self, id: &ConnectionId, language: &Language, now: Timestamp) {
        // Two places of one name could not be told apart.
        let name_taken = self.listeners.iter().any(|listener| listener.place.first == *id);
        let place = Place { first: id.clone(), turn: if name_taken { NOT_RESUMABLE } else { 0 }, home: None };
        let counted_as = self.distribution().add(language);
        self.listeners.push(Listener {
            place,
            holder: Holder::Connection(id.clone()),
            since: now,
            language: language.clone(),
            counted_as: counted_as.clone(),
        });
        let heard = self.distribution();
        self.history.joined(&counted_as, heard.count(&counted_as), heard.listener_count(), now);
    }

    fn resume(&mut self, at: usize, id: &ConnectionId, now: Timestamp) -> Option<ConnectionId> {
        let listener = &mut self.listeners[at];
        listener.place.turn += 1;
        listener.since = now;
        match std::mem::replace(&mut listener.holder, Holder::Connection(id.clone())) {
            Holder::Connection(superseded) => Some(superseded),
            Holder::Grace(_) => None,
        }
    }

    /// Whether it hears another language now.
    fn change_language(&mut self, id: &ConnectionId, language: Option<&Language>) -> bool {
        let (Some(at), Some(language)) = (self.listening(id), language) else { return false };
        if self.listeners[at].language == *language {
            return false;
        }
        let mut listener = self.listeners.remove(at);
        listener.counted_as = self.distribution().add(language);
        listener.language = language.clone();
        let counted_as = listener.counted_as.clone();
        self.listeners.insert(at, listener);
        self.history.switched(&counted_as, self.distribution().count(&counted_as));
        true
    }

    fn let_go(&mut self, now: Timestamp) {
        let before = self.listeners.len();
        self.listeners.retain(|listener| listener.grace_end().is_none_or(|until| until > now));
        let ended = (before - self.listeners.len()) as u64;
        if ended > 0 {
            self.graces_ended += ended;
            self.history.left(ended, &self.distribution(), now);
        }
    }

    fn joined(&mut self, id: &ConnectionId, kind: JoinKind, switched: bool, now: Timestamp) -> Admission {
        let place = match self.listening(id) {
            Some(at) => self.listeners[at].place.clone(),
            None => Place { first: id.clone(), turn: NOT_RESUMABLE, home: None },
        };
        match self.connection(id) {
            Some(connection) => {
                Admission::Joined(Joined { connection, counted: self.counted(now), place, kind, switched })
            }
            None => Admission::AlreadyJoined,
        }
    }
}
