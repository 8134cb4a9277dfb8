//! Every message of a client and its answer.

use crate::app::App;
use crate::caller::Caller;
use crate::trigger::Body;
use crate::work::Work;
use headcount_core::service::{Steered, Steering};
use headcount_core::{EndReason, Language, Measurement, SessionId};
use headcount_protocol::{
    Applied, ClientMessage, ProtocolError, RefreshConnection, Refreshing, RoleName, ServerMessage,
};
use std::time::Duration;

/// The longest control message in bytes, and the longest of audio that is recognised as such.
const LONGEST: usize = 4 * 1_024;
const LONGEST_AUDIO: usize = 64 * 1_024;

/// How long API Gateway lets a connection live.
const MAX_AGE: Duration = Duration::from_secs(2 * 60 * 60);
/// Within how much of it a connection is told, when it gives a sign of life, that it will end.
const WARN_WITHIN: Duration = Duration::from_secs(15 * 60);
/// Within how much of it the connection is asked to be replaced.
const REFRESH_WITHIN: Duration = Duration::from_secs(5 * 60);

/// What is said to the sender, one message or none.
type Answer = Result<Option<String>, ProtocolError>;

impl App {
    /// Answers one frame.
    pub(crate) async fn hear(&self, caller: &Caller, body: &Body) -> Answer {
        let text = match body {
            Body::Text(text) => text.as_str(),
            Body::Binary => {
                self.limits.control_message(&caller.connection).await?;
                return Err(ProtocolError::binary_message());
            }
            Body::None => "",
        };
        let too_large = || ProtocolError::message_too_large(LONGEST);
        let message = if text.len() <= LONGEST_AUDIO { ClientMessage::parse(text) } else { Err(too_large()) };
        match message {
            Ok(ClientMessage::Audio) => {
                // No instance knows what others have refused, so each audio message is answered.
                self.record(&Measurement::AudioDropped);
                return Err(ProtocolError::audio_not_taken());
            }
            // A question is counted while it is looked into, so that it does not wait for that here.
            Ok(ClientMessage::GetSessionStatus { at: None, .. }) => {}
            _ => self.limits.control_message(&caller.connection).await?,
        }
        if text.len() > LONGEST { Err(too_large()) } else { self.act(caller, message?).await }
    }

    async fn act(&self, caller: &Caller, message: ClientMessage) -> Answer {
        let action = message.action();
        match message {
            ClientMessage::CreateSession(create) => {
                let caller = self.recalled(caller).await?;
                self.create(&caller, create).await.map(Some)
            }
            ClientMessage::JoinSession(join) => {
                self.join(caller, join).await.map(|entered| Some(entered.text))
            }
            ClientMessage::RefreshConnection(refresh) => self.take_over(caller, refresh).await,
            ClientMessage::GetSessionStatus { detail, at: None } => {
                self.status(&caller.connection, detail).await.map(Some)
            }
            // A function keeps no history.
            ClientMessage::GetSessionStatus { at: Some(_), .. } => {
                self.must_be(caller, RoleName::Speaker, action).await?;
                Err(ProtocolError::no_status_of_then())
            }
            ClientMessage::GetSessionHistory(_) => {
                self.must_be(caller, RoleName::Speaker, action).await?;
                Err(ProtocolError::no_history())
            }
            ClientMessage::ChangeLanguage { target_language } => {
                self.change_language(caller, action, &target_language).await.map(Some)
            }
            ClientMessage::PausePlayback => {
                let session = self.must_be(caller, RoleName::Listener, action).await?;
                Ok(Some(self.text(&ServerMessage::PlaybackPaused { session: &session })))
            }
            ClientMessage::Heartbeat => self.heartbeat(caller).await,
            ClientMessage::EndSession(reason) => self.end(caller, action, reason).await,
            ClientMessage::PauseBroadcast => self.steer(caller, action, Steering::Pause).await,
            ClientMessage::ResumeBroadcast => self.steer(caller, action, Steering::Resume).await,
            ClientMessage::MuteBroadcast => self.steer(caller, action, Steering::Mute).await,
            ClientMessage::UnmuteBroadcast => self.steer(caller, action, Steering::Unmute).await,
            ClientMessage::SetVolume(volume) => self.steer(caller, action, Steering::Volume(volume)).await,
            ClientMessage::SpeakerStateChange(change) => {
                self.steer(caller, action, Steering::State(change)).await
            }
            ClientMessage::Audio => Err(ProtocolError::audio_not_taken()),
        }
    }

