//! The laziest timer that the port allows: one wake-up a session, the earliest that was asked for.

use async_trait::async_trait;
use headcount_core::{SessionId, Timestamp, ports::UpdateTimer};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A later wish is dropped while an earlier one is open, so whoever is woken has to ask for everything anew.
#[derive(Default)]
pub(crate) struct LazyTimer {
    wishes: Mutex<BTreeMap<SessionId, Timestamp>>,
    rung: AtomicUsize,
}

impl LazyTimer {
    /// When the next wake-up is to be.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.wishes.lock().values().min().copied()
    }

    /// Takes out the session that is to be woken first, if that is by `now`.
    pub(crate) fn take_due(&self, now: Timestamp) -> Option<SessionId> {
        let mut wishes = self.wishes.lock();
        let (at, session) = wishes.iter().map(|(session, at)| (*at, session.clone())).min()?;
        (at <= now).then(|| wishes.remove(&session))?;
        self.rung.fetch_add(1, Ordering::Relaxed);
        Some(session)
    }

    /// How often a session was to be woken so far.
    pub(crate) fn rung(&self) -> usize {
        self.rung.load(Ordering::Relaxed)
    }

    /// Forgets all wishes, as a restart does.
    pub(crate) fn clear(&self) {
        self.wishes.lock().clear();
    }
}

#[async_trait]
impl UpdateTimer for LazyTimer {
    async fn wake_at(&self, session: &SessionId, at: Timestamp) {
        let mut wishes = self.wishes.lock();
        let wish = wishes.entry(session.clone()).or_insert(at);
        *wish = at.min(*wish);
    }
}
