//! What remains of a session, while it lives and after: the stuff of a report.

mod merged;

pub use merged::Contribution;

use crate::{Attendance, AudienceHistory, EndReason, Language, QualityTier, SessionId, Step, Timestamp};
use std::sync::Arc;

/// What remains of a session for its report, while it lives and after.
#[derive(Clone, Debug)]
pub struct Account {
    /// The session.
    pub session: SessionId,
    /// What was spoken in it.
    pub source_language: Language,
    /// What it was sold as.
    pub quality_tier: QualityTier,
    /// When it began.
    pub created_at: Timestamp,
    /// How it ended; `None` while it lives.
    pub end: Option<End>,
    /// The peak and the short curve that every status can show.
    pub history: Arc<AudienceHistory>,
    /// The totals.
    pub attendance: Attendance,
    /// Moment by moment, oldest first. The last counted step is what is true at this moment.
    pub steps: Vec<Step>,
}

impl Account {
    /// The session in one line, as the ended one of that number; `None` while it lives.
    #[must_use]
    pub fn ended(&self, number: u64) -> Option<Ended> {
        Some(Ended {
            number,
            session: self.session.clone(),
            source_language: self.source_language.clone(),
            created_at: self.created_at,
            end: self.end?,
            peak: self.history.peak,
            joins: self.history.joins,
        })
    }
}

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// When.
    pub at: Timestamp,
    /// In which way.
    pub kind: EndKind,
    /// How many listeners were still counted.
    pub listeners: u64,
}

/// A session that has ended, in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Its place among all that have ended: the later, the higher.
    pub number: u64,
    /// The session.
    pub session: SessionId,
    /// What was spoken in it.
    pub source_language: Language,
    /// When it began.
    pub created_at: Timestamp,
    /// How it ended.
    pub end: End,
    /// The most listeners that there were at once.
    pub peak: u64,
    /// How often somebody joined.
    pub joins: u64,
}

/// In which way a session ended. The speaker's own words are not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndKind {
    /// The speaker or an operator ended it.
    Ended,
    /// It had lived as long as it might.
    Expired,
    /// The speaker was lost and did not come back.
    SpeakerLost,
}

impl EndKind {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::Expired => "expired",
            Self::SpeakerLost => "speakerLost",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Ended, Self::Expired, Self::SpeakerLost].into_iter().find(|kind| kind.as_str() == name)
    }
}

impl From<&EndReason> for EndKind {
    fn from(reason: &EndReason) -> Self {
        match reason {
            EndReason::Ended(_) => Self::Ended,
            EndReason::Expired => Self::Expired,
            EndReason::SpeakerLost => Self::SpeakerLost,
        }
    }
}
