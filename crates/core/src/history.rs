//! What happened to the audience of one session so far: totals, the peak, and a short curve.
//!
//! Kept as it happens, in constant space; nothing in it names a person.

use crate::{Language, LanguageDistribution, Timestamp};
use std::collections::BTreeSet;
use std::time::Duration;

/// Totals, peak and curve of one session's audience.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AudienceHistory {
    /// The most listeners that there ever were at once.
    pub peak: u64,
    /// When that was first reached; creation, where there never was a listener.
    pub peak_at: Timestamp,
    /// How often somebody joined. Resuming a place is not joining.
    pub joins: u64,
    /// How often somebody left.
    pub leaves: u64,
    /// Every language that ever had a listener, [`LanguageDistribution::MAX_LANGUAGES`] at the most; the
    /// rest go unmentioned.
    pub languages_seen: BTreeSet<Language>,
    /// The count over time.
    pub trend: Trend,
}

impl AudienceHistory {
    /// The history of a session created at `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            peak: 0,
            peak_at: now,
            joins: 0,
            leaves: 0,
            languages_seen: BTreeSet::new(),
            trend: Trend::new(now),
        }
    }

    /// Somebody joined at `now`, and is counted as `counted_as`. Counted with them there are `alike` in that language,
    /// and `count` in all.
    pub fn joined(&mut self, counted_as: &Language, alike: u64, count: u64, now: Timestamp) {
        self.joins += 1;
        self.heard(counted_as, alike);
        if count > self.peak {
            (self.peak, self.peak_at) = (count, now);
        }
        self.trend.observe(count, now);
    }

    /// `leavers` left at `now`; `audience` is without them already.
    pub fn left(&mut self, leavers: u64, audience: &LanguageDistribution, now: Timestamp) {
        self.leaves += leavers;
        self.trend.observe(audience.listener_count(), now);
    }

    /// Somebody moved to `counted_as`, where there are `alike` with them.
    pub fn switched(&mut self, counted_as: &Language, alike: u64) {
        self.heard(counted_as, alike);
    }

    /// Somebody came from another node, or went to one, at `now`, which is neither joining nor leaving; `audience` is as
    /// it is after that.
    pub fn moved(&mut self, counted_as: &Language, audience: &LanguageDistribution, now: Timestamp) {
        self.heard(counted_as, audience.count(counted_as));
        let count = audience.listener_count();
        if count > self.peak {
            (self.peak, self.peak_at) = (count, now);
        }
        self.trend.observe(count, now);
    }

    fn heard(&mut self, language: &Language, alike: u64) {
        let first_of_many = alike == 1 && language.is_language();
        if first_of_many && self.languages_seen.len() < LanguageDistribution::MAX_LANGUAGES {
            self.languages_seen.insert(language.clone());
        }
    }
}

/// A curve of at most [`Trend::MAX_POINTS`] points over the whole session. Each point is the last count within
/// one step; when there are too many, the step doubles and neighbours merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trend {
    start: Timestamp,
    step: Duration,
    points: Vec<(Timestamp, u64)>,
}

impl Trend {
    /// How many points a curve has at the most.
    pub const MAX_POINTS: usize = 60;
    const FIRST_STEP: Duration = Duration::from_secs(5);

    /// The curve of a session created at `start`: one point, nobody.
    #[must_use]
    pub fn new(start: Timestamp) -> Self {
        Self { start, step: Self::FIRST_STEP, points: vec![(start, 0)] }
    }

    /// A curve as a store wrote it down. Points out of order are left out.
    #[must_use]
    pub fn from_points(start: Timestamp, points: impl IntoIterator<Item = (Timestamp, u64)>) -> Self {
        let mut trend = Self::new(start);
        for (at, count) in points {
            trend.observe(count, at);
        }
        trend
    }

    /// The points, oldest first.
    #[must_use]
    pub fn points(&self) -> &[(Timestamp, u64)] {
        &self.points
    }

    /// There are `count` listeners at `now`. A `now` before the last point counts as that point.
    pub fn observe(&mut self, count: u64, now: Timestamp) {
        let slot = self.slot(now);
        match self.points.last_mut() {
            Some(last) if last.0 >= slot => last.1 = count,
            Some(last) if last.1 == count => {}
            _ => self.points.push((slot, count)),
        }
        while self.points.len() > Self::MAX_POINTS {
            self.step *= 2;
            let mut merged: Vec<(Timestamp, u64)> = Vec::with_capacity(Self::MAX_POINTS);
            for (at, count) in std::mem::take(&mut self.points) {
                let slot = self.slot(at);
                match merged.last_mut() {
                    Some(last) if last.0 >= slot => last.1 = count,
                    _ => merged.push((slot, count)),
                }
            }
            self.points = merged;
        }
    }

    /// The beginning of the step that `at` lies in.
    fn slot(&self, at: Timestamp) -> Timestamp {
        let step = u64::try_from(self.step.as_millis()).unwrap_or(u64::MAX).max(1);
        let since = at.as_millis().saturating_sub(self.start.as_millis());
        Timestamp::from_millis(self.start.as_millis() + since / step * step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keeps_totals_and_the_first_peak() {
        let t = Timestamp::from_millis;
        let (es, mut crowd) = (Language::parse("es").unwrap(), LanguageDistribution::new());
        let mut history = AudienceHistory::new(t(0));
        for now in [1, 2] {
            crowd.add(&es);
            history.joined(&es, crowd.count(&es), crowd.listener_count(), t(now));
        }
        crowd.remove(&es);
        history.left(1, &crowd, t(3));
        crowd.add(&es);
        history.joined(&es, crowd.count(&es), crowd.listener_count(), t(4));
        assert_eq!((history.peak, history.peak_at, history.joins, history.leaves), (2, t(2), 3, 1));
        assert_eq!(history.languages_seen.len(), 1);
    }

    proptest! {
        #[test]
        fn a_curve_stays_small_and_in_order_and_ends_with_the_truth(
            steps in proptest::collection::vec((0u64..1_000_000, 0u64..100), 1..400)
        ) {
            let mut trend = Trend::new(Timestamp::from_millis(7));
            let mut now = Timestamp::from_millis(7);
            for (wait, count) in steps {
                now = now.plus(Duration::from_millis(wait));
                trend.observe(count, now);
                prop_assert!(trend.points().len() <= Trend::MAX_POINTS);
                prop_assert_eq!(trend.points().last().map(|p| p.1), Some(count));
            }
            prop_assert!(trend.points().windows(2).all(|pair| pair[0].0 < pair[1].0));
            prop_assert!(trend.points().iter().all(|p| p.0 <= now));
            let again = Trend::from_points(Timestamp::from_millis(7), trend.points().iter().copied());
            prop_assert!(again.points().len() <= Trend::MAX_POINTS);
        }
    }
}
