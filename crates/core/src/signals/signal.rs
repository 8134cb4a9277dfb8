//! One signal.

use crate::{Language, Timestamp};
use std::time::Duration;

/// Something that the speaker should hear of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Nobody has heard this language for a while: its translation can stop.
    LanguageIdle {
        /// The language.
        language: Language,
        /// When its last listener went.
        since: Timestamp,
    },
    /// A language that was said to be idle has a listener again.
    LanguageActive {
        /// The language.
        language: Language,
        /// How long it had been said to be idle.
        saved: Duration,
    },
    /// One language lost many listeners while the rest of the audience stayed: its channel is probably broken.
    LanguageDrop {
        /// The language.
        language: Language,
        /// How many it lost.
        loss: Loss,
    },
    /// The whole audience lost many listeners.
    AudienceDrop(Loss),
    /// Somebody asked for a language that is not served; said once a language.
    UnservedLanguage {
        /// The language.
        language: Language,
    },
}

/// How many listeners were lost within [`crate::SignalRules::DROP_WITHIN`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The most that there were within that time; never 0.
    pub before: u64,
    /// How many there are.
    pub after: u64,
}

impl Loss {
    /// The percentage that was lost, rounded down.
    #[must_use]
    pub fn percent(&self) -> u64 {
        let lost = u128::from(self.before.saturating_sub(self.after)) * 100;
        u64::try_from(lost / u128::from(self.before.max(1))).unwrap_or(100)
    }
}

/// The kind of a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignalKind {
    /// A language has nobody who hears it.
    LanguageIdle,
    /// It has somebody again.
    LanguageActive,
    /// One language lost many listeners.
    LanguageDrop,
    /// The audience did.
    AudienceDrop,
    /// Somebody asked for a language that is not served.
    UnservedLanguage,
}

impl SignalKind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::LanguageIdle,
        Self::LanguageActive,
        Self::LanguageDrop,
        Self::AudienceDrop,
        Self::UnservedLanguage,
    ];

    /// The name on the wire and in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LanguageIdle => "languageIdle",
            Self::LanguageActive => "languageActive",
            Self::LanguageDrop => "languageDrop",
            Self::AudienceDrop => "audienceDrop",
            Self::UnservedLanguage => "unservedLanguage",
        }
    }
}

impl Signal {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> SignalKind {
        match self {
            Self::LanguageIdle { .. } => SignalKind::LanguageIdle,
            Self::LanguageActive { .. } => SignalKind::LanguageActive,
            Self::LanguageDrop { .. } => SignalKind::LanguageDrop,
            Self::AudienceDrop(_) => SignalKind::AudienceDrop,
            Self::UnservedLanguage { .. } => SignalKind::UnservedLanguage,
        }
    }
    /// The language that it is about; `None` where it is about the whole audience.
    #[must_use]
    pub const fn language(&self) -> Option<&Language> {
        match self {
            Self::LanguageIdle { language, .. }
            | Self::LanguageActive { language, .. }
            | Self::LanguageDrop { language, .. }
            | Self::UnservedLanguage { language } => Some(language),
            Self::AudienceDrop(_) => None,
        }
    }
}
