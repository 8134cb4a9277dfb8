//! Sessions in which another node has changed something, for the service to look at.

use headcount_core::SessionId;
use parking_lot::Mutex;
use std::collections::BTreeSet;
use tokio::sync::Notify;

/// A queue in which each session is at most once: it is bounded by the sessions that are followed.
#[derive(Default)]
pub(super) struct Changes {
    waiting: Mutex<BTreeSet<SessionId>>,
    some: Notify,
}

impl Changes {
    pub(super) fn add(&self, id: &SessionId) {
        if self.waiting.lock().insert(id.clone()) {
            self.some.notify_one();
        }
    }

    /// Waits for one. Nothing is lost if the future is dropped.
    pub(super) async fn next(&self) -> SessionId {
        loop {
            if let Some(id) = self.pop() {
                return id;
            }
            self.some.notified().await;
        }
    }

    pub(super) fn take(&self) -> Vec<SessionId> {
        std::mem::take(&mut *self.waiting.lock()).into_iter().collect()
    }

    fn pop(&self) -> Option<SessionId> {
        let mut waiting = self.waiting.lock();
        let id = waiting.pop_first();
        if !waiting.is_empty() {
            // One permit may have stood for several: whoever waits besides is woken, too.
            self.some.notify_one();
        }
        id
    }
}
