//! Moments, made again of steps.

use super::{Step, Told};
use crate::{BroadcastState, Language, LanguageDistribution, Timestamp};
use std::collections::BTreeMap;

/// What a session was like at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// Since when it was like that.
    pub at: Timestamp,
    /// The listeners by language; for an update, as it showed them.
    pub counts: BTreeMap<Language, u64>,
    /// The state of the broadcast.
    pub broadcast: BroadcastState,
    /// The update that it was; `None` for what was counted.
    pub told: Option<Told>,
}

impl Moment {
    /// How many listeners there were.
    #[must_use]
    pub fn listener_count(&self) -> u64 {
        self.counts.values().sum()
    }

    /// The counts as a distribution.
    #[must_use]
    pub fn distribution(&self) -> LanguageDistribution {
        self.counts.iter().map(|(language, count)| (language, *count)).collect()
    }
}

/// Takes steps in the order in which they were written and says what they come to.
#[derive(Clone, Debug, Default)]
pub struct Replay {
    counted: Option<Moment>,
    told: Option<Moment>,
}

impl Replay {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Goes one step on, and says what that series has come to. A step that cannot be understood, because the whole one
    /// before it is missing, is passed over.
    pub fn take(&mut self, step: &Step) -> Option<&Moment> {
        let series = if step.told.is_some() { &mut self.told } else { &mut self.counted };
        match (&mut *series, step.broadcast) {
            (_, Some(broadcast)) if step.whole => {
                *series = Some(Moment { at: step.at, counts: BTreeMap::new(), broadcast, told: None });
            }
            (Some(moment), Some(broadcast)) => moment.broadcast = broadcast,
            (Some(_), None) => {}
            (None, _) => return None,
        }
        let moment = series.as_mut()?;
        (moment.at, moment.told) = (step.at, step.told);
        for (language, count) in &step.changes {
            match count {
                0 => drop(moment.counts.remove(language)),
                _ => drop(moment.counts.insert(language.clone(), *count)),
            }
        }
        Some(moment)
    }

    /// The last moment that the steps say anything of: what the speaker was told, where nothing is known to have changed
    /// since, else what was counted.
    #[must_use]
    pub fn latest(&self) -> Option<&Moment> {
        match (&self.counted, &self.told) {
            (Some(counted), Some(told)) if counted.at > told.at => Some(counted),
            (counted, told) => told.as_ref().or(counted.as_ref()),
        }
    }

    /// What was last counted.
    #[must_use]
    pub const fn counted(&self) -> Option<&Moment> {
        self.counted.as_ref()
    }
}
