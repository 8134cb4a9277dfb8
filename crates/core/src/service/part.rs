//! Connections go.

use super::StatusService;
use crate::ports::{Departure, StoreError};
use crate::{ConnectionId, Role, SessionChange, SessionId};

/// How a connection went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parting {
    /// With a close frame, or because we closed it: for good.
    Closed,
    /// It was cut. Perhaps it comes back.
    Cut,
    /// It gave no sign of life for so long that it has had its grace already.
    Silent,
}

impl StatusService {
    /// Lets a connection go, whatever it was. Letting go of one that is gone already changes nothing.
    ///
    /// # Errors
    /// What the store could not do.
    pub async fn disconnect(&self, connection: &ConnectionId, how: Parting) -> Result<(), StoreError> {
        let now = self.now();
        let grace = self.settings.reconnect_grace;
        let departure = match how {
            Parting::Cut if !grace.is_zero() => Departure::Grace { until: now.plus(grace) },
            Parting::Cut | Parting::Closed | Parting::Silent => Departure::Final,
        };
        let Some(departed) = self.ports.presence.leave(connection, departure, now).await? else {
            return Ok(());
        };
        let (id, counted) = (&departed.connection.session, self.noted(departed.counted));
        if departed.connection.role == Role::Speaker {
            return self.lose_speaker(id, connection).await;
        }
        match departure {
            Departure::Grace { until } => self.ports.timer.wake_at(id, until).await,
            Departure::Final => self.record_leaving(1),
        }
        self.audience_changed(id, None, &counted).await;
        Ok(())
    }

    /// Forgets a speaker that turned out to be gone when something was sent to it.
    pub(super) async fn speaker_gone(
        &self,
        id: &SessionId,
        connection: &ConnectionId,
    ) -> Result<(), StoreError> {
        if let Some(departed) = self.ports.presence.leave(connection, Departure::Final, self.now()).await? {
            self.noted(departed.counted);
        }
        self.lose_speaker(id, connection).await
    }

    /// Empties the seat if it is still `connection`'s, and gives it its grace.
    async fn lose_speaker(&self, id: &SessionId, connection: &ConnectionId) -> Result<(), StoreError> {
        let now = self.now();
        let until = now.plus(self.settings.speaker_grace);
        let change = SessionChange::LoseSpeaker { connection: Some(connection.clone()), until };
        if let Some(updated) = self.ports.sessions.update(id, &change, now).await? {
            self.ports.timer.wake_at(id, updated.after.ends_by()).await;
        }
        Ok(())
    }
}
