//! Who listens to one session, as it is kept in one item: the counts, the graces, and what happened so far.
//!
//! Pure. Every mutation of an audience reads this item and the rows that it is about, changes both here, and writes them
//! in one transaction that holds only if nobody else has written the item meanwhile. So a change of language is one
//! step, and a count never differs from the rows that it counts.

use super::item::{n, secs};
use super::reach::Condition;
use super::row::{NOT_RESUMABLE, Row, Seat};
use headcount_core::ports::{Counted, Departure};
use headcount_core::{
    AudienceHistory, ConnectionId, Language, LanguageDistribution, Place, Quality, Session, Timestamp,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows whose time to live ends within one such span, in seconds, are counted together and let go together.
const LEASE_SPAN: u64 = 15 * 60;

/// How many places may be in grace at once: they are all in the item, which may have 400 KB. A listener that is lost
/// while so many are leaves at once.
const MAX_GRACES: usize = 2_000;

/// How long DynamoDB keeps what belongs to a session after that has expired, in seconds.
const KEPT: u64 = 24 * 60 * 60;

/// A place that nobody holds at the moment.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Grace {
    pub(super) until: Timestamp,
    pub(super) seat: Seat,
}

/// The audience of a session.
pub(super) struct Crowd {
    /// A number that tells the session from every earlier one of the same name.
    pub(super) life: u64,
    /// When the session was created.
    pub(super) started: Timestamp,
    /// How often the item has been written.
    pub(super) version: u64,
    /// Connected listeners, by the end of their rows' time to live and by language.
    pub(super) leases: BTreeMap<u64, BTreeMap<Language, u64>>,
    pub(super) graces: Vec<Grace>,
    /// Graces that have ended since anyone was told.
    pub(super) graces_ended: u64,
    pub(super) history: AudienceHistory,
    /// When DynamoDB may forget the item, in seconds.
    pub(super) exp: u64,
    /// Leases and graces together.
    pub(super) audience: LanguageDistribution,
    /// Whether anything is to be written.
    pub(super) changed: bool,
}

impl Crowd {
    pub(super) fn new(session: &Session, life: u64) -> Self {
        Self {
            life,
            started: session.created_at,
            version: 0,
            leases: BTreeMap::new(),
            graces: Vec::new(),
            graces_ended: 0,
            history: AudienceHistory::new(session.created_at),
            exp: expiry(session),
            audience: LanguageDistribution::new(),
            changed: false,
        }
    }

    /// That nobody has written the item since it was read.
    pub(super) fn unchanged(&self) -> Condition {
        Condition {
            expression: "version = :version AND life = :life",
            values: vec![(":version", n(self.version)), (":life", n(self.life))],
        }
    }

    /// Lets go of the places whose grace has ended, and of the rows whose time to live has.
    pub(super) fn let_go(&mut self, now: Timestamp) {
        let graces = self.graces.len();
        let audience = &mut self.audience;
        self.graces.retain(|grace| {
            let waits = grace.until > now;
            if !waits {
                audience.remove(&grace.seat.counted_as);
            }
            waits
        });
        let mut gone = (graces - self.graces.len()) as u64;
        while let Some(lease) = self.leases.first_entry()
            && lease.key().saturating_mul(1_000) <= now.as_millis()
        {
            for (language, count) in lease.remove() {
                gone += count;
                (0..count).for_each(|_| audience.remove(&language));
            }
        }
        if gone > 0 {
            self.graces_ended += gone;
            self.history.left(gone, &self.audience, now);
            self.changed = true;
        }
    }

    /// Counts anew, when the item has been read.
    pub(super) fn recount(&mut self) {
        let held = self.leases.values().flatten().map(|(language, count)| (language, *count));
        self.audience = held.chain(self.graces.iter().map(|grace| (&grace.seat.counted_as, 1))).collect();
    }

    /// The audience as it is told; whoever is told of ended graces here is the one who is.
    pub(super) fn counted(&mut self, now: Timestamp) -> Counted {
        self.changed |= self.graces_ended > 0;
        Counted {
            distribution: Arc::new(self.audience.clone()),
            history: Arc::new(self.history.clone()),
            quality: Quality::exact(now),
            reconnecting: self.graces.len() as u64,
            next_grace_end: self.graces.iter().map(|grace| grace.until).min(),
            graces_ended: std::mem::take(&mut self.graces_ended),
        }
    }

