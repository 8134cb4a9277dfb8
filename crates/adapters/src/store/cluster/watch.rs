//! Sessions that nobody looks after: no node follows them, or the node of their speaker died while none did.

use super::ClusterStore;
use headcount_core::Timestamp;
use headcount_core::cluster::{NodeId, Standing};
use headcount_core::ports::StoreError;

/// How many sessions are looked at in one go.
const PAGE: usize = 1_000;

impl ClusterStore {
    /// Looks through all live sessions for those that are overdue, which the service ends when it is woken, and for those
    /// whose speaker's node is gone. Any node does; of several that find one, one gets it. To be called each
    /// [`super::ClusterSettings::watch_every`], but not by all nodes at the same moment.
    ///
    /// # Errors
    /// What the engine could not do; the next look makes up for it.
    pub async fn watch(&self, now: Timestamp) -> Result<(), StoreError> {
        if !self.is_connected() {
            return Ok(());
        }
        let mut after = None;
        loop {
            let page = self.engine.sessions.live(after.as_ref(), PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.session.id.clone());
            for versioned in page {
                let id = &versioned.session.id;
                if versioned.session.overdue(now).is_some() {
                    self.changes.add(id);
                } else if versioned.speaker_at.is_some_and(|node| self.is_gone(node, now))
                    && let Some(followed) = self.follow(id, now).await?
                {
                    self.lose_speaker(&followed, now).await;
                }
            }
        }
    }

    pub(super) fn is_gone(&self, node: NodeId, now: Timestamp) -> bool {
        node != self.node && self.roll.read().standing(node, now) == Standing::Gone
    }
}
