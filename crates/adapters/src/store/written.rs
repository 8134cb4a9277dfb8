//! How totals and broadcasts are written as JSON, by every store that writes them so.
//!
//! What is a list here has a fixed length: one more member is another list, and another version of what it is in.

use headcount_core::{
    Attendance, BroadcastState, Language, LanguageSignals, SignalTotals, Switches, Tally, Timestamp, Volume,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Totals as JSON has them.
#[derive(Serialize, Deserialize)]
pub(in crate::store) struct WrittenAttendance {
    total: WrittenTally,
    languages: BTreeMap<String, WrittenTally>,
    switches: Vec<(String, String, u64)>,
    reconnects: u64,
    /// `None` where nothing was signalled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signals: Option<WrittenSignals>,
}

/// What was signalled: of each language how often it was idle, how often it dropped, the milliseconds saved and since when
/// it is idle; how often each language that is not served was asked for; how often the audience dropped.
#[derive(Serialize, Deserialize)]
struct WrittenSignals(BTreeMap<String, (u64, u64, u64, Option<u64>)>, BTreeMap<String, u64>, u64);

/// A tally: count, peak, when, first heard, joins, leaves, listened and since.
#[derive(Serialize, Deserialize)]
struct WrittenTally(u64, u64, u64, Option<u64>, u64, u64, u64, u64);

/// The state of a broadcast: active, paused, muted, volume, and when it changed.
#[derive(Serialize, Deserialize)]
pub(in crate::store) struct WrittenBroadcast(bool, bool, bool, f64, u64);

impl From<&Attendance> for WrittenAttendance {
    fn from(attendance: &Attendance) -> Self {
        let languages =
            attendance.languages.iter().map(|(tag, tally)| (tag.as_str().to_owned(), tally.into()));
        let pair = |(from, to, times): (&Language, &Language, u64)| {
            (from.as_str().to_owned(), to.as_str().to_owned(), times)
        };
        Self {
            total: WrittenTally::from(&attendance.total),
            languages: languages.collect(),
            switches: attendance.switches.iter().map(pair).collect(),
            reconnects: attendance.reconnects,
            signals: (attendance.signals != SignalTotals::default()).then(|| (&attendance.signals).into()),
        }
    }
}

impl WrittenAttendance {
    /// The totals; `None` for what we never write. `known` makes a language of its tag.
    pub(in crate::store) fn read(
        self,
        known: &mut impl FnMut(&str) -> Option<Language>,
    ) -> Option<Attendance> {
        let tally = |(tag, tally): (String, WrittenTally)| Some((known(&tag)?, tally.into()));
        let languages = self.languages.into_iter().map(tally).collect::<Option<_>>()?;
        let pair = |(from, to, times): (String, String, u64)| Some((known(&from)?, known(&to)?, times));
        let pairs: Option<Vec<_>> = self.switches.into_iter().map(pair).collect();
        let signals = match self.signals {
            Some(signals) => read_signals(signals, known)?,
            None => SignalTotals::default(),
        };
        Some(Attendance {
            total: self.total.into(),
            languages,
            switches: Switches::from_parts(pairs?),
            reconnects: self.reconnects,
            signals,
        })
    }
}

impl From<&Tally> for WrittenTally {
    fn from(tally: &Tally) -> Self {
        let first_heard = tally.first_heard.map(Timestamp::as_millis);
        let (peak_at, since) = (tally.peak_at.as_millis(), tally.since.as_millis());
        Self(tally.count, tally.peak, peak_at, first_heard, tally.joins, tally.leaves, tally.listened, since)
    }
}

impl From<WrittenTally> for Tally {
    fn from(written: WrittenTally) -> Self {
        let WrittenTally(count, peak, peak_at, first_heard, joins, leaves, listened, since) = written;
        let at = Timestamp::from_millis;
        let first_heard = first_heard.map(at);
        Self { count, peak, peak_at: at(peak_at), first_heard, joins, leaves, listened, since: at(since) }
    }
}

impl From<&SignalTotals> for WrittenSignals {
    fn from(totals: &SignalTotals) -> Self {
        let language = |(tag, so_far): (&Language, &LanguageSignals)| {
            let LanguageSignals { idle, drops, saved, idle_said } = *so_far;
            (tag.as_str().to_owned(), (idle, drops, saved, idle_said.map(Timestamp::as_millis)))
        };
        let asked = totals.unserved.iter().map(|(tag, times)| (tag.as_str().to_owned(), *times));
        Self(totals.languages.iter().map(language).collect(), asked.collect(), totals.audience_drops)
    }
}

/// `None` for what we never write.
fn read_signals(
    WrittenSignals(languages, unserved, audience_drops): WrittenSignals,
    known: &mut impl FnMut(&str) -> Option<Language>,
) -> Option<SignalTotals> {
    let mut of_languages = BTreeMap::new();
    for (tag, (idle, drops, saved, said)) in languages {
        let idle_said = said.map(Timestamp::from_millis);
        of_languages.insert(known(&tag)?, LanguageSignals { idle, drops, saved, idle_said });
    }
    let asked = |(tag, times): (String, u64)| Some((known(&tag)?, times));
    Some(SignalTotals {
        languages: of_languages,
        unserved: unserved.into_iter().map(asked).collect::<Option<_>>()?,
        audience_drops,
    })
}

impl From<BroadcastState> for WrittenBroadcast {
    fn from(state: BroadcastState) -> Self {
        let BroadcastState { is_active, is_paused, is_muted, volume, last_state_change } = state;
        Self(is_active, is_paused, is_muted, volume.level(), last_state_change.as_millis())
    }
}

impl WrittenBroadcast {
    /// The state; `None` for what we never write.
    pub(in crate::store) fn read(self) -> Option<BroadcastState> {
        let Self(is_active, is_paused, is_muted, level, at) = self;
        let (volume, last_state_change) = (Volume::new(level).ok()?, Timestamp::from_millis(at));
        Some(BroadcastState { is_active, is_paused, is_muted, volume, last_state_change })
    }
}