    /// A new listener. `name_taken`: a place that was first taken by a connection of that name lives on elsewhere, so
    /// that two could not be told apart.
    pub(super) fn join(&mut self, id: &ConnectionId, language: &Language, name_taken: bool) -> Seat {
        let waits = self.graces.iter().any(|grace| grace.seat.place.first == *id);
        let turn = if name_taken || waits { NOT_RESUMABLE } else { 0 };
        let counted_as = self.name_for(language);
        let place = Place { first: id.clone(), turn };
        Seat { place, language: language.clone(), counted_as }
    }

    /// The name under which one more listener of `language` counts.
    fn name_for(&mut self, language: &Language) -> Language {
        let name = self.audience.add(language);
        self.audience.remove(&name);
        name
    }

    /// Counts `row` from now on.
    pub(super) fn count(&mut self, row: &Row) {
        if let Some(seat) = &row.seat {
            let lease = self.leases.entry(lease_of(row)).or_default();
            *lease.entry(seat.counted_as.clone()).or_insert(0) += 1;
            self.audience.add(&seat.counted_as);
            self.changed = true;
        }
    }

    /// A new listener has been counted.
    pub(super) fn joined(&mut self, seat: &Seat, now: Timestamp) {
        self.history.joined(&seat.counted_as, &self.audience, now);
    }

    /// Counts `row` no longer; false if it did not count, for its time to live was over.
    pub(super) fn discount(&mut self, row: &Row) -> bool {
        let (Some(seat), end) = (&row.seat, lease_of(row)) else { return false };
        let Some(lease) = self.leases.get_mut(&end) else { return false };
        let Some(count) = lease.get_mut(&seat.counted_as) else { return false };
        *count -= 1;
        if *count == 0 {
            lease.remove(&seat.counted_as);
        }
        if lease.is_empty() {
            self.leases.remove(&end);
        }
        self.audience.remove(&seat.counted_as);
        self.changed = true;
        true
    }

    /// Takes the place that `place` names out of its grace, if it is in one.
    pub(super) fn return_from_grace(&mut self, place: &Place) -> Option<Seat> {
        let at = self.graces.iter().position(|grace| grace.seat.place == *place)?;
        let seat = self.graces.swap_remove(at).seat;
        self.audience.remove(&seat.counted_as);
        self.changed = true;
        Some(seat)
    }

    /// Lets the listener of `row` go.
    pub(super) fn depart(&mut self, row: &Row, departure: Departure, now: Timestamp) {
        let Some(seat) = &row.seat else { return };
        if !self.discount(row) {
            return;
        }
        match departure {
            Departure::Grace { until }
                if until > now && seat.place.turn != NOT_RESUMABLE && self.graces.len() < MAX_GRACES =>
            {
                self.audience.add(&seat.counted_as);
                self.graces.push(Grace { until, seat: seat.clone() });
            }
            Departure::Grace { .. } | Departure::Final => {
                self.history.left(1, &self.audience, now);
            }
        }
    }

    /// Moves the listener of `row`, which counts, to `language`; false if it was there.
    pub(super) fn switch(&mut self, row: &mut Row, language: &Language) -> bool {
        if row.seat.as_ref().is_none_or(|seat| seat.language == *language) {
            return false;
        }
        self.discount(row);
        let counted_as = self.name_for(language);
        if let Some(seat) = &mut row.seat {
            seat.language = language.clone();
            seat.counted_as = counted_as.clone();
        }
        self.count(row);
        self.history.switched(&counted_as, &self.audience);
        true
    }
}

/// When DynamoDB may forget what belongs to `session`, in seconds.
pub(super) fn expiry(session: &Session) -> u64 {
    secs(session.expires_at).saturating_add(KEPT)
}

/// The end of the span that the row's time to live ends in, in seconds.
fn lease_of(row: &Row) -> u64 {
    row.ttl.div_ceil(LEASE_SPAN).saturating_mul(LEASE_SPAN)
}
