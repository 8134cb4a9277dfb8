//! The wake-ups that are under way.

use headcount_core::SessionId;
use std::collections::{HashMap, HashSet};
use tokio::task::{Id, JoinSet};

/// How many sessions are woken at a time. When so many are busy, the next ones wait for one of them to be done;
/// each session is woken once at a time, so one that hangs takes one of these and no more.
pub(super) const CONCURRENCY: usize = 64;

/// The sessions that are being woken, [`CONCURRENCY`] at the most.
#[derive(Default)]
pub(super) struct Busy {
    /// The calls; each says whether it succeeded.
    calls: JoinSet<bool>,
    sessions: HashMap<Id, SessionId>,
    waking: HashSet<SessionId>,
    /// Those that came due once more in the meantime.
    due_again: HashSet<SessionId>,
}

/// A call that is over.
pub(super) struct Ended {
    pub(super) session: SessionId,
    /// It neither failed nor panicked.
    pub(super) succeeded: bool,
    /// Its session came due once more in the meantime.
    pub(super) due_again: bool,
}

impl Busy {
    /// Whether one more may be woken.
    pub(super) fn has_room(&self) -> bool {
        self.calls.len() < CONCURRENCY
    }

    /// Wakes `session`, or remembers to do so when the call that is under way has ended.
    pub(super) fn start<F>(&mut self, session: SessionId, wake: &impl Fn(SessionId) -> F)
    where
        F: Future<Output = bool> + Send + 'static,
    {
        if self.waking.contains(&session) {
            self.due_again.insert(session);
            return;
        }
        let call = self.calls.spawn(wake(session.clone()));
        self.sessions.insert(call.id(), session.clone());
        self.waking.insert(session);
    }

    /// Waits for a call to end; `None` if there is none.
    pub(super) async fn ended(&mut self) -> Option<Ended> {
        let (id, succeeded) = self.calls.join_next_with_id().await?.unwrap_or_else(|error| {
            tracing::error!(%error, "a wake-up panicked");
            (error.id(), false)
        });
        let session = self.sessions.remove(&id)?;
        self.waking.remove(&session);
        let due_again = self.due_again.remove(&session);
        Some(Ended { session, succeeded, due_again })
    }
}
