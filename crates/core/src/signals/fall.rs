//! Whether a language, or the whole audience, has just lost many listeners.

use super::{Loss, Signal, SignalRules};
use crate::{LanguageDistribution, Timestamp};
use std::collections::VecDeque;
use std::time::Duration;

/// Samples of the counts within [`SignalRules::DROP_WITHIN`]: what was true just before a change, at most one every
/// [`Fall::SLOT`], so eleven of them. A peak between two samples is not seen.
///
/// When something has changed it is judged a second later, so that a burst of changes costs one judgement. A drop that
/// is found then is judged again when it has had time to [settle](Fall::SETTLE): a hall that loses its network is seen
/// leaving one by one, and the first language to go is not alone.
#[derive(Clone, Debug, Default)]
pub(super) struct Fall {
    samples: VecDeque<(Timestamp, LanguageDistribution)>,
    judge_at: Option<Timestamp>,
    /// Whether the last judgement found a drop.
    falling: bool,
}

impl Fall {
    const SLOT: Duration = Duration::from_secs(3);
    const JUDGE_AFTER: Duration = Duration::from_secs(1);
    const SETTLE: Duration = Duration::from_secs(3);

    pub(super) fn before(&mut self, now: Timestamp, audience: &LanguageDistribution) {
        self.judge_at.get_or_insert(now.plus(Self::JUDGE_AFTER));
        if self.samples.back().is_none_or(|(at, _)| at.plus(Self::SLOT) <= now) {
            self.samples.push_back((now, audience.clone()));
            while self.samples.front().is_some_and(|(at, _)| at.plus(SignalRules::DROP_WITHIN) < now) {
                self.samples.pop_front();
            }
        }
    }

    /// The drops that are certain at `now`, and when to judge next.
    pub(super) fn judge(
        &mut self,
        rules: &SignalRules,
        audience: &LanguageDistribution,
        now: Timestamp,
    ) -> (Vec<Signal>, Option<Timestamp>) {
        if rules.drop_percent.is_none() {
            return (Vec::new(), None);
        }
        if self.judge_at.is_none_or(|at| at > now) {
            return (Vec::new(), self.judge_at);
        }
        let drops = self.drops(rules, audience);
        let was_falling = std::mem::replace(&mut self.falling, !drops.is_empty());
        if drops.is_empty() {
            self.judge_at = None;
            return (drops, None);
        }
        if !was_falling {
            self.judge_at = Some(now.plus(Self::SETTLE));
            return (Vec::new(), self.judge_at);
        }
        // From here on it is compared with what there is left, so that one drop is said once.
        *self = Self::default();
        self.samples.push_back((now, audience.clone()));
        (drops, None)
    }

    #[cfg(test)]
    pub(super) fn remembered(&self) -> usize {
        self.samples.len()
    }

    /// The languages that lost many listeners while the rest stayed; where there is none, the whole audience if it did.
    fn drops(&self, rules: &SignalRules, audience: &LanguageDistribution) -> Vec<Signal> {
        let samples = self.samples.iter().map(|(_, sample)| sample);
        let all = audience.listener_count();
        let mut drops: Vec<Signal> = Vec::new();
        let mut languages: Vec<_> =
            samples.clone().flat_map(LanguageDistribution::iter).map(|(language, _)| language).collect();
        languages.sort_unstable();
        languages.dedup();
        for language in languages.into_iter().filter(|language| language.is_language()) {
            let Some(sample) = samples.clone().max_by_key(|sample| sample.count(language)) else { continue };
            let (before, after) = (sample.count(language), audience.count(language));
            if rules.is_drop(before, after) && rules.holds(sample.listener_count() - before, all - after) {
                drops.push(Signal::LanguageDrop { language: language.clone(), loss: Loss { before, after } });
            }
        }
        let before = samples.map(LanguageDistribution::listener_count).max().unwrap_or(0);
        if drops.is_empty() && rules.is_drop(before, all) {
            drops.push(Signal::AudienceDrop(Loss { before, after: all }));
        }
        drops
    }
}
