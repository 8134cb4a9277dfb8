//! Who listens to one session: several [shards](Shard), each an item of its own, so that many can join at the same time.
//!
//! Pure. Every mutation reads all shards, changes the one that the place is in together with the rows that it is about,
//! and writes these in one transaction that holds only if nobody else has written that shard meanwhile. So each shard
//! counts exactly the rows that belong to it, at every moment, and those who come and go in different shards do not
//! meet. What is told of the whole is the sum:
//!
//! * *The count.* The shards are read within a few milliseconds and not at one moment. Whoever was there all the while is
//!   counted once; of those who came or went meanwhile, each may or may not be.
//! * *The limit* is exact. Each shard has a share of the room, and no join goes beyond it without taking room from another
//!   shard in the same transaction. Where the limit has been lowered, so that a shard has more than its share, a join
//!   writes all of them.
//! * *The peak* is the most that anybody saw who looked: every join, leave and question looks, and whoever sees more than
//!   is noted notes it. Joins of the same instant may each miss the others until the next look, and then the peak bears
//!   the time of that look. It can be too large by those who left and those who came while one look was read.
//! * *The curve* is the sum of the curves of the shards, of which each is exact; joins and leaves add up.
//! * *Languages* beyond the limit of [`LanguageDistribution`] count as `other`; two that take the last slot in the same
//!   instant both keep it, and the sum folds one of them.
//!
//! Ended graces are told by whoever writes them away, shard by shard ([`Change::Noted`]). Who loses that race to another
//! writer of the shard has nothing to tell: the winner has looked at the same graces, and either tells of their end or
//! knows when it is.

#[cfg(test)]
mod tests;

use super::item::{Item, secs};
use super::row::{NOT_RESUMABLE, Row, Seat};
use super::session_item::hash;
use super::shard::{Change, Shard};
use super::{barrier, curve, shard_item};
use headcount_core::ports::{Counted, Departure};
use headcount_core::{
    AudienceHistory, ConnectionId, Language, LanguageDistribution, Place, Quality, Session, Timestamp,
};
use std::sync::Arc;

/// How many shards an audience has. A session keeps the number that it was created with.
///
/// A look and the write that follows it take some 25 ms, so one item bears some forty joins a second, and sixteen bear
/// the five hundred that API Gateway lets in. More would cost every look, and would lie in the same partition all the
/// same, which bears a thousand units of writing a second: five hundred joins, while a shard has less than 1 KB.
pub(super) const SHARDS: usize = 16;

/// How long DynamoDB keeps what belongs to a session after that has expired, in seconds.
const KEPT: u64 = 24 * 60 * 60;

/// The audience of a session.
#[derive(Clone, Debug)]
pub(super) struct Crowd {
    /// In their order; never none.
    pub(super) shards: Vec<Shard>,
    /// Until when nobody is to be counted, for the session is being ended.
    held_back: Option<Timestamp>,
}

impl Crowd {
    pub(super) fn new(session: &Session, life: u64) -> Self {
        Self { shards: vec![Shard::new(life, session.created_at, expiry(session)); SHARDS], held_back: None }
    }

    /// The audience in `items`: all its shards, of one session. Some of them are what is seen of a session that is being
    /// created or ended at this moment.
    pub(super) fn read(items: &[Item]) -> Option<Self> {
        let mut shards: Vec<_> = items.iter().filter_map(shard_item::read).collect();
        shards.sort_unstable_by_key(|(at, ..)| *at);
        let (of, life) = shards.first().map(|(_, of, shard)| (*of, shard.life))?;
        let whole = shards.len() as u64 == of
            && (0..)
                .zip(&shards)
                .all(|(number, (at, same, shard))| (*at, *same, shard.life) == (number, of, life));
        let held_back = items.iter().find_map(|item| barrier::read(item, life));
        whole.then(|| Self { shards: shards.into_iter().map(|(_, _, shard)| shard).collect(), held_back })
    }

    /// What tells the session from every earlier one of the same name.
    pub(super) fn life(&self) -> u64 {
        self.shards[0].life
    }

    /// The number of the shard of a place that was first taken by `first`.
    pub(super) fn shard_of(&self, first: &ConnectionId) -> usize {
        hash(first.as_str()) as usize % self.shards.len()
    }

