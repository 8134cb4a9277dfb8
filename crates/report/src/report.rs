//! The figures of a report, each worked out in one place.

use crate::SignalFigures;
use headcount_core::{Account, History, HistoryPoint, Replay, Span, Tally, Timestamp, UpdateReason};
use headcount_protocol::Points;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::time::Duration;

/// How many points the curve of a report has at the most.
const CURVE_POINTS: usize = 360;

/// The report of one session, as JSON has it. Times are milliseconds since the Unix epoch, durations whole seconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The session.
    pub session_id: String,
    /// What was spoken in it.
    pub source_language: String,
    /// What it was sold as.
    pub quality_tier: &'static str,
    /// When it began.
    pub created_at: u64,
    /// When it ended; left out while it lives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<u64>,
    /// `ended`, `expired` or `speakerLost`; left out while it lives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<&'static str>,
    /// What the figures are of: the end of the session, or the moment of asking.
    pub as_of: u64,
    /// How long it has lasted, in seconds.
    pub duration: u64,
    /// The whole audience.
    pub listeners: ListenerFigures,
    /// Each language that ever had a listener: the one that was listened to most comes first.
    pub languages: Vec<LanguageFigures>,
    /// Who changed from which language to which: what happened most comes first.
    pub switches: Vec<SwitchFigures>,
    /// How many updates the speaker was sent, by reason.
    pub updates: BTreeMap<&'static str, u64>,
    /// What the broadcast did.
    pub broadcast: BroadcastFigures,
    /// What the speaker was, or could have been, told besides.
    pub signals: SignalFigures,
    /// The listeners over time, at most 360 points; written as those of a history are.
    #[serde(serialize_with = "points")]
    pub curve: Vec<HistoryPoint>,
}

/// Figures of the whole audience.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListenerFigures {
    /// The most at once.
    pub peak: u64,
    /// When that was first reached.
    pub peak_at: u64,
    /// On average over the whole duration, two digits behind the point.
    pub average: f64,
    /// How often somebody joined.
    pub joins: u64,
    /// How often somebody left; those who were there at the end have not.
    pub leaves: u64,
    /// How many there were in the end.
    pub at_end: u64,
    /// What all listeners together have listened, in minutes, one digit behind the point.
    pub listener_minutes: f64,
    /// How often a listener came back in time, so that no count moved.
    pub reconnects_absorbed: u64,
}

/// Figures of one language.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LanguageFigures {
    /// Its tag; `unknown` and `other` collect what has none or no room.
    pub language: String,
    /// The most listeners at once.
    pub peak: u64,
    /// When that was first reached.
    pub peak_at: u64,
    /// On average over the whole duration of the session, two digits behind the point.
    pub average: f64,
    /// How often somebody joined in this language.
    pub joins: u64,
    /// How often somebody left from it.
    pub leaves: u64,
    /// What all its listeners together have listened, in minutes, one digit behind the point.
    pub listener_minutes: f64,
    /// When it had its first listener.
    pub first_heard: u64,
}

/// Changes from one language to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SwitchFigures {
    /// The language that was left.
    pub from: String,
    /// The language that was chosen.
    pub to: String,
    /// How often.
    pub count: u64,
}

/// What the broadcast did, in seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BroadcastFigures {
    /// How long it was paused.
    pub paused: u64,
    /// How long the speaker was muted.
    pub muted: u64,
}

