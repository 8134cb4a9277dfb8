//! An audience that writes down what it is told.

use async_trait::async_trait;
use headcount_core::ports::{AudienceChannel, CloseReason};
use headcount_core::{ConnectionId, Notice, SessionId, Timestamp};
use parking_lot::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Something that a [`RecordingAudience`] was asked to do.
#[derive(Clone, Debug, PartialEq)]
pub enum AudienceEvent {
    /// To tell every listener of a session.
    Told(SessionId, Notice, Timestamp),
    /// To close one connection.
    Closed(ConnectionId, CloseReason),
    /// To close every connection of a session.
    ClosedAll(SessionId, CloseReason),
}

/// Every audience at once: keeps what it was asked to do, in order.
#[derive(Debug, Default)]
pub struct RecordingAudience {
    events: Mutex<Vec<AudienceEvent>>,
    listeners: AtomicU64,
}

impl RecordingAudience {
    /// From now on, says that so many listeners were told.
    pub fn reach(&self, listeners: u64) {
        self.listeners.store(listeners, Ordering::Relaxed);
    }

    /// What it was asked so far.
    #[must_use]
    pub fn events(&self) -> Vec<AudienceEvent> {
        self.events.lock().clone()
    }

    /// What it was asked since this was last called.
    #[must_use]
    pub fn take(&self) -> Vec<AudienceEvent> {
        std::mem::take(&mut *self.events.lock())
    }
}

#[async_trait]
impl AudienceChannel for RecordingAudience {
    async fn tell(&self, session: &SessionId, notice: &Notice, now: Timestamp) -> u64 {
        self.events.lock().push(AudienceEvent::Told(session.clone(), notice.clone(), now));
        self.listeners.load(Ordering::Relaxed)
    }

    async fn close(&self, connection: &ConnectionId, why: CloseReason) {
        self.events.lock().push(AudienceEvent::Closed(connection.clone(), why));
    }

    async fn close_all(&self, session: &SessionId, why: CloseReason) {
        self.events.lock().push(AudienceEvent::ClosedAll(session.clone(), why));
    }
}