    pub(super) fn listeners(&self) -> u64 {
        self.shards.iter().map(Shard::listeners).sum()
    }

    pub(super) fn distribution(&self) -> LanguageDistribution {
        self.shards.iter().flat_map(Shard::counts).collect()
    }

    /// Whether whoever wants to count somebody has to wait.
    pub(super) fn is_held_back(&self, now: Timestamp) -> bool {
        self.held_back.is_some_and(|until| until > now)
    }

    /// Lets go of the places whose grace has ended, and of the rows whose time to live has.
    pub(super) fn let_go(&mut self, now: Timestamp) {
        self.shards.iter_mut().for_each(|shard| shard.let_go(now));
    }

    /// A new listener. `name_taken`: a place that was first taken by a connection of that name lives on elsewhere, so
    /// that two could not be told apart.
    pub(super) fn join(&mut self, id: &ConnectionId, language: &Language, name_taken: bool) -> Seat {
        let counted_as = self.name_for(language);
        let at = self.shard_of(id);
        let shard = &mut self.shards[at];
        let waits = shard.graces.iter().any(|grace| grace.seat.place.first == *id);
        let turn = if name_taken || waits { NOT_RESUMABLE } else { 0 };
        shard.history.joins += 1;
        self.hear(at, &counted_as);
        Seat { place: Place { first: id.clone(), turn, home: None }, language: language.clone(), counted_as }
    }

    /// The name under which one more listener of `language` counts.
    fn name_for(&self, language: &Language) -> Language {
        self.distribution().add(language)
    }

    /// Notes a language that never had a listener.
    fn hear(&mut self, at: usize, language: &Language) {
        let mut known = self.shards.iter().map(|shard| &shard.history.languages_seen);
        if language.is_language() && !known.any(|seen| seen.contains(language)) {
            let all: usize = self.shards.iter().map(|shard| shard.history.languages_seen.len()).sum();
            if all < LanguageDistribution::MAX_LANGUAGES {
                self.shards[at].history.languages_seen.insert(language.clone());
            }
        }
    }

    /// Makes sure that the shard of that number has room for one more; false if the session is full.
    pub(super) fn make_room(&mut self, at: usize, max_listeners: u64) -> bool {
        if self.listeners() >= max_listeners {
            return false;
        }
        let spare = self.spare(max_listeners);
        if spare.iter().any(|spare| *spare < 0) {
            self.shards.iter_mut().for_each(|shard| shard.mark(Change::Counted));
        } else if spare[at] == 0
            && let Some((from, most)) = spare.iter().enumerate().max_by_key(|(_, spare)| **spare)
        {
            // Half of it: the lender goes on without asking, and so does the borrower.
            let lent = most / 2 + most % 2;
            self.shards[from].lent -= lent;
            self.shards[from].mark(Change::Counted);
            self.shards[at].lent += lent;
        }
        true
    }

    /// How many more listeners each shard has room for: the limit is shared equally, and then by what was lent. All
    /// together it is what the limit leaves.
    fn spare(&self, max_listeners: u64) -> Vec<i64> {
        let max = i64::from(u32::try_from(max_listeners).unwrap_or(u32::MAX));
        let of = self.shards.len() as i64;
        let spare = |(shard, number): (&Shard, i64)| {
            let share = max / of + i64::from(number < max % of);
            share + shard.lent - i64::try_from(shard.listeners()).unwrap_or(i64::MAX)
        };
        self.shards.iter().zip(0..).map(spare).collect()
    }

    /// Counts `row` from now on.
    pub(super) fn count(&mut self, row: &Row) {
        if let Some(seat) = &row.seat {
            let at = self.shard_of(&seat.place.first);
            self.shards[at].count(row, seat);
        }
    }

    /// Counts `row` no longer, if it counted.
    pub(super) fn discount(&mut self, row: &Row) {
        if let Some(seat) = &row.seat {
            let at = self.shard_of(&seat.place.first);
            self.shards[at].discount(row, seat);
        }
    }

    /// Whether `place` is in its grace.
    pub(super) fn waits(&self, place: &Place) -> bool {
        self.shards[self.shard_of(&place.first)].graces.iter().any(|grace| grace.seat.place == *place)
    }

