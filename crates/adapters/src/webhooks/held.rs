//! Statuses that wait for room, of each session the newest: by the time that a slow receiver hears of it, what was
//! true before does not matter any more. They have no sequence yet, so merging them leaves no gap.

use super::news::News;
use headcount_core::SessionId;
use std::collections::{BTreeMap, HashMap};

/// How many sessions' statuses are held back for a target. One more, and the oldest is let go.
const MAX_HELD: usize = 1_000;

/// The statuses that are held back for one target, in the order in which their sessions began to wait.
#[derive(Default)]
pub(super) struct Held {
    turns: BTreeMap<u64, News>,
    sessions: HashMap<SessionId, u64>,
    next: u64,
}

impl Held {
    /// Holds a status back, in place of an older one of its session; gives back one that has to go for it.
    pub(super) fn hold(&mut self, news: News) -> Option<News> {
        let Some(session) = news.session.clone() else { return Some(news) };
        if let Some(turn) = self.sessions.get(&session) {
            self.turns.insert(*turn, news);
            return None;
        }
        self.sessions.insert(session, self.next);
        self.turns.insert(self.next, news);
        self.next += 1;
        if self.turns.len() > MAX_HELD { self.oldest() } else { None }
    }

    /// What is held back of `session`.
    pub(super) fn take(&mut self, session: &SessionId) -> Option<News> {
        let turn = self.sessions.remove(session)?;
        self.turns.remove(&turn)
    }

    /// The one that has waited longest.
    pub(super) fn oldest(&mut self) -> Option<News> {
        let (_, news) = self.turns.pop_first()?;
        if let Some(session) = &news.session {
            self.sessions.remove(session);
        }
        Some(news)
    }
}
