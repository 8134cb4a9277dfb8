//! Answers of a store in a form that can be compared.

use headcount_core::ports::{Admission, Counted, Departed, Ending, JoinKind, Joined, Updated};
use headcount_core::{Connection, Language, LanguageDistribution, Place, Session, Timestamp};
use std::collections::BTreeSet;

/// What somebody who looks at a [`Counted`] sees. Of the trend, which a store may draw at its own times, the end.
#[derive(Debug, PartialEq)]
pub(super) struct SeenAudience {
    distribution: LanguageDistribution,
    peak: (u64, Timestamp),
    joins: u64,
    leaves: u64,
    languages_seen: BTreeSet<Language>,
    trend_end: Option<u64>,
    exact: bool,
    reconnecting: u64,
    next_grace_end: Option<Timestamp>,
    graces_ended: u64,
}

impl From<Counted> for SeenAudience {
    fn from(counted: Counted) -> Self {
        let history = &counted.history;
        Self {
            distribution: LanguageDistribution::clone(&counted.distribution),
            peak: (history.peak, history.peak_at),
            joins: history.joins,
            leaves: history.leaves,
            languages_seen: history.languages_seen.clone(),
            trend_end: history.trend.points().last().map(|(_, count)| *count),
            exact: counted.quality.is_exact(),
            reconnecting: counted.reconnecting,
            next_grace_end: counted.next_grace_end,
            graces_ended: counted.graces_ended,
        }
    }
}

/// What somebody who wants to join sees.
#[derive(Debug, PartialEq)]
pub(super) enum SeenAdmission {
    Joined(Connection, Box<SeenAudience>, Place, JoinKind, bool),
    Full,
    LanguageNeeded,
    AlreadyJoined,
}

impl From<Admission> for SeenAdmission {
    fn from(admission: Admission) -> Self {
        match admission {
            Admission::Joined(joined) => {
                let Joined { connection, counted, place, kind, switched } = joined;
                // Which node has it, is the store's to say.
                let place = Place { home: None, ..place };
                Self::Joined(connection, Box::new(counted.into()), place, kind, switched)
            }
            Admission::Full => Self::Full,
            Admission::LanguageNeeded => Self::LanguageNeeded,
            Admission::AlreadyJoined => Self::AlreadyJoined,
        }
    }
}

pub(super) fn departed(departed: Departed) -> (Connection, SeenAudience) {
    (departed.connection, departed.counted.into())
}

pub(super) fn updated(updated: Updated) -> (Session, Session) {
    (Session::clone(&updated.before), Session::clone(&updated.after))
}

pub(super) fn ending(ending: Ending) -> (Session, u64) {
    (Session::clone(&ending.session), ending.listeners)
}
