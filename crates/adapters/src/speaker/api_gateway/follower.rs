//! What is done about a speaker that is gone: perhaps it has come back on another connection.

use async_trait::async_trait;
use headcount_core::{
    ConnectionId, Session, SpeakerSeat, StatusDetail, StatusUpdate,
    ports::{Delivery, SendError, SessionStore, SpeakerChannel},
};
use std::sync::Arc;

/// A way to the speaker that, when the connection is gone, looks who has the seat now and sends once more if that is
/// another connection.
///
/// Between the reading of a session and the sending, minutes may lie in a queue, and where others write the sessions
/// nobody tells us of a new speaker. If the seat has not changed hands the connection stays gone, and the service takes
/// the seat from it, and from it only ([`headcount_core::SessionChange::LoseSpeaker`]).
pub struct SpeakerFollower {
    channel: Arc<dyn SpeakerChannel>,
    sessions: Arc<dyn SessionStore>,
}

impl SpeakerFollower {
    /// The way that `channel` is, with a second look at `sessions`.
    #[must_use]
    pub fn new(channel: Arc<dyn SpeakerChannel>, sessions: Arc<dyn SessionStore>) -> Self {
        Self { channel, sessions }
    }

    /// The session that `update` is about. Without an answer the speaker is as gone as before.
    async fn session(&self, update: &StatusUpdate) -> Option<Arc<Session>> {
        let session = self.sessions.session(&update.status.session).await;
        session
            .inspect_err(|error| tracing::warn!(%error, "a speaker's seat could not be read again"))
            .ok()?
    }
}

#[async_trait]
impl SpeakerChannel for SpeakerFollower {
    async fn send(&self, speaker: &ConnectionId, update: &StatusUpdate) -> Result<Delivery, SendError> {
        if self.channel.send(speaker, update).await? == Delivery::Delivered {
            return Ok(Delivery::Delivered);
        }
        let session = self.session(update).await;
        match session.as_deref().map(|session| &session.speaker) {
            Some(SpeakerSeat::Attached { connection, detail }) if connection != speaker => {
                self.channel.send(connection, &in_detail(update, *detail)).await
            }
            _ => Ok(Delivery::Gone),
        }
    }
}

/// `update` as somebody wants it who asked for `detail`. More than it says it cannot say.
fn in_detail(update: &StatusUpdate, detail: StatusDetail) -> StatusUpdate {
    let audience = match detail {
        StatusDetail::Basic => None,
        StatusDetail::Full => update.audience.clone(),
    };
    StatusUpdate { audience, ..update.clone() }
}
