//! One of the items that an audience is spread over: who listens there, who may come back, and what happened there.
//!
//! Pure. A place stays in the shard that its first connection names for as long as it lives, so a change of language, a
//! grace and a return happen within one shard, and nobody who adds up the shards misses the one who moves.

use super::item::n;
use super::reach::Condition;
use super::row::{NOT_RESUMABLE, Row, Seat};
use headcount_core::ports::Departure;
use headcount_core::{AudienceHistory, Language, Place, Timestamp};
use std::collections::BTreeMap;

/// Rows whose time to live ends within one such span, in seconds, are counted together and let go together.
const LEASE_SPAN: u64 = 15 * 60;

/// How many places of one shard may be in grace at once, for they are all in its item: some 50 bytes each, and 200 with
/// the longest names, of the 400 KB that an item may have. A listener that is lost while so many are leaves at once.
pub(super) const MAX_GRACES: usize = 1_000;

/// A place that nobody holds at the moment.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Grace {
    pub(super) until: Timestamp,
    pub(super) seat: Seat,
}

/// What has become of a shard since it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Change {
    Nothing,
    /// What time alone has done, or what is worth noting. Whoever writes it next does the same, so it can be lost.
    Noted,
    /// Somebody has come, gone or moved: it is written together with the rows, or not at all.
    Counted,
}

/// A part of the audience of a session.
#[derive(Clone, Debug)]
pub(super) struct Shard {
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
    /// How much more room this shard has than its equal share. Of all shards together it is nought.
    pub(super) lent: i64,
    /// What happened here, but for the peak, which is the most that the whole audience was seen to have.
    pub(super) history: AudienceHistory,
    /// When DynamoDB may forget the item, in seconds.
    pub(super) exp: u64,
    pub(super) change: Change,
}

impl Shard {
    /// The shard of a session that is about to be created.
    pub(super) fn new(life: u64, started: Timestamp, exp: u64) -> Self {
        Self {
            life,
            started,
            version: 0,
            leases: BTreeMap::new(),
            graces: Vec::new(),
            graces_ended: 0,
            lent: 0,
            history: AudienceHistory::new(started),
            exp,
            change: Change::Nothing,
        }
    }

    /// That nobody has written the item since it was read. It is there from the creation of its session to the end.
    pub(super) fn unchanged(&self) -> Condition {
        Condition {
            expression: "version = :version AND life = :life",
            values: vec![(":version", n(self.version)), (":life", n(self.life))],
        }
    }

    /// Whether this is the same version of the item.
    pub(super) fn is(&self, other: &Self) -> bool {
        (self.life, self.version) == (other.life, other.version)
    }

    /// Listeners by the language under which they count. A language may come more than once.
    pub(super) fn counts(&self) -> impl Iterator<Item = (&Language, u64)> {
        let held = self.leases.values().flatten().map(|(language, count)| (language, *count));
        held.chain(self.graces.iter().map(|grace| (&grace.seat.counted_as, 1)))
    }

    pub(super) fn listeners(&self) -> u64 {
        self.counts().map(|(_, count)| count).sum()
    }

    pub(super) fn mark(&mut self, change: Change) {
        self.change = self.change.max(change);
    }

    /// Lets go of the places whose grace has ended, and of the rows whose time to live has.
    pub(super) fn let_go(&mut self, now: Timestamp) {
        let graces = self.graces.len();
        self.graces.retain(|grace| grace.until > now);
        let mut gone = (graces - self.graces.len()) as u64;
        while let Some(lease) = self.leases.first_entry()
            && lease.key().saturating_mul(1_000) <= now.as_millis()
        {
            gone += lease.remove().values().sum::<u64>();
        }
        if gone > 0 {
            self.graces_ended += gone;
            self.history.leaves += gone;
            self.mark(Change::Noted);
        }
    }

    /// Counts `row` from now on.
    pub(super) fn count(&mut self, row: &Row, seat: &Seat) {
        let lease = self.leases.entry(lease_of(row)).or_default();
        *lease.entry(seat.counted_as.clone()).or_insert(0) += 1;
        self.mark(Change::Counted);
    }

    /// Counts `row` no longer; false if it did not count, for its time to live was over.
    pub(super) fn discount(&mut self, row: &Row, seat: &Seat) -> bool {
        let end = lease_of(row);
        let Some(lease) = self.leases.get_mut(&end) else { return false };
        let Some(count) = lease.get_mut(&seat.counted_as) else { return false };
        *count -= 1;
        if *count == 0 {
            lease.remove(&seat.counted_as);
        }
        if lease.is_empty() {
            self.leases.remove(&end);
        }
        self.mark(Change::Counted);
        true
    }

    /// Takes `place` out of its grace, if it is in one.
    pub(super) fn return_from_grace(&mut self, place: &Place) -> Option<Seat> {
        let at = self.graces.iter().position(|grace| grace.seat.place == *place)?;
        self.mark(Change::Counted);
        Some(self.graces.swap_remove(at).seat)
    }

    /// Lets the listener of `row` go.
    pub(super) fn depart(&mut self, row: &Row, seat: &Seat, departure: Departure, now: Timestamp) {
        if !self.discount(row, seat) {
            return;
        }
        match departure {
            Departure::Grace { until }
                if until > now && seat.place.turn != NOT_RESUMABLE && self.graces.len() < MAX_GRACES =>
            {
                self.graces.push(Grace { until, seat: seat.clone() });
            }
            Departure::Grace { .. } | Departure::Final => self.history.leaves += 1,
        }
    }
}

/// The end of the span that the row's time to live ends in, in seconds.
fn lease_of(row: &Row) -> u64 {
    row.ttl.div_ceil(LEASE_SPAN).saturating_mul(LEASE_SPAN)
}
