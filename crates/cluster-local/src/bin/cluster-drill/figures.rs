//! What came of a drill.

use crate::args::Drill;
use crate::clock::SECOND;
use crate::speaker::{Faults, Told};
use crate::stage::Stage;
use crate::truth::{Now, Reading, Truth, error};
use crate::watcher::{seconds, took};
use hdrhistogram::Histogram;
use serde::Serialize;

/// How long after the end of what went wrong nobody may be counted who is not there: a lease, and a moment.
const NO_GHOST_AFTER: u64 = 17 * SECOND;

/// When something was wrong, and which node is gone for good.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) began: u64,
    pub(crate) over: u64,
    pub(crate) absent: Option<usize>,
}

/// All figures of one drill. Times are in seconds, unless the name says milliseconds.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Figures {
    pub(crate) drill: &'static str,
    pub(crate) nodes: usize,
    pub(crate) listeners: u64,
    /// How long something was wrong.
    pub(crate) fault: f64,
    /// From the first to the last status that was called not exact, at the node where that was longest.
    pub(crate) inexact: f64,
    /// From the beginning until every node was exact and right, for good.
    pub(crate) right_after: f64,
    /// From the beginning until the last listener was back; none if they are not all there.
    pub(crate) back_after: Option<f64>,
    /// How long after that every node was exact and right.
    pub(crate) right_after_last_return: Option<f64>,
    /// How many statuses there were, how many were called exact, and how many of these were wrong.
    pub(crate) statuses: usize,
    pub(crate) exact: usize,
    pub(crate) wrong_exact: usize,
    /// The farthest that an exact one was above and below what was true.
    pub(crate) worst_over: i64,
    pub(crate) worst_under: i64,
    /// The most that were counted too many, exact or not, once every lease was over.
    pub(crate) ghosts: i64,
    /// How many questions had no answer.
    pub(crate) unanswered: usize,
    pub(crate) answer_p50_ms: f64,
    pub(crate) answer_p99_ms: f64,
    /// Connections that listeners lost, how often one came back, and tries that came to nothing.
    pub(crate) lost: u64,
    pub(crate) returned: u64,
    pub(crate) failed: u64,
    /// How many updates the speaker was sent, how many of them because the count changed, and the most in a second.
    pub(crate) told: usize,
    pub(crate) told_of_change: usize,
    pub(crate) most_told_in_a_second: usize,
    /// Connections that the speaker lost.
    pub(crate) speaker_lost: u64,
    pub(crate) doubled: u64,
    pub(crate) gone_back: u64,
    pub(crate) announced_twice: u64,
    /// From a join in a new language until the speaker was told of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) new_language: Option<NewLanguage>,
    /// How things stood, if they did not settle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unsettled: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewLanguage {
    pub(crate) rounds: usize,
    /// How often the speaker was not told in five seconds.
    pub(crate) missed: usize,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
}

impl Figures {
    pub(crate) fn of(
        drill: Drill,
        stage: &Stage,
        span: Span,
        before: &Now,
        delays: Vec<Option<u64>>,
        unsettled: Option<String>,
    ) -> Self {
        let (truth, notes) = (stage.fleet.truth.lock(), stage.speaker.notes.lock());
        let mut readings = stage.readings.lock().clone();
        readings.retain(|reading| reading.asked >= span.began && Some(reading.node) != span.absent);
        let now = truth.now();
        let back_at = truth.complete_since(stage.listeners).map(|at| at.max(span.began));
        let mut figures = Self {
            drill: drill.name(),
            nodes: stage.cluster.nodes.len(),
            listeners: stage.listeners,
            fault: seconds(span.over.saturating_sub(span.began)),
            back_after: back_at.map(|at| seconds(at - span.began)),
            lost: now.lost - before.lost,
            returned: now.returned - before.returned,
            failed: now.failed - before.failed,
            speaker_lost: notes.lost,
            unsettled,
            ..Self::default()
        };
        if drill == Drill::NewLanguage {
            figures.new_language = Some(NewLanguage::of(&delays));
        } else {
            figures.judge(&readings, &truth, span, back_at);
        }
        figures.answers(&readings);
        figures.speaker(&notes.told, span.began);
        figures
    }

