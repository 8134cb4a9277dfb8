//! What the speaker was, or could have been, told besides the counts.

use headcount_core::{LanguageSignals, SignalTotals, Timestamp};
use serde::Serialize;

/// What was signalled.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignalFigures {
    /// For how long languages had been said to be idle, all together, in minutes, one digit behind the point: what
    /// their translation could have been saved.
    pub saved_minutes: f64,
    /// How often the whole audience lost many listeners.
    pub audience_drops: u64,
    /// Each language that was ever said to be idle or to have lost many listeners, by tag.
    pub languages: Vec<LanguageSignalFigures>,
    /// Each language that somebody asked for and that was not served: what was asked for most comes first.
    pub unserved: Vec<UnservedFigures>,
}

/// What was signalled of one language.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LanguageSignalFigures {
    /// Its tag.
    pub language: String,
    /// How often it was said to be idle.
    pub idle: u64,
    /// For how long it had been said to be idle, in minutes, one digit behind the point.
    pub saved_minutes: f64,
    /// How often it lost many listeners while the rest of the audience stayed.
    pub drops: u64,
}

/// A language that was not served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnservedFigures {
    /// Its tag.
    pub language: String,
    /// How often somebody asked for it.
    pub asked: u64,
}

impl SignalFigures {
    pub(crate) fn of(totals: &SignalTotals, as_of: Timestamp) -> Self {
        let minutes =
            |so_far: &LanguageSignals| (so_far.saved_until(as_of).as_secs_f64() / 6.0).round() / 10.0;
        let languages = totals.languages.iter().map(|(language, so_far)| LanguageSignalFigures {
            language: language.as_str().to_owned(),
            idle: so_far.idle,
            saved_minutes: minutes(so_far),
            drops: so_far.drops,
        });
        let languages: Vec<_> = languages.collect();
        let mut unserved: Vec<_> = totals.unserved.iter().collect();
        unserved.sort_by_key(|(language, asked)| (std::cmp::Reverse(**asked), *language));
        let unserved = unserved.into_iter().map(|(language, asked)| UnservedFigures {
            language: language.as_str().to_owned(),
            asked: *asked,
        });
        Self {
            // The sum of what is shown, so that the two do not contradict each other.
            saved_minutes: (languages.iter().map(|of| of.saved_minutes).sum::<f64>() * 10.0).round() / 10.0,
            audience_drops: totals.audience_drops,
            languages,
            unserved: unserved.collect(),
        }
    }

    /// Whether there was anything to signal.
    pub(crate) fn any(&self) -> bool {
        self.audience_drops > 0 || !self.languages.is_empty() || !self.unserved.is_empty()
    }
}
