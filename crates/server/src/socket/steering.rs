//! What only a speaker may do with the broadcast, and how it is answered.

use super::conversation::Conversation;
use super::standing::Standing;
use headcount_core::EndReason;
use headcount_core::service::{Steered, Steering};
use headcount_protocol::{Applied, ClientMessage, ProtocolError, ServerMessage};
use std::time::Duration;

impl Conversation {
    /// Steers the broadcast or ends the session.
    pub(super) async fn steer(
        &mut self,
        action: &'static str,
        message: ClientMessage,
    ) -> Result<(), ProtocolError> {
        let spoken = self.app.service.spoken_by(self.id()).await;
        let session = spoken.map_err(|failed| self.app.refused((action, &failed)))?;
        let steering = match message {
            ClientMessage::EndSession(reason) => return self.end(reason).await,
            ClientMessage::PauseBroadcast => Steering::Pause,
            ClientMessage::ResumeBroadcast => Steering::Resume,
            ClientMessage::MuteBroadcast => Steering::Mute,
            ClientMessage::UnmuteBroadcast => Steering::Unmute,
            ClientMessage::SetVolume(volume) => Steering::Volume(volume),
            ClientMessage::SpeakerStateChange(change) => Steering::State(change),
            // Everything else was answered before it came here.
            _ => return Err(ProtocolError::connection_not_found()),
        };
        let steered = self.app.service.steer(&session.id, steering).await;
        let steered = steered.map_err(|failed| self.app.store_failed(&failed))?;
        let steered = steered.ok_or_else(ProtocolError::session_not_found)?;
        self.answer(&ServerMessage::Applied {
            session: &session.id,
            applied: applied(steering, &steered),
            broadcast: &steered.session.broadcast,
            listeners_notified: steered.listeners_notified,
        });
        Ok(())
    }

    /// `endSession`: everyone is told, the speaker with them, and everyone is let go.
    async fn end(&self, reason: EndReason) -> Result<(), ProtocolError> {
        let Standing::Speaker(id) = &self.standing else { return Err(ProtocolError::session_not_found()) };
        match self.app.service.close_session(id, reason).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(ProtocolError::session_not_found()),
            Err(failed) => Err(self.app.store_failed(&failed)),
        }
    }
}

fn applied(steering: Steering, steered: &Steered) -> Applied {
    match steering {
        Steering::Pause => Applied::Paused,
        Steering::Resume => Applied::Resumed { pause_duration: steered.paused_for.unwrap_or(Duration::ZERO) },
        Steering::Mute => Applied::Muted,
        Steering::Unmute => Applied::Unmuted,
        Steering::Volume(_) => Applied::VolumeChanged,
        Steering::State(_) => Applied::StateChanged,
    }
}
