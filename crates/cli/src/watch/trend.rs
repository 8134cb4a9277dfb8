//! The count over the last minutes.

use std::collections::VecDeque;

/// Counts as they became known, oldest first. Keeps [`Trend::KEPT`] of them; the oldest make room.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trend(VecDeque<(u64, u64)>);

impl Trend {
    const KEPT: usize = 1_800;

    /// Notes the count at a moment in milliseconds. A moment before the last one is a clock that was set back, or
    /// an older message, and is passed over.
    pub(crate) fn note(&mut self, at: u64, count: u64) {
        if self.0.back().is_some_and(|(last, _)| at < *last) {
            return;
        }
        if self.0.len() == Self::KEPT {
            self.0.pop_front();
        }
        self.0.push_back((at, count));
    }

    /// The highest count in each of `columns` equal parts of the `span` milliseconds before `now`; a count holds
    /// until the next one. Before the first count there is nothing: 0.
    pub(crate) fn columns(&self, columns: usize, span: u64, now: u64) -> Vec<u64> {
        let start = now.saturating_sub(span);
        let end = |column: usize| start + span * (column as u64 + 1) / columns as u64;
        let mut known = self.0.iter().peekable();
        let mut current = 0;
        while let Some((_, count)) = known.next_if(|(at, _)| *at <= start) {
            current = *count;
        }
        (0..columns)
            .map(|column| {
                let mut highest = current;
                while let Some((_, count)) = known.next_if(|(at, _)| *at <= end(column)) {
                    highest = highest.max(*count);
                    current = *count;
                }
                highest
            })
            .collect()
    }

    /// The time from the first count that is kept to `now`, in milliseconds.
    pub(crate) fn reach(&self, now: u64) -> u64 {
        self.0.front().map_or(0, |(at, _)| now.saturating_sub(*at))
    }

    /// The last count that was known `ago` milliseconds before `now`.
    pub(crate) fn count_before(&self, now: u64, ago: u64) -> Option<u64> {
        let moment = now.checked_sub(ago)?;
        self.0.iter().rev().find(|(at, _)| *at <= moment).map(|(_, count)| *count)
    }

    /// Whether nothing is known yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trend(points: &[(u64, u64)]) -> Trend {
        let mut trend = Trend::default();
        points.iter().for_each(|(at, count)| trend.note(*at, *count));
        trend
    }

    #[test]
    fn a_count_holds_until_the_next_one() {
        let trend = trend(&[(1_000, 5), (3_500, 9), (3_600, 2)]);
        assert_eq!(trend.columns(6, 6_000, 6_000), [5, 5, 5, 9, 2, 2]);
        assert_eq!(trend.columns(3, 6_000, 6_000), [5, 9, 2]);
        assert_eq!(trend.columns(0, 6_000, 6_000), Vec::<u64>::new());
    }

    #[test]
    fn counts_from_before_the_span_still_hold_in_it() {
        assert_eq!(trend(&[(1_000, 5)]).columns(2, 1_000, 100_000), [5, 5]);
    }

    #[test]
    fn a_clock_that_is_set_back_changes_nothing() {
        let trend = trend(&[(2_000, 5), (1_000, 7)]);
        assert_eq!(trend.columns(1, 2_000, 3_000), [5]);
    }

    #[test]
    fn it_keeps_the_newest_and_no_more_than_it_may() {
        let mut trend = Trend::default();
        (0..5_000).for_each(|at| trend.note(at, at));
        assert_eq!(trend.0.len(), Trend::KEPT);
        assert_eq!(trend.count_before(4_999, 0), Some(4_999));
        assert_eq!(trend.count_before(4_999, 4_999), None);
    }
}