    fn judge(&mut self, readings: &[Reading], truth: &Truth, span: Span, back_at: Option<u64>) {
        let (mut right_at, mut inexact) = (span.began, vec![None::<(u64, u64)>; self.nodes]);
        for reading in readings {
            let error = error(reading, truth);
            let exact = reading.said.as_ref().is_some_and(|said| said.exact);
            if reading.said.is_some() && !exact {
                let span = inexact[reading.node].get_or_insert((reading.asked, reading.answered));
                span.1 = reading.answered;
            }
            if exact {
                self.exact += 1;
                self.wrong_exact += usize::from(error.is_some_and(|error| error != 0));
                self.worst_over = self.worst_over.max(error.unwrap_or(0));
                self.worst_under = self.worst_under.min(error.unwrap_or(0));
            }
            if reading.asked > span.over + NO_GHOST_AFTER {
                self.ghosts = self.ghosts.max(error.unwrap_or(0));
            }
            // A node that is being started again does not answer; that is no wrong count.
            if !exact && reading.said.is_some() || error.is_some_and(|error| error != 0) {
                right_at = right_at.max(reading.answered);
            }
        }
        self.inexact = seconds(inexact.iter().flatten().map(|(first, last)| last - first).max().unwrap_or(0));
        self.right_after = seconds(right_at - span.began);
        self.right_after_last_return = back_at.map(|at| seconds(right_at.saturating_sub(at)));
    }

    fn answers(&mut self, readings: &[Reading]) {
        let answered = readings.iter().filter(|reading| reading.said.is_some());
        let times = milliseconds(answered.map(took));
        self.statuses = readings.len();
        self.unanswered = readings.iter().filter(|reading| reading.said.is_none()).count();
        (self.answer_p50_ms, self.answer_p99_ms) = times;
    }

    fn speaker(&mut self, told: &[Told], began: u64) {
        let faults = Faults::of(told);
        (self.doubled, self.gone_back, self.announced_twice) =
            (faults.doubled, faults.gone_back, faults.announced_twice);
        let since: Vec<&Told> = told.iter().filter(|told| told.at >= began).collect();
        self.told = since.len();
        let of_change = |told: &&&Told| told.status.update_reason == "listenerCountChange";
        self.told_of_change = since.iter().filter(of_change).count();
        let within = |first: &&Told| {
            since.iter().filter(|told| (first.at..first.at + SECOND).contains(&told.at)).count()
        };
        self.most_told_in_a_second = since.iter().map(within).max().unwrap_or(0);
    }

    /// What is not as it should be, by what the cluster promises.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let mut hold = |holds: bool, what: String| {
            if !holds {
                problems.push(format!("{}: {what}", self.drill));
            }
        };
        if let Some(state) = &self.unsettled {
            hold(false, format!("it did not settle: {state}"));
        }
        hold(self.wrong_exact == 0, format!("{} exact counts were wrong", self.wrong_exact));
        hold(self.ghosts == 0, format!("{} ghosts", self.ghosts));
        hold(self.doubled == 0, format!("{} updates twice", self.doubled));
        hold(self.gone_back == 0, format!("{} updates out of order", self.gone_back));
        hold(self.announced_twice == 0, format!("{} languages announced twice", self.announced_twice));
        hold(self.most_told_in_a_second <= 2, format!("{} updates in a second", self.most_told_in_a_second));
        match (self.drill, &self.new_language) {
            ("kill-node", _) => {
                hold(self.right_after <= 16.0, format!("right after {:.1} s", self.right_after))
            }
            ("all-cut", _) => {
                let after = self.right_after_last_return.unwrap_or(f64::INFINITY);
                hold(after <= 5.0, format!("right {after:.1} s after the last return"));
            }
            ("status", _) => hold(self.answer_p99_ms < 2.0, format!("p99 of {:.1} ms", self.answer_p99_ms)),
            (_, Some(new)) => {
                hold(new.missed == 0, format!("{} new languages not told", new.missed));
                hold(new.p99_ms < 250.0, format!("p99 of {:.0} ms", new.p99_ms));
            }
            _ => {}
        }
        problems
    }
}

impl NewLanguage {
    fn of(delays: &[Option<u64>]) -> Self {
        let (p50_ms, p99_ms) = milliseconds(delays.iter().flatten().copied());
        let missed = delays.iter().filter(|delay| delay.is_none()).count();
        Self { rounds: delays.len(), missed, p50_ms, p99_ms }
    }
}

/// The median and the 99th percentile of times in microseconds, in milliseconds.
fn milliseconds(times: impl Iterator<Item = u64>) -> (f64, f64) {
    // Three digits are exact. It grows with what goes into it; neither that nor making it depends on a node.
    let Ok(mut histogram) = Histogram::<u64>::new(3) else { return (f64::NAN, f64::NAN) };
    times.for_each(|time| histogram.record(time).unwrap_or_default());
    let at = |quantile| seconds(histogram.value_at_quantile(quantile)) * 1_000.0;
    (at(0.5), at(0.99))
}