    /// `refreshConnection`
    async fn take_over(&self, caller: &Caller, refresh: RefreshConnection) -> Answer {
        let entered = match refresh.role {
            Refreshing::Speaker { .. } => self.refresh(&self.recalled(caller).await?, refresh).await?,
            Refreshing::Listener { .. } => self.refresh(caller, refresh).await?,
        };
        if let Some(session) = entered.speaks_in {
            self.brief_later(session).await;
        }
        Ok(Some(entered.text))
    }

    /// A speaker hears where its session stands, after the answer that this invocation returns.
    pub(crate) async fn brief_later(&self, session: SessionId) {
        if let Err(error) = self.leave(&Work::Brief { session }).await {
            // The next update tells it what this one would have.
            tracing::warn!(%error, "speaker not briefed");
        }
    }

    async fn change_language(
        &self,
        caller: &Caller,
        action: &'static str,
        language: &Language,
    ) -> Result<String, ProtocolError> {
        let id = self.must_be(caller, RoleName::Listener, action).await?;
        if let Err(refused) = self.check_supported(language) {
            // It is read for who may be refused: the others cost no more than they did.
            let session = self.find(&id).await?;
            if session.languages.declared().is_empty() {
                return Err(refused);
            }
        }
        let switched = self.service.switch_language(&caller.connection, language).await;
        let session = switched.map_err(|failed| self.refused((action, &failed)))?;
        Ok(self.text(&ServerMessage::LanguageChanged { session: &session, target_language: language }))
    }

    /// `heartbeat`, or a word about the end of the connection when that is near: there is one answer.
    async fn heartbeat(&self, caller: &Caller) -> Answer {
        let age = caller.connected_at.map(|connected_at| self.now().since(connected_at));
        let remaining = age.map_or(MAX_AGE, |age| MAX_AGE.saturating_sub(age));
        if remaining <= WARN_WITHIN {
            let warning = self.warning(caller, remaining).await?;
            // What the contract sends after the acknowledgement goes out beside it.
            if let Err(error) = self.outlet.post(&caller.connection, warning).await {
                tracing::warn!(%error, "warning not sent");
            }
        }
        Ok(Some(self.text(&ServerMessage::HeartbeatAck)))
    }

    async fn warning(&self, caller: &Caller, remaining: Duration) -> Result<String, ProtocolError> {
        let role = self.role_of(caller).await?;
        let message = match &role {
            Some(found) if remaining <= REFRESH_WITHIN => ServerMessage::ConnectionRefreshRequired {
                session: &found.session,
                role: RoleName::from(&found.role),
                refresh_by: self.now().plus(remaining),
            },
            _ => ServerMessage::ConnectionWarning { remaining_minutes: remaining.as_secs() / 60 },
        };
        Ok(self.text(&message))
    }

    /// Changes the broadcast.
    async fn steer(&self, caller: &Caller, action: &'static str, steering: Steering) -> Answer {
        let spoken = self.service.spoken_by(&caller.connection).await;
        let session = spoken.map_err(|failed| self.refused((action, &failed)))?;
        let steered = self.service.steer(&session.id, steering).await;
        let steered = steered.map_err(|failed| self.store_failed(&failed))?;
        let steered = steered.ok_or_else(ProtocolError::session_not_found)?;
        Ok(Some(self.text(&ServerMessage::Applied {
            session: &session.id,
            applied: applied(steering, &steered),
            broadcast: &steered.session.broadcast,
            listeners_notified: steered.listeners_notified,
        })))
    }

    /// `endSession`: everyone is told, the speaker with them, and everyone is let go.
    async fn end(&self, caller: &Caller, action: &'static str, reason: EndReason) -> Answer {
        let spoken = self.service.spoken_by(&caller.connection).await;
        let session = spoken.map_err(|failed| self.refused((action, &failed)))?;
        match self.service.close_session(&session.id, reason).await {
            Ok(true) => Ok(None),
            Ok(false) => Err(ProtocolError::session_not_found()),
            Err(failed) => Err(self.store_failed(&failed)),
        }
    }

    /// The session in which `caller` has `role`; refuses `action`, which is for that role, to everybody else.
    async fn must_be(
        &self,
        caller: &Caller,
        role: RoleName,
        action: &'static str,
    ) -> Result<SessionId, ProtocolError> {
        match self.role_of(caller).await? {
            None => Err(ProtocolError::connection_not_found()),
            Some(found) if RoleName::from(&found.role) == role => Ok(found.session),
            Some(_) => Err(ProtocolError::unauthorized_action(action, role)),
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