impl Report {
    /// The report of `account`, whose session has ended or lives at `now`.
    #[must_use]
    pub fn of(account: &Account, now: Timestamp) -> Self {
        let as_of = account.end.map_or(now, |end| end.at).max(account.created_at);
        let totals = &account.attendance;
        let duration = as_of.since(account.created_at);
        Self {
            session_id: account.session.to_string(),
            source_language: account.source_language.as_str().to_owned(),
            quality_tier: account.quality_tier.as_str(),
            created_at: account.created_at.as_millis(),
            ended_at: account.end.map(|end| end.at.as_millis()),
            end_reason: account.end.map(|end| end.kind.as_str()),
            as_of: as_of.as_millis(),
            duration: duration.as_secs(),
            listeners: ListenerFigures {
                peak: totals.total.peak,
                peak_at: totals.total.peak_at.as_millis(),
                average: average(&totals.total, duration, as_of),
                joins: totals.total.joins,
                leaves: totals.total.leaves,
                at_end: totals.total.count,
                listener_minutes: minutes(&totals.total, as_of),
                reconnects_absorbed: totals.reconnects,
            },
            languages: languages(account, duration, as_of),
            switches: switches(account),
            updates: updates(account),
            broadcast: broadcast(account, as_of),
            signals: SignalFigures::of(&totals.signals, as_of),
            curve: History::of(account, Span::whole(account.created_at, as_of, CURVE_POINTS)).points,
        }
    }

    /// The report as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Every member is text or a finite number, so writing it cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

fn points<S: Serializer>(curve: &[HistoryPoint], serializer: S) -> Result<S::Ok, S::Error> {
    Points(curve).serialize(serializer)
}

fn languages(account: &Account, duration: Duration, as_of: Timestamp) -> Vec<LanguageFigures> {
    let mut heard: Vec<_> = account.attendance.languages.iter().collect();
    heard.sort_by_key(|(language, tally)| (std::cmp::Reverse(tally.listener_time(as_of)), *language));
    let figures = heard.into_iter().filter_map(|(language, tally)| {
        Some(LanguageFigures {
            language: language.as_str().to_owned(),
            peak: tally.peak,
            peak_at: tally.peak_at.as_millis(),
            average: average(tally, duration, as_of),
            joins: tally.joins,
            leaves: tally.leaves,
            listener_minutes: minutes(tally, as_of),
            first_heard: tally.first_heard?.as_millis(),
        })
    });
    figures.collect()
}

fn switches(account: &Account) -> Vec<SwitchFigures> {
    let mut switches: Vec<_> = account.attendance.switches.iter().collect();
    switches.sort_by_key(|(from, to, count)| (std::cmp::Reverse(*count), *from, *to));
    let figures = switches.into_iter().map(|(from, to, count)| SwitchFigures {
        from: from.as_str().to_owned(),
        to: to.as_str().to_owned(),
        count,
    });
    figures.collect()
}

fn updates(account: &Account) -> BTreeMap<&'static str, u64> {
    let mut updates: BTreeMap<_, _> =
        UpdateReason::ALL.into_iter().map(|reason| (reason.as_str(), 0)).collect();
    for told in account.steps.iter().filter_map(|step| step.told) {
        *updates.entry(told.reason.as_str()).or_insert(0) += 1;
    }
    updates
}

/// How long the broadcast was paused and muted, as far as the counted steps say: a state lasts until the next one.
fn broadcast(account: &Account, as_of: Timestamp) -> BroadcastFigures {
    let mut replay = Replay::new();
    let counted = account.steps.iter().filter(|step| step.told.is_none());
    let mut states: Vec<_> = counted.filter_map(|step| Some(replay.take(step)?.broadcast)).collect();
    states.dedup();
    let ends = states.iter().skip(1).map(|next| next.last_state_change).chain([as_of]);
    let (mut paused, mut muted) = (Duration::ZERO, Duration::ZERO);
    for (state, end) in states.iter().zip(ends) {
        let lasted = end.since(state.last_state_change);
        paused += if state.is_paused { lasted } else { Duration::ZERO };
        muted += if state.is_muted { lasted } else { Duration::ZERO };
    }
    BroadcastFigures { paused: paused.as_secs(), muted: muted.as_secs() }
}

fn average(tally: &Tally, duration: Duration, as_of: Timestamp) -> f64 {
    if duration.is_zero() {
        0.0
    } else {
        rounded(tally.listener_time(as_of).div_duration_f64(duration), 100.0)
    }
}

fn minutes(tally: &Tally, as_of: Timestamp) -> f64 {
    rounded(tally.listener_time(as_of).as_secs_f64() / 60.0, 10.0)
}

fn rounded(number: f64, digits: f64) -> f64 {
    (number * digits).round() / digits
}
