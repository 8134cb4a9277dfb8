//! What has been signalled so far: what a report says, and what is not said twice.

use super::Signal;
use crate::{Language, Timestamp};
use std::collections::BTreeMap;
use std::time::Duration;

/// What was signalled in one session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignalTotals {
    /// Of each language that was ever idle or lost many listeners; no more than the attendance tells apart.
    pub languages: BTreeMap<Language, LanguageSignals>,
    /// How often somebody asked for a language that is not served, by language: [`Self::MAX_UNSERVED`] of them.
    pub unserved: BTreeMap<Language, u64>,
    /// How often the whole audience lost many listeners.
    pub audience_drops: u64,
}

/// What was signalled of one language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LanguageSignals {
    /// How often it was said to be idle.
    pub idle: u64,
    /// How often it lost many listeners while the others stayed.
    pub drops: u64,
    /// How long it had been said to be idle, each time until somebody heard it again, in milliseconds.
    pub saved: u64,
    /// When it was said to be idle, if it is.
    pub idle_said: Option<Timestamp>,
}

impl SignalTotals {
    /// How many languages that are not served are remembered. Those beyond are neither said nor counted: anybody may
    /// ask for anything.
    pub const MAX_UNSERVED: usize = 64;

    /// Somebody asked for `language`, which is not served. The signal, where it is the first time.
    pub fn asked_in_vain(&mut self, language: &Language) -> Option<Signal> {
        if let Some(times) = self.unserved.get_mut(language) {
            *times += 1;
            return None;
        }
        if self.unserved.len() >= Self::MAX_UNSERVED {
            return None;
        }
        self.unserved.insert(language.clone(), 1);
        Some(Signal::UnservedLanguage { language: language.clone() })
    }

    pub(super) fn is_idle(&self, language: &Language) -> bool {
        self.languages.get(language).is_some_and(|so_far| so_far.idle_said.is_some())
    }

    pub(super) fn note_drop(&mut self, signal: &Signal) {
        match signal {
            Signal::AudienceDrop(_) => self.audience_drops += 1,
            Signal::LanguageDrop { language, .. } => {
                self.languages.entry(language.clone()).or_default().drops += 1;
            }
            Signal::LanguageIdle { .. } | Signal::LanguageActive { .. } | Signal::UnservedLanguage { .. } => {
            }
        }
    }
}

impl LanguageSignals {
    /// How long it had been said to be idle by `now`: what its translation could have been saved.
    #[must_use]
    pub fn saved_until(&self, now: Timestamp) -> Duration {
        let still = self.idle_said.map_or(Duration::ZERO, |said| now.since(said));
        Duration::from_millis(self.saved).saturating_add(still)
    }

    pub(super) fn idle(&mut self, now: Timestamp) {
        self.idle += 1;
        self.idle_said = Some(now);
    }

    /// Somebody hears it again; for how long it had been said to be idle, if it had.
    pub(super) fn active(&mut self, now: Timestamp) -> Option<Duration> {
        let saved = now.since(self.idle_said.take()?);
        self.saved = self.saved.saturating_add(u64::try_from(saved.as_millis()).unwrap_or(u64::MAX));
        Some(saved)
    }
}
