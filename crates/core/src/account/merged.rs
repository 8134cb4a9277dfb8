//! One account of what several nodes have counted, each its own listeners.
//!
//! What a node says is exact of its listeners, and so their sums are. What no node has seen of all of them, the peak of a
//! language, is worked out from the curves, to one [`Timeline::SLOT`].

use super::{Account, End};
use crate::{
    Attendance, AudienceHistory, Language, LanguageDistribution, LanguageSignals, Moment, Replay, Session,
    SignalTotals, Step, Switches, Tally, Timeline, Timestamp, Trend,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What one node has to say of a session.
#[derive(Clone, Debug)]
pub struct Contribution {
    /// The totals of its listeners.
    pub attendance: Attendance,
    /// What happened to its listeners; the peak is the highest that it has seen of all.
    pub history: AudienceHistory,
    /// Moment by moment, oldest first: its listeners, and the updates that it told the speaker.
    pub steps: Vec<Step>,
}

impl Account {
    /// The account of `session` of which all of `contributions` are parts.
    #[must_use]
    pub fn merged(session: &Session, end: Option<End>, contributions: &[Contribution]) -> Self {
        let steps = steps(contributions);
        let curve = Curve::of(&steps);
        Self {
            session: session.id.clone(),
            source_language: session.source_language.clone(),
            quality_tier: session.quality_tier,
            created_at: session.created_at,
            end,
            history: Arc::new(history(session.created_at, contributions, &curve)),
            attendance: attendance(session.created_at, contributions, &curve),
            steps,
        }
    }
}

/// The counted series of all nodes together, as far as totals need it.
#[derive(Default)]
struct Curve {
    points: Vec<(Timestamp, u64)>,
    /// The most that heard a language, and when first.
    peaks: BTreeMap<Language, (u64, Timestamp)>,
}

impl Curve {
    fn of(steps: &[Step]) -> Self {
        let mut curve = Self::default();
        let mut replay = Replay::new();
        for step in steps.iter().filter(|step| step.told.is_none()) {
            let Some(moment) = replay.take(step) else { continue };
            curve.points.push((moment.at, moment.listener_count()));
            for (language, count) in &step.changes {
                let peak = curve.peaks.entry(language.clone()).or_insert((0, step.at));
                if *count > peak.0 {
                    *peak = (*count, step.at);
                }
            }
        }
        curve
    }
}

fn history(created_at: Timestamp, contributions: &[Contribution], curve: &Curve) -> AudienceHistory {
    let mut history = AudienceHistory::new(created_at);
    for contribution in contributions {
        let AudienceHistory { peak, peak_at, joins, leaves, languages_seen, trend: _ } =
            &contribution.history;
        if higher((*peak, *peak_at), (history.peak, history.peak_at)) {
            (history.peak, history.peak_at) = (*peak, *peak_at);
        }
        history.joins += joins;
        history.leaves += leaves;
        history.languages_seen.extend(languages_seen.iter().cloned());
    }
    while history.languages_seen.len() > LanguageDistribution::MAX_LANGUAGES {
        history.languages_seen.pop_last();
    }
    history.trend = Trend::from_points(created_at, curve.points.iter().copied());
    history
}

/// Whether `one` is the peak rather than `other`: the higher one, and of equal ones that which came first.
fn higher(one: (u64, Timestamp), other: (u64, Timestamp)) -> bool {
    one.0 > other.0 || (one.0 == other.0 && one.0 > 0 && one.1 < other.1)
}

fn attendance(created_at: Timestamp, contributions: &[Contribution], curve: &Curve) -> Attendance {
    let mut merged = Attendance::new(created_at);
    let mut languages: BTreeMap<Language, Tally> = BTreeMap::new();
    let mut switches = Vec::new();
    for Contribution { attendance, history, .. } in contributions {
        let mut total = attendance.total.clone();
        if higher((history.peak, history.peak_at), (total.peak, total.peak_at)) {
            (total.peak, total.peak_at) = (history.peak, history.peak_at);
        }
        add_tally(&mut merged.total, &total);
        for (language, tally) in attendance.languages.iter() {
            let known =
                languages.len() < LanguageDistribution::MAX_LANGUAGES || languages.contains_key(language);
            let name = if known { language.clone() } else { Language::other() };
            add_tally(languages.entry(name).or_insert_with(|| Tally::new(tally.peak_at)), tally);
        }
        let pairs = attendance.switches.iter();
        switches.extend(pairs.map(|(from, to, times)| (from.clone(), to.clone(), times)));
        merged.reconnects += attendance.reconnects;
        add_signals(&mut merged.signals, &attendance.signals);
    }
    for (language, tally) in &mut languages {
        if let Some(peak) = curve.peaks.get(language)
            && higher(*peak, (tally.peak, tally.peak_at))
        {
            (tally.peak, tally.peak_at) = *peak;
        }
    }
    merged.languages = languages.into_iter().collect();
    merged.switches = Switches::from_parts(switches);
    merged
}

/// Adds what one node has counted to the sum.
fn add_tally(sum: &mut Tally, tally: &Tally) {
    let since = sum.since.max(tally.since);
    let listened = sum.listener_time(since).saturating_add(tally.listener_time(since));
    if higher((tally.peak, tally.peak_at), (sum.peak, sum.peak_at)) {
        (sum.peak, sum.peak_at) = (tally.peak, tally.peak_at);
    }
    sum.count += tally.count;
    sum.joins += tally.joins;
    sum.leaves += tally.leaves;
    sum.first_heard = sum.first_heard.into_iter().chain(tally.first_heard).min();
    sum.listened = u64::try_from(listened.as_millis()).unwrap_or(u64::MAX);
    sum.since = since;
}

fn add_signals(sum: &mut SignalTotals, signals: &SignalTotals) {
    for (language, so_far) in &signals.languages {
        let known = sum.languages.entry(language.clone()).or_default();
        *known = LanguageSignals {
            idle: known.idle + so_far.idle,
            drops: known.drops + so_far.drops,
            saved: known.saved.saturating_add(so_far.saved),
            idle_said: known.idle_said.into_iter().chain(so_far.idle_said).min(),
        };
    }
    for (language, times) in &signals.unserved {
        if sum.unserved.len() < SignalTotals::MAX_UNSERVED || sum.unserved.contains_key(language) {
            *sum.unserved.entry(language.clone()).or_default() += times;
        }
    }
    sum.audience_drops += signals.audience_drops;
}

/// The steps of all nodes as those of one.
fn steps(contributions: &[Contribution]) -> Vec<Step> {
    let mut all: Vec<(usize, &Step)> = Vec::new();
    for (node, contribution) in contributions.iter().enumerate() {
        all.extend(contribution.steps.iter().map(|step| (node, step)));
    }
    // Steps of one node stay in their order.
    all.sort_by_key(|(_, step)| step.at);
    let mut pen = Pen { nodes: vec![Node::default(); contributions.len()], ..Pen::default() };
    for (node, step) in all {
        pen.take(node, step);
    }
    pen.turn_slot(None);
    pen.steps
}

/// Writes the steps of all as they come.
#[derive(Default)]
struct Pen {
    nodes: Vec<Node>,
    counted: BTreeMap<Language, u64>,
    /// What the steps so far have said of what was counted, and of what was told.
    said: [Option<Moment>; 2],
    /// A counted step that waits for others of its slot.
    open: Option<Moment>,
    steps: Vec<Step>,
}

/// What the steps of one node have come to.
#[derive(Clone, Default)]
struct Node {
    replay: Replay,
    counts: BTreeMap<Language, u64>,
}

impl Pen {
    fn take(&mut self, node: usize, step: &Step) {
        self.turn_slot(Some(step.at));
        let Some(known) = self.nodes.get_mut(node) else { return };
        let Some(moment) = known.replay.take(step).cloned() else { return };
        if step.told.is_some() {
            self.write(moment);
            return;
        }
        let before = std::mem::replace(&mut known.counts, moment.counts.clone());
        for (language, count) in before {
            if let Some(sum) = self.counted.get_mut(&language) {
                *sum -= count;
            }
        }
        for (language, count) in &moment.counts {
            *self.counted.entry(language.clone()).or_default() += count;
        }
        self.counted.retain(|_, count| *count > 0);
        // The nodes hear of a change of the broadcast one after the other; the latest is what it is.
        let changed = self.open.as_ref().or(self.said[0].as_ref()).map(|known| known.broadcast);
        let later = changed.filter(|known| known.last_state_change > moment.broadcast.last_state_change);
        let broadcast = later.unwrap_or(moment.broadcast);
        self.open = Some(Moment { counts: self.counted.clone(), broadcast, ..moment });
    }

    /// Writes the step of the slot that is over at `now`; of any, if nothing follows.
    fn turn_slot(&mut self, now: Option<Timestamp>) {
        let slot = |at: Timestamp| at.as_millis() / Timeline::SLOT.as_millis() as u64;
        let over = |open: &mut Moment| now.is_none_or(|now| slot(open.at) < slot(now));
        if let Some(moment) = self.open.take_if(over) {
            self.write(moment);
        }
    }

    /// Writes the step that leads to `moment`.
    fn write(&mut self, moment: Moment) {
        let said = &mut self.said[usize::from(moment.told.is_some())];
        let whole = said.is_none();
        let empty = BTreeMap::new();
        let before = said.as_ref().map_or(&empty, |said| &said.counts);
        let gone = before.keys().filter(|language| !moment.counts.contains_key(*language));
        let mut changes: Vec<_> = gone.map(|language| (language.clone(), 0)).collect();
        let moved = moment.counts.iter().filter(|(language, count)| before.get(*language) != Some(count));
        changes.extend(moved.map(|(language, count)| (language.clone(), *count)));
        let steered = said.as_ref().is_none_or(|said| said.broadcast != moment.broadcast);
        if moment.told.is_some() || steered || !changes.is_empty() {
            let (at, told) = (moment.at, moment.told);
            let broadcast = steered.then_some(moment.broadcast);
            self.steps.push(Step { at, whole, changes, broadcast, told });
        }
        *said = Some(moment);
    }
}

#[cfg(test)]
#[path = "merged_tests.rs"]
mod tests;
