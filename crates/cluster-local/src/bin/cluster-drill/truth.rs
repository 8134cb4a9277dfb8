//! What is true, as the workers tell it, and how far what a node says is from it.

use crate::clock::SECOND;
use crate::pipe::Sample;

/// How long a change may take until every node knows of it. A count within what was true in that time is right.
pub(crate) const KNOWN_WITHIN: u64 = SECOND;

/// How the listeners of every worker stood, from the start to now: 20 samples a second, for the minutes of a drill.
#[derive(Debug)]
pub(crate) struct Truth(Vec<Vec<Sample>>);

/// The latest of it, all workers together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Now {
    pub(crate) here: Vec<u64>,
    pub(crate) lost: u64,
    pub(crate) returned: u64,
    pub(crate) failed: u64,
}

impl Now {
    pub(crate) fn count(&self) -> u64 {
        self.here.iter().sum()
    }
}

impl Truth {
    pub(crate) fn of(workers: usize) -> Self {
        Self(vec![Vec::new(); workers])
    }

    pub(crate) fn add(&mut self, worker: usize, sample: Sample) {
        if let Some(samples) = self.0.get_mut(worker) {
            samples.push(sample);
        }
    }

    pub(crate) fn now(&self) -> Now {
        let mut sum = Now::default();
        for sample in self.0.iter().filter_map(|samples| samples.last()) {
            sum.here.resize(sample.here.len(), 0);
            sum.here.iter_mut().zip(&sample.here).for_each(|(sum, here)| *sum += here);
            sum.lost += sample.lost;
            sum.returned += sample.returned;
            sum.failed += sample.failed;
        }
        sum
    }

    /// The least and the most that were right to say from `from` to `to`: all who were there throughout, and all who may
    /// have been counted. `None`: it is not known yet.
    pub(crate) fn between(&self, from: u64, to: u64) -> Option<(u64, u64)> {
        let mut sum = (0, 0);
        for samples in &self.0 {
            // From the last before to the first after: in between nobody looked.
            let first = samples.partition_point(|sample| sample.at <= from).saturating_sub(1);
            let after = samples.partition_point(|sample| sample.at < to);
            let looked = samples.get(first..=after)?;
            sum.0 += looked.iter().map(|sample| sample.here.iter().sum()).min().unwrap_or(0);
            sum.1 += looked.iter().map(|sample| sample.most).max().unwrap_or(0);
        }
        Some(sum)
    }

    /// When all `listeners` were first there again for good; `None` if they are not.
    pub(crate) fn complete_since(&self, listeners: u64) -> Option<u64> {
        if self.now().count() < listeners {
            return None;
        }
        // Each worker has its share complete at its end, so the moment is the latest at which one of them had not.
        let since = self.0.iter().filter_map(|samples| {
            let last: u64 = samples.last()?.here.iter().sum();
            let short = samples.iter().rposition(|sample| sample.here.iter().sum::<u64>() < last)?;
            samples.get(short + 1).map(|sample| sample.at)
        });
        Some(since.max().unwrap_or(0))
    }
}

/// What one node said when it was asked.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    /// Which node.
    pub(crate) node: usize,
    /// When it was asked, and when the answer was there.
    pub(crate) asked: u64,
    pub(crate) answered: u64,
    /// What it said; `None` if there was no answer, or an error.
    pub(crate) said: Option<Said>,
}

#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) count: u64,
    pub(crate) exact: bool,
    /// How many in which language.
    pub(crate) languages: Vec<(String, u64)>,
}

/// How far a reading is from what was true: over it (positive), or under it (negative). `None`: nothing to judge.
pub(crate) fn error(reading: &Reading, truth: &Truth) -> Option<i64> {
    let said = reading.said.as_ref()?;
    let (least, most) = truth.between(reading.asked.saturating_sub(KNOWN_WITHIN), reading.answered)?;
    let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    Some(signed(said.count.saturating_sub(most)) - signed(least.saturating_sub(said.count)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(at: u64, here: u64, most: u64) -> Sample {
        Sample { at: at * SECOND, here: vec![here], most, ..Sample::default() }
    }

    fn said(at: u64, count: u64) -> Reading {
        let said = Said { count, exact: true, languages: Vec::new() };
        Reading { node: 0, asked: at * SECOND, answered: at * SECOND + 1, said: Some(said) }
    }

    fn truth() -> Truth {
        let mut truth = Truth::of(2);
        for (at, here, most) in [(1, 10, 10), (2, 4, 10), (3, 4, 4), (4, 10, 10), (5, 10, 10)] {
            truth.add(0, sample(at, here, most));
            truth.add(1, sample(at, 100, 100));
        }
        truth
    }

    #[test]
    fn a_count_is_right_within_what_was_true_a_moment_ago() {
        let truth = truth();
        for (at, count, wrong) in
            [(2, 110, 0), (2, 104, 0), (2, 103, -1), (2, 111, 1), (4, 104, 0), (4, 99, -5), (3, 111, 1)]
        {
            assert_eq!(error(&said(at, count), &truth), Some(wrong), "{count} at {at}");
        }
        assert_eq!(error(&said(5, 110), &truth), None, "nobody has looked since");
    }

    #[test]
    fn everybody_is_back_when_the_last_is() {
        assert_eq!(truth().complete_since(110), Some(4 * SECOND));
        assert_eq!(truth().complete_since(111), None);
    }
}
