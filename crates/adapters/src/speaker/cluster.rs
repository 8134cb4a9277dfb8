//! The way to the speaker and the listeners of a session that several nodes have: the connections of this node, and a
//! word to the others.

use super::hub::Hub;
use crate::store::cluster::ClusterStore;
use async_trait::async_trait;
use headcount_core::ports::{AudienceChannel, CloseReason, Delivery, SendError, SpeakerChannel};
use headcount_core::{ConnectionId, Notice, SessionId, Signal, StatusUpdate, Timestamp};
use std::sync::Arc;

/// The channels of one node of several.
///
/// The speaker is told by the node that has its connection, and by no other. Listeners are told by the node that each is
/// connected to. Of an ending every node hears from the store, which has the reason, too; and a connection that was
/// superseded elsewhere is closed by the store of its own node, which knows first. So neither is said here.
#[derive(Clone)]
pub struct ClusterChannel {
    hub: Hub,
    store: Arc<ClusterStore>,
}

impl ClusterChannel {
    /// The channels of the node whose connections are in `hub`.
    #[must_use]
    pub const fn new(hub: Hub, store: Arc<ClusterStore>) -> Self {
        Self { hub, store }
    }
}

#[async_trait]
impl SpeakerChannel for ClusterChannel {
    fn reaches(&self, speaker: &ConnectionId) -> bool {
        self.hub.is_open(speaker)
    }

    async fn send(&self, speaker: &ConnectionId, update: &StatusUpdate) -> Result<Delivery, SendError> {
        self.hub.send(speaker, update).await
    }

    async fn signal(&self, speaker: &ConnectionId, session: &SessionId, signal: &Signal, now: Timestamp) {
        self.hub.signal(speaker, session, signal, now).await;
    }
}

#[async_trait]
impl AudienceChannel for ClusterChannel {
    /// How many were told: here those that were, elsewhere those that are connected as far as is known, if the word is on
    /// its way.
    async fn tell(&self, session: &SessionId, notice: &Notice, now: Timestamp) -> u64 {
        let here = self.hub.tell(session, notice, now).await;
        if matches!(notice, Notice::SessionEnded(_)) {
            return here;
        }
        here + self.store.tell_others(session, notice, now).await
    }

    async fn close(&self, connection: &ConnectionId, why: CloseReason) {
        self.hub.close(connection, why).await;
    }

    async fn close_all(&self, session: &SessionId, why: CloseReason) {
        self.hub.close_all(session, why).await;
    }
}
