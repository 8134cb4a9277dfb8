//! The way to the speaker on a platform that says of a connection that it is gone before it is there.

use crate::newcomers::until_there;
use async_trait::async_trait;
use headcount_core::ports::{Clock, Delivery, PresenceStore, SendError, SpeakerChannel};
use headcount_core::service::Ports;
use headcount_core::{ConnectionId, StatusUpdate};
use std::sync::Arc;
use std::time::Duration;

/// A connection that took its role less than this ago may not be there yet.
const YOUNG: Duration = Duration::from_secs(5);

/// Does not believe that a speaker is gone who has only just come: it is waited for, and if it is not there in the end,
/// nobody knows whether the update arrived, and the seat stays taken.
pub(crate) struct YoungSpeakers {
    inner: Arc<dyn SpeakerChannel>,
    presence: Arc<dyn PresenceStore>,
    clock: Arc<dyn Clock>,
}

impl YoungSpeakers {
    /// Goes by the way of `ports`.
    pub(crate) fn new(ports: &Ports) -> Self {
        Self {
            inner: Arc::clone(&ports.speakers),
            presence: Arc::clone(&ports.presence),
            clock: Arc::clone(&ports.clock),
        }
    }

    async fn is_young(&self, speaker: &ConnectionId) -> Result<bool, SendError> {
        let found = self.presence.connection(speaker).await;
        let found = found.map_err(|error| SendError(error.to_string()))?;
        Ok(found.is_some_and(|connection| self.clock.now().since(connection.since) < YOUNG))
    }
}

#[async_trait]
impl SpeakerChannel for YoungSpeakers {
    async fn send(&self, speaker: &ConnectionId, update: &StatusUpdate) -> Result<Delivery, SendError> {
        match self.inner.send(speaker, update).await? {
            Delivery::Gone if self.is_young(speaker).await? => {
                match until_there(|| self.inner.send(speaker, update)).await? {
                    Delivery::Gone => Err(SendError("the speaker is not there yet".to_owned())),
                    there => Ok(there),
                }
            }
            delivery => Ok(delivery),
        }
    }
}
