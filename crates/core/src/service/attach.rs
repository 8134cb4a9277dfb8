//! A speaker takes the seat.

use super::StatusService;
use super::occasion::Occasion;
use crate::ports::{Admission, CloseReason, Departure, Joiner, StoreError, WantedRole};
use crate::{ConnectionId, Session, SessionChange, SessionId, StatusDetail};
use std::sync::Arc;

/// Why a connection did not become the speaker.
#[derive(Debug, thiserror::Error)]
pub enum AttachError {
    /// There is no such session.
    #[error("there is no such session")]
    SessionNotFound,
    /// The connection has another role, or one in another session.
    #[error("the connection has a role already")]
    AlreadyJoined,
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl StatusService {
    /// Makes `connection`, which has proved to be entitled to it, the speaker of a session. The newest wins:
    /// whoever was the speaker until now is closed. Send the answer, then call [`Self::brief_speaker`], unless the
    /// session is new.
    ///
    /// # Errors
    /// [`AttachError`]; the seat is as it was, except after a store's failure.
    pub async fn attach_speaker(
        &self,
        id: &SessionId,
        connection: &ConnectionId,
        detail: StatusDetail,
    ) -> Result<Arc<Session>, AttachError> {
        let now = self.now();
        if self.session(id).await?.is_none() {
            return Err(AttachError::SessionNotFound);
        }
        let joiner =
            Joiner { connection: connection.clone(), session: id.clone(), role: WantedRole::Speaker, now };
        match self.ports.presence.join(joiner).await?.ok_or(AttachError::SessionNotFound)? {
            Admission::Joined(joined) => drop(self.noted(joined.counted)),
            Admission::Full | Admission::LanguageNeeded | Admission::AlreadyJoined => {
                return Err(AttachError::AlreadyJoined);
            }
        }
        let change = SessionChange::AttachSpeaker { connection: connection.clone(), detail };
        let updated =
            self.ports.sessions.update(id, &change, now).await?.ok_or(AttachError::SessionNotFound)?;
        if let Some(old) = updated.before.speaker.connection().filter(|old| *old != connection) {
            self.ports.audience.close(old, CloseReason::Superseded).await;
            // A store that fails here keeps the old connection until that has closed; the seat is taken already.
            if let Ok(Some(departed)) = self.ports.presence.leave(old, Departure::Final, now).await {
                self.noted(departed.counted);
            }
        }
        // The period starts now. It must not seem to be over, or the wake-up would tell the speaker something before
        // it has its answer, and the briefing would tell it once more.
        self.ports.timer.wake_at(id, now.plus(self.settings.policy.period)).await;
        Ok(updated.after)
    }

    /// Tells a speaker that has attached to a session that there was where it stands, at once.
    ///
    /// # Errors
    /// What the store could not do. Whatever is due then is told before long.
    pub async fn brief_speaker(&self, id: &SessionId) -> Result<(), StoreError> {
        self.tell_or_retry(id, Occasion::Greeting).await
    }
}
