//! The curve of a session in equal steps of time.

use super::{Replay, Span};
use crate::{Account, Language, SessionId, Timestamp};

/// A stretch of a session's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The session.
    pub session: SessionId,
    /// Which stretch of time.
    pub span: Span,
    /// What was true at each moment of it; moments before the session began have none.
    pub points: Vec<HistoryPoint>,
}

/// What was true at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryPoint {
    /// The moment.
    pub at: Timestamp,
    /// How many listeners there were.
    pub listener_count: u64,
    /// The most that there were since the point before this one, as far as slots of [`Span::MIN_STEP`] show them.
    pub max: u64,
    /// The listeners by language, in the order of the tags; languages without any are left out.
    pub counts: Vec<(Language, u64)>,
}

impl HistoryPoint {
    /// How many heard the language of that canonical tag.
    #[must_use]
    pub fn count_of(&self, tag: &str) -> u64 {
        let place = self.counts.binary_search_by(|(language, _)| language.as_str().cmp(tag));
        place.ok().and_then(|place| self.counts.get(place)).map_or(0, |(_, count)| *count)
    }
}

impl History {
    /// The history of `account` over `span`.
    #[must_use]
    pub fn of(account: &Account, span: Span) -> Self {
        let mut steps = account.steps.iter().filter(|step| step.told.is_none()).peekable();
        let (mut replay, mut max) = (Replay::new(), 0);
        let mut point = |at| {
            while let Some(step) = steps.next_if(|step| step.at <= at) {
                max = replay.take(step).map_or(max, |moment| max.max(moment.listener_count()));
            }
            let heard = replay.counted().map(|moment| &moment.counts).into_iter().flatten();
            let counts: Vec<_> = heard.map(|(language, count)| (language.clone(), *count)).collect();
            let listener_count = counts.iter().map(|(_, count)| count).sum();
            let before = std::mem::replace(&mut max, listener_count);
            (at >= account.created_at).then_some(HistoryPoint {
                at,
                listener_count,
                max: before.max(listener_count),
                counts,
            })
        };
        let points = span.moments().filter_map(&mut point).collect();
        Self { session: account.session.clone(), span, points }
    }
}
