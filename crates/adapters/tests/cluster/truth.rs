//! Who really listens, when, and in which language, as far as the clients know: what a count is judged by.
//!
//! A *stay* is one listener in one place, from its join until it is gone, whichever connections and nodes it had. While
//! an operation is under way nobody can say on which side of it a status is, so each stay has moments between which it
//! may count, and others between which it must.

use headcount_core::Language;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::time::Instant;

/// How old a change may be that an exact count does not have yet, while nothing is wrong: it is published within 25 ms,
/// which takes two ways of 15 ms, and passed on, which takes one.
const FRESH: Duration = Duration::from_millis(150);

/// The same while something is wrong or was so just now. A node that is cut off is suspected after 3 s of silence; a
/// share of which nothing was heard is published again after 5 s and a beat of 1 s; calls take half a second.
const STALE: Duration = Duration::from_millis(7_500);

/// For how long a node that has died may be counted with and the count be called exact: 3 s, and the way of its last
/// beat.
const UNSUSPECTED: Duration = Duration::from_millis(3_300);

/// One listener in one place.
#[derive(Clone, Debug)]
struct Stay {
    span: Span,
    hears: Vec<(Language, Span)>,
}

/// When something may be so, and when it must.
#[derive(Clone, Copy, Debug)]
struct Span {
    may_from: Instant,
    must_from: Option<Instant>,
    must_to: Option<Instant>,
    may_to: Option<Instant>,
}

/// How many listeners there may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) least: u64,
    pub(crate) most: u64,
}

/// All stays, and when something was wrong.
#[derive(Default)]
pub(crate) struct Truth {
    stays: Vec<Stay>,
    troubles: Vec<(Instant, Option<Instant>)>,
}

/// Which stay.
pub(crate) type StayId = usize;

impl Span {
    const fn from(now: Instant) -> Self {
        Self { may_from: now, must_from: None, must_to: None, may_to: None }
    }

    /// Whether it must be so, all the time.
    fn must(&self, from: Instant, to: Instant) -> bool {
        self.must_from.is_some_and(|begin| begin <= from) && self.must_to.is_none_or(|end| end >= to)
    }

    /// Whether it may be so, at any time.
    fn may(&self, from: Instant, to: Instant) -> bool {
        self.may_from <= to && self.may_to.is_none_or(|end| end >= from)
    }

    fn doubtful_from(&mut self, at: Instant) {
        self.must_to = Some(self.must_to.map_or(at, |end| end.min(at)));
    }

    fn over_by(&mut self, at: Instant) {
        self.doubtful_from(at);
        self.may_to = Some(self.may_to.map_or(at, |end| end.min(at)));
    }
}

impl Truth {
    /// Somebody is about to be counted.
    pub(crate) fn begin(&mut self, language: &Language, since: Instant) -> StayId {
        let span = Span::from(since);
        self.stays.push(Stay { span, hears: vec![(language.clone(), span)] });
        self.stays.len() - 1
    }

    /// They are counted by now.
    pub(crate) fn counts(&mut self, id: StayId) {
        let stay = &mut self.stays[id];
        let now = Some(Instant::now());
        stay.span.must_from = stay.span.must_from.or(now);
        for (_, span) in &mut stay.hears {
            span.must_from = span.must_from.or(now);
        }
    }

    /// From `from` on they need not be counted any more, and by `to` they are not.
    pub(crate) fn goes(&mut self, id: StayId, from: Instant, to: Instant) {
        let span = &mut self.stays[id].span;
        span.doubtful_from(from);
        span.over_by(to.max(from));
    }

    /// They stay after all.
    pub(crate) fn stays_on(&mut self, id: StayId) {
        let span = &mut self.stays[id].span;
        (span.must_to, span.may_to) = (None, None);
    }

    /// Their node has died: they may be counted for as long as that is not known.
    pub(crate) fn left_behind(&mut self, id: StayId) {
        let now = Instant::now();
        let span = &mut self.stays[id].span;
        if span.may_to.is_none_or(|end| end > now) {
            span.doubtful_from(now);
            span.may_to = Some(now + UNSUSPECTED);
        }
    }

    /// The clock by which their grace ends has jumped, back by so much if it has.
    pub(crate) fn grace_shifts(&mut self, id: StayId, back: Duration) {
        let span = &mut self.stays[id].span;
        span.doubtful_from(Instant::now());
        span.may_to = span.may_to.map(|end| end + back);
    }

    /// They may be about to hear another language.
    pub(crate) fn changes(&mut self, id: StayId, language: &Language, since: Instant) {
        let stay = &mut self.stays[id];
        for (_, span) in &mut stay.hears {
            span.doubtful_from(since);
        }
        stay.hears.push((language.clone(), Span::from(since)));
    }

    /// They hear `language`, whatever it was before.
    pub(crate) fn hears(&mut self, id: StayId, language: &Language) {
        let now = Instant::now();
        let stay = &mut self.stays[id];
        stay.hears.iter_mut().for_each(|(_, span)| span.over_by(now));
        let mut span = Span::from(now);
        span.must_from = Some(now);
        stay.hears.push((language.clone(), span));
    }

    /// Something goes wrong from now on.
    pub(crate) fn trouble(&mut self) {
        self.troubles.push((Instant::now(), None));
    }

    /// Nothing is wrong any more.
    pub(crate) fn relief(&mut self) {
        let now = Instant::now();
        for (_, until) in &mut self.troubles {
            until.get_or_insert(now);
        }
    }

    /// Something goes wrong, and is over.
    pub(crate) fn blow(&mut self) {
        let now = Instant::now();
        self.troubles.push((now, Some(now)));
    }

    /// Whether nothing has been wrong for so long by `now`.
    pub(crate) fn calm_for(&self, time: Duration, now: Instant) -> bool {
        self.troubles.iter().all(|(_, until)| until.is_some_and(|until| until + time < now))
    }

    /// How many listeners an exact status may say there are, which was made at some moment between `from` and `to`; all,
    /// and of each language.
    pub(crate) fn bounds(&self, from: Instant, to: Instant) -> (Bounds, BTreeMap<Language, Bounds>) {
        let calm = self
            .troubles
            .iter()
            .all(|(since, until)| *since > to || until.is_some_and(|until| until + STALE < from));
        let from = from.checked_sub(if calm { FRESH } else { STALE }).unwrap_or(from);
        let (mut all, mut languages) = (Bounds::default(), BTreeMap::<Language, Bounds>::new());
        for stay in &self.stays {
            if !stay.span.may(from, to) {
                continue;
            }
            let must = stay.span.must(from, to);
            all.least += u64::from(must);
            all.most += 1;
            let heard = |fits: &dyn Fn(&Span) -> bool| -> BTreeSet<Language> {
                stay.hears
                    .iter()
                    .filter(|(_, span)| fits(span))
                    .map(|(language, _)| language.clone())
                    .collect()
            };
            for language in heard(&|span| must && span.must(from, to)) {
                languages.entry(language).or_default().least += 1;
            }
            for language in heard(&|span| span.may(from, to)) {
                languages.entry(language).or_default().most += 1;
            }
        }
        (all, languages)
    }
}
