//! What the speaker has been told, and therefore what is worth telling next.
//!
//! Pure: the ledger never reads a clock and never sends. Whoever makes the next revision stand in the store
//! (claim before send) sends it.

use crate::{Language, LanguageDistribution, ShownDistribution, Timestamp, UpdatePolicy, UpdateReason};
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The baseline of one session: last count, time of the last update, the languages shown so far, a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateLedger {
    revision: u64,
    last_count: u64,
    last_told: Timestamp,
    last_triggered: Option<Timestamp>,
    announced: Arc<BTreeSet<Language>>,
}

impl UpdateLedger {
    /// How many languages are remembered as announced. Beyond that nothing is new.
    pub const MAX_ANNOUNCED: usize = 1_024;

    /// The ledger of a session created at `now`: nobody counted, nothing announced, the period running.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self { revision: 0, last_count: 0, last_told: now, last_triggered: None, announced: Arc::default() }
    }

    /// A ledger as a store wrote it down.
    #[must_use]
    pub fn from_parts(
        revision: u64,
        last_count: u64,
        last_told: Timestamp,
        last_triggered: Option<Timestamp>,
        announced: BTreeSet<Language>,
    ) -> Self {
        Self { revision, last_count, last_told, last_triggered, announced: Arc::new(announced) }
    }

    /// The revision of the last claim; 0 before the first.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// The count that the last update told; 0 before the first.
    #[must_use]
    pub const fn last_count(&self) -> u64 {
        self.last_count
    }

    /// When the last update was made; the creation of the session before the first.
    #[must_use]
    pub const fn last_told(&self) -> Timestamp {
        self.last_told
    }

    /// When the last update was made that a change of the audience caused.
    #[must_use]
    pub const fn last_triggered(&self) -> Option<Timestamp> {
        self.last_triggered
    }

    /// Every language that an update of this session has shown.
    #[must_use]
    pub fn announced(&self) -> &BTreeSet<Language> {
        &self.announced
    }

    /// `now`, or the time last told where the clock has gone back since.
    #[must_use]
    pub fn steady(&self, now: Timestamp) -> Timestamp {
        now.max(self.last_told)
    }

    /// Whether an update is due at `now`, and why. New language goes before change of count before period.
    #[must_use]
    pub fn review(
        &self,
        policy: &UpdatePolicy,
        distribution: &LanguageDistribution,
        now: Timestamp,
    ) -> Option<UpdateReason> {
        let now = self.steady(now);
        if self.gap_end(policy) <= now
            && let Some(reason) = self.trigger(policy, distribution)
        {
            return Some(reason);
        }
        (self.last_told.plus(policy.period) <= now).then_some(UpdateReason::Periodic)
    }

    /// When [`Self::review`] may first find something, if the audience stays as it is.
    #[must_use]
    pub fn next_due(&self, policy: &UpdatePolicy, distribution: &LanguageDistribution) -> Timestamp {
        let periodic = self.next_periodic(policy);
        match self.trigger(policy, distribution) {
            Some(_) => periodic.min(self.gap_end(policy)),
            None => periodic,
        }
    }

    /// When the periodic update is due.
    #[must_use]
    pub fn next_periodic(&self, policy: &UpdatePolicy) -> Timestamp {
        self.last_told.plus(policy.period)
    }

    /// The ledger once an update of `reason` has shown `shown` at `now`. Every tag shown counts as announced.
    #[must_use]
    pub fn record(&self, reason: UpdateReason, shown: &ShownDistribution, now: Timestamp) -> Self {
        let now = self.steady(now);
        let mut announced = Arc::clone(&self.announced);
        for (language, _) in shown.iter().filter(|(language, _)| language.is_language()) {
            if announced.len() < Self::MAX_ANNOUNCED && !announced.contains(language) {
                Arc::make_mut(&mut announced).insert(language.clone());
            }
        }
        Self {
            revision: self.revision + 1,
            last_count: shown.listener_count(),
            last_told: now,
            last_triggered: if reason.is_triggered() { Some(now) } else { self.last_triggered },
            announced,
        }
    }

    /// This ledger again, as the successor of `claimed`, whose update is known not to have arrived.
    #[must_use]
    pub fn restored_after(&self, claimed: &Self) -> Self {
        Self { revision: claimed.revision + 1, ..self.clone() }
    }

    /// When the next triggered update may go out.
    fn gap_end(&self, policy: &UpdatePolicy) -> Timestamp {
        self.last_triggered.map_or(Timestamp::EPOCH, |at| at.plus(policy.min_gap))
    }

    fn trigger(&self, policy: &UpdatePolicy, distribution: &LanguageDistribution) -> Option<UpdateReason> {
        if !policy.triggers {
            None
        } else if self.has_unseen(policy, distribution) {
            Some(UpdateReason::NewLanguage)
        } else if policy.is_change(self.last_count, distribution.listener_count()) {
            Some(UpdateReason::ListenerCountChange)
        } else {
            None
        }
    }

    /// Whether a message would show a language for the first time. What would be folded into `other` is not
    /// shown, so it is not new yet: otherwise it would be new again after every update.
    fn has_unseen(&self, policy: &UpdatePolicy, distribution: &LanguageDistribution) -> bool {
        if self.announced.len() >= Self::MAX_ANNOUNCED {
            return false;
        }
        if distribution.language_count() > policy.shown_languages {
            let shown = distribution.shown(policy.shown_languages);
            return shown
                .iter()
                .any(|(language, _)| language.is_language() && !self.announced.contains(language));
        }
        // Both are in order, so one walk side by side finds what is missing; most joins end here.
        let mut announced = self.announced.iter().peekable();
        distribution.iter().any(|(language, _)| {
            loop {
                match announced.peek().map(|known| (*known).cmp(language)) {
                    Some(Ordering::Less) => announced.next(),
                    Some(Ordering::Equal) => return false,
                    Some(Ordering::Greater) | None => return language.is_language(),
                };
            }
        })
    }
}

#[cfg(test)]
#[path = "ledger_tests.rs"]
mod tests;
