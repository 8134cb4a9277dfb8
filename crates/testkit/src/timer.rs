//! A timer that writes down when it was asked to ring.

use async_trait::async_trait;
use headcount_core::{SessionId, Timestamp, ports::UpdateTimer};
use parking_lot::Mutex;

/// Keeps every wake-up that was asked for; the test rings.
#[derive(Debug, Default)]
pub struct RecordingTimer(Mutex<Vec<(Timestamp, SessionId)>>);

impl RecordingTimer {
    /// The wake-ups still to come, earliest first.
    #[must_use]
    pub fn pending(&self) -> Vec<(Timestamp, SessionId)> {
        let mut pending = self.0.lock().clone();
        pending.sort();
        pending
    }

    /// When the next wake-up is to be.
    #[must_use]
    pub fn next(&self) -> Option<Timestamp> {
        self.0.lock().iter().map(|(at, _)| *at).min()
    }

    /// Takes the sessions to be woken by `now`, each once, in the order of their wake-ups.
    #[must_use]
    pub fn take_due(&self, now: Timestamp) -> Vec<SessionId> {
        let mut due: Vec<_> = self.0.lock().extract_if(.., |(at, _)| *at <= now).collect();
        due.sort();
        let mut sessions: Vec<SessionId> = Vec::new();
        for (_, session) in due {
            if !sessions.contains(&session) {
                sessions.push(session);
            }
        }
        sessions
    }
}

#[async_trait]
impl UpdateTimer for RecordingTimer {
    async fn wake_at(&self, session: &SessionId, at: Timestamp) {
        self.0.lock().push((at, session.clone()));
    }
}