    /// Takes `place` out of its grace, if it is in one.
    pub(super) fn return_from_grace(&mut self, place: &Place) -> Option<Seat> {
        let at = self.shard_of(&place.first);
        self.shards[at].return_from_grace(place)
    }

    /// Lets the listener of `row` go.
    pub(super) fn depart(&mut self, row: &Row, departure: Departure, now: Timestamp) {
        let Some(seat) = &row.seat else { return };
        let at = self.shard_of(&seat.place.first);
        self.note_peak(at, now);
        self.shards[at].depart(row, seat, departure, now);
    }

    /// Moves the listener of `row`, which counts, to `language`; false if it was there.
    pub(super) fn switch(&mut self, row: &mut Row, language: &Language) -> bool {
        let Some(seat) = row.seat.as_ref().filter(|seat| seat.language != *language) else { return false };
        let at = self.shard_of(&seat.place.first);
        self.discount(row);
        let counted_as = self.name_for(language);
        if let Some(seat) = &mut row.seat {
            seat.language = language.clone();
            seat.counted_as = counted_as.clone();
        }
        self.count(row);
        self.hear(at, &counted_as);
        true
    }

    /// Notes the number of listeners in the shard of that number, if there never were so many.
    fn note_peak(&mut self, at: usize, now: Timestamp) {
        let count = self.listeners();
        if count > self.peak().0 {
            let shard = &mut self.shards[at];
            (shard.history.peak, shard.history.peak_at) = (count, now);
            shard.mark(Change::Noted);
        }
    }

    fn peak(&self) -> (u64, Timestamp) {
        let peaks = self.shards.iter().map(|shard| (shard.history.peak, shard.history.peak_at));
        peaks.max_by_key(|(peak, at)| (*peak, std::cmp::Reverse(*at))).unwrap_or_default()
    }

    /// Notes what follows from all the changes, before they are written.
    pub(super) fn take_stock(&mut self, now: Timestamp) {
        let counted = self.shards.iter().position(|shard| shard.change == Change::Counted);
        self.note_peak(counted.unwrap_or(0), now);
        for shard in self.shards.iter_mut().filter(|shard| shard.change > Change::Nothing) {
            shard.history.trend.observe(shard.listeners(), now);
        }
    }

    /// The numbers of the shards that have to be written.
    pub(super) fn counted_shards(&self) -> Vec<usize> {
        self.numbers(|shard| shard.change == Change::Counted)
    }

    /// The numbers of the shards that may be written, each by itself.
    pub(super) fn noted_shards(&self) -> Vec<usize> {
        self.numbers(|shard| match shard.change {
            Change::Nothing => shard.graces_ended > 0,
            Change::Noted => true,
            Change::Counted => false,
        })
    }

    fn numbers(&self, which: impl Fn(&Shard) -> bool) -> Vec<usize> {
        (0..self.shards.len()).filter(|at| which(&self.shards[*at])).collect()
    }

    /// What happened to the whole audience.
    pub(super) fn history(&self) -> AudienceHistory {
        let (peak, peak_at) = self.peak();
        let histories = || self.shards.iter().map(|shard| &shard.history);
        AudienceHistory {
            peak,
            peak_at,
            joins: histories().map(|history| history.joins).sum(),
            leaves: histories().map(|history| history.leaves).sum(),
            languages_seen: histories().flat_map(|history| &history.languages_seen).cloned().collect(),
            trend: curve::sum(self.shards[0].started, histories().map(|history| &history.trend), peak),
        }
    }

    /// The audience as it is told, with so many graces that have ended.
    pub(super) fn counted(&self, graces_ended: u64, now: Timestamp) -> Counted {
        let graces = || self.shards.iter().flat_map(|shard| &shard.graces);
        Counted {
            distribution: Arc::new(self.distribution()),
            history: Arc::new(self.history()),
            quality: Quality::exact(now),
            reconnecting: graces().count() as u64,
            next_grace_end: graces().map(|grace| grace.until).min(),
            graces_ended,
        }
    }
}

/// When DynamoDB may forget what belongs to `session`, in seconds.
pub(super) fn expiry(session: &Session) -> u64 {
    secs(session.expires_at).saturating_add(KEPT)
}
