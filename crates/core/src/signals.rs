//! What a speaker should hear of besides the counts: a language that nobody hears, one whose channel is probably
//! broken, one that somebody asks for in vain.
//!
//! Pure, and in bounded space: some [`Fall`] samples of the counts, and totals that depend on the number of languages.
//! When a language was last heard is in the [`Attendance`] already. Each signal is found once.

mod fall;
mod rules;
mod signal;
#[cfg(test)]
mod tests;
mod totals;

use crate::{Attendance, LanguageDistribution, Timestamp};
use fall::Fall;

pub use rules::SignalRules;
pub use signal::{Loss, Signal, SignalKind};
pub use totals::{LanguageSignals, SignalTotals};

/// What a look for signals has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// The signals, in the order in which they are to be told.
    pub signals: Vec<Signal>,
    /// When there may be something to find if nothing changes until then.
    pub next: Option<Timestamp>,
}

/// What is remembered of one session to find its signals. What has been found is in [`Attendance::signals`].
#[derive(Clone, Debug, Default)]
pub struct Signals {
    fall: Fall,
    silence: Option<Silence>,
}

/// What the last look at silent languages came to. Until there is reason to look again, a look costs a comparison.
#[derive(Clone, Copy, Debug)]
struct Silence {
    /// Under which rules.
    rules: SignalRules,
    /// Of which languages.
    turns: u64,
    /// When the next one will have been silent for long enough.
    due: Option<Timestamp>,
}

impl Silence {
    fn holds(&self, rules: &SignalRules, attendance: &Attendance, now: Timestamp) -> bool {
        let as_it_was = self.turns == attendance.languages.turns() && self.rules == *rules;
        as_it_was && self.due.is_none_or(|due| due > now)
    }
}

impl Signals {
    /// The audience is about to change at `now`; `audience` is as it is before that.
    pub fn before(&mut self, now: Timestamp, audience: &LanguageDistribution) {
        self.fall.before(now, audience);
    }

    /// Looks for what is to be signalled at `now`. `attendance` and `audience` are as they are, and what is found is
    /// noted in the former.
    pub fn look(
        &mut self,
        rules: &SignalRules,
        attendance: &mut Attendance,
        audience: &LanguageDistribution,
        now: Timestamp,
    ) -> Findings {
        let mut findings = match self.silence.filter(|silence| silence.holds(rules, attendance, now)) {
            Some(Silence { due, .. }) => Findings { signals: Vec::new(), next: due },
            None => self.silence(rules, attendance, now),
        };
        let (drops, judged_next) = self.fall.judge(rules, audience, now);
        for signal in drops {
            attendance.signals.note_drop(&signal);
            findings.signals.push(signal);
        }
        findings.next = [findings.next, judged_next].into_iter().flatten().min();
        findings
    }

    /// Looks at each language, whether it fell silent or is heard again.
    fn silence(&mut self, rules: &SignalRules, attendance: &mut Attendance, now: Timestamp) -> Findings {
        let mut findings = Findings::default();
        if rules.idle_after.is_some() {
            heard_again(attendance, now, &mut findings);
        }
        fallen_silent(rules, attendance, now, &mut findings);
        let (turns, due) = (attendance.languages.turns(), findings.next);
        self.silence = Some(Silence { rules: *rules, turns, due });
        findings
    }
}

/// Languages that were said to be idle and have a listener again.
fn heard_again(attendance: &mut Attendance, now: Timestamp, findings: &mut Findings) {
    let Attendance { languages, signals, .. } = attendance;
    for (language, so_far) in &mut signals.languages {
        let has_listener = languages.get(language).is_some_and(|tally| tally.count > 0);
        if has_listener && let Some(saved) = so_far.active(now) {
            findings.signals.push(Signal::LanguageActive { language: language.clone(), saved });
        }
    }
}

/// Languages that have had no listener for so long that it is to be said.
fn fallen_silent(rules: &SignalRules, attendance: &mut Attendance, now: Timestamp, findings: &mut Findings) {
    let Some(idle_after) = rules.idle_after else { return };
    let Attendance { languages, signals, .. } = attendance;
    for (language, tally) in languages
        .iter()
        .filter(|(language, tally)| tally.count == 0 && tally.first_heard.is_some() && language.is_language())
    {
        if signals.is_idle(language) {
            continue;
        }
        let due = tally.since.plus(idle_after);
        if due <= now {
            signals.languages.entry(language.clone()).or_default().idle(now);
            findings.signals.push(Signal::LanguageIdle { language: language.clone(), since: tally.since });
        } else {
            findings.next = Some(findings.next.map_or(due, |next| next.min(due)));
        }
    }
}
