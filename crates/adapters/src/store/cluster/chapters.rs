//! What a node has kept, as its part of an account.

use super::Chapter;
use headcount_core::{Attendance, BroadcastState, Contribution, Language, Replay, Step, Timestamp};
use std::collections::BTreeMap;
use std::time::Duration;

/// How often what a node has counted is kept where nothing changes, so that it is known to be alive.
pub(super) const KEPT_AGAIN_AFTER: Duration = Duration::from_secs(20);

/// A node that has not kept anything for so long before the end of a session, or before now, is not alive.
const SILENT_AFTER: Duration = Duration::from_secs(60);

/// What a node has to add to an account that goes until `until`. One that has said nothing for too long before that had
/// died by then, and its listeners have not stayed. `broadcast` is what the broadcast was last, as far as is known.
pub(super) fn contribution(chapter: Chapter, broadcast: BroadcastState, until: Timestamp) -> Contribution {
    let Chapter { said_at, mut attendance, history, mut steps, .. } = chapter;
    steps.extend(unsaid(&attendance, &steps, broadcast));
    let counting = attendance.languages.iter().filter(|(_, tally)| tally.count > 0);
    let changes: Vec<_> = counting.map(|(language, _)| (language.clone(), 0)).collect();
    if until.since(said_at) > SILENT_AFTER && !changes.is_empty() {
        let at = said_at.max(attendance.total.since);
        attendance.abandoned(at);
        steps.push(Step { at, whole: false, changes, broadcast: None, told: None });
    }
    Contribution { attendance, history, steps }
}

/// The step to what the totals say, where no step has said it: a node writes one when something changes after it.
fn unsaid(attendance: &Attendance, steps: &[Step], broadcast: BroadcastState) -> Option<Step> {
    let mut replay = Replay::new();
    for step in steps {
        replay.take(step);
    }
    let said = replay.counted().map(|moment| &moment.counts);
    let counts: BTreeMap<&Language, u64> =
        attendance.languages.iter().map(|(language, tally)| (language, tally.count)).collect();
    let before = |language: &Language| said.and_then(|said| said.get(language)).copied().unwrap_or(0);
    let moved = counts.into_iter().filter(|(language, count)| before(language) != *count);
    let changes: Vec<_> = moved.map(|(language, count)| (language.clone(), count)).collect();
    let at = attendance.languages.iter().map(|(_, tally)| tally.since).max()?;
    let (whole, broadcast) = (said.is_none(), said.is_none().then_some(broadcast));
    (!changes.is_empty()).then_some(Step { at, whole, changes, broadcast, told: None })
}
