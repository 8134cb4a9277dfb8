//! A node that stops: its listeners come back to others, and nobody is told that they had gone.

use super::ClusterStore;
use headcount_core::ports::SessionStore;
use headcount_core::{SessionChange, SessionId, Timestamp};
use std::sync::atomic::Ordering;

impl ClusterStore {
    /// Everybody who is connected here is about to be closed, to come back to another node. Until they are there they
    /// count here, as after a cut: the other node asks for their places. Goes on being called as before until
    /// [`Self::is_drained`], or until [`super::ClusterSettings::reconnect_grace`] is over and a little more.
    pub async fn drain(&self, now: Timestamp) {
        self.draining.store(true, Ordering::Release);
        let until = now.plus(self.settings.reconnect_grace);
        for followed in self.all() {
            let seated = followed.state.lock().seated.take();
            self.rooms.dismiss(&followed.id, until, now);
            if let Some((connection, _)) = seated {
                let until = now.plus(self.settings.speaker_grace);
                let change = SessionChange::LoseSpeaker { connection: Some(connection), until };
                // If this is not heard, the farewell is, or its absence.
                drop(self.update(&followed.id, &change, now).await);
            }
        }
    }

    /// Whether nobody counts here any more.
    #[must_use]
    pub fn is_drained(&self, now: Timestamp) -> bool {
        self.all().iter().all(|followed| self.rooms.is_empty(&followed.id, now))
    }

    /// Keeps and publishes what is left, and says that this node is gone. Nothing is to be called after that.
    pub async fn farewell(&self, now: Timestamp) {
        self.flush(now).await;
        self.keep(now).await;
        let counted = self.all().into_iter().filter(|followed| followed.state.lock().own.known);
        let sessions: Vec<SessionId> = counted.map(|followed| followed.id.clone()).collect();
        if self.engine.counts.farewell(self.node, &sessions).await.is_err() {
            tracing::warn!(
                "the shared store did not hear the farewell: this node counts until its lease ends"
            );
        }
    }
}
