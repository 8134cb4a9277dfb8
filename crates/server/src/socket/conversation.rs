//! One connection's conversation: every message and its answer.

use super::lifeline::Lifeline;
use super::standing::Standing;
use crate::app::App;
use crate::compose::Outbox;
use crate::facts::Registered;
use headcount_access::ConnectionRate;
use headcount_core::service::Parting;
use headcount_core::{ConnectionId, Language, Measurement, StatusDetail, Timestamp};
use headcount_protocol::{ClientMessage, Connect, ProtocolError, ServerMessage, Token};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Within how much of its greatest age a connection is told, when it gives a sign of life, that it will end.
const WARN_WITHIN: Duration = Duration::from_secs(15 * 60);
/// Within how much of it the connection is asked to be replaced.
const REFRESH_WITHIN: Duration = Duration::from_secs(5 * 60);

/// A connection and what it may do. Dropped without [`Self::leave`], it counts as cut: its upgrade was never
/// finished, or its task was ended from outside.
pub(super) struct Conversation {
    pub(super) app: Arc<App>,
    pub(super) client: IpAddr,
    pub(super) standing: Standing,
    pub(super) detail: StatusDetail,
    /// Whether it wants to hear of signals, should it be a speaker.
    pub(super) signals: bool,
    /// The token of the upgrade, for messages that bring none.
    pub(super) token: Option<Token>,
    pub(super) outbox: Outbox,
    pub(super) lifeline: Lifeline,
    control_messages: ConnectionRate,
    audio_refused: bool,
    /// Whether the store was asked for a place. It may have given one even where the answer was not waited for.
    pub(super) asked_for_place: bool,
    left: bool,
    registered: Option<Registered>,
}

impl Conversation {
    pub(super) fn new(app: &Arc<App>, client: IpAddr, connect: &Connect, user_agent: Option<&str>) -> Self {
        let id = app.ids.connection_id();
        let now = app.now();
        let registered =
            app.register.as_ref().map(|register| register.enter(id.clone(), client, user_agent, now));
        Self {
            app: Arc::clone(app),
            client,
            standing: Standing::None,
            detail: connect.status_detail,
            signals: connect.signals,
            token: connect.token.clone(),
            outbox: app.hub.register(id),
            lifeline: Lifeline::new(Instant::now(), &app.sockets),
            control_messages: app.limits.control_messages(),
            audio_refused: false,
            asked_for_place: false,
            left: false,
            registered,
        }
    }

    pub(super) fn id(&self) -> &ConnectionId {
        self.outbox.connection()
    }

    /// The client has been heard of.
    pub(super) fn seen(&mut self) {
        self.lifeline.seen(Instant::now());
        if let Some(registered) = &self.registered {
            registered.touch(self.app.now());
        }
    }

    /// Queues an answer. One that finds the queue full closes the connection as a slow consumer.
    pub(super) fn answer(&self, message: &ServerMessage<'_>) {
        self.outbox.push(message.to_json(self.app.now()));
    }

    /// Queues an error.
    pub(super) fn refuse(&self, refused: &ProtocolError) {
        self.outbox.push(self.app.error_text(refused));
    }

    /// Answers one text frame.
    pub(super) async fn hear(&mut self, frame: &str) {
        if let Err(refused) = self.respond(frame).await {
            self.refuse(&refused);
        }
    }

    async fn respond(&mut self, frame: &str) -> Result<(), ProtocolError> {
        let (longest, longest_audio) =
            (self.app.sockets.max_control_message, self.app.sockets.max_audio_message);
        let too_large = || ProtocolError::message_too_large(longest);
        let readable = frame.len() <= longest.max(longest_audio);
        let message = if readable { ClientMessage::parse(frame) } else { Err(too_large()) };
        // Audio comes many times a second, and is not counted against what the client has to say.
        if matches!(message, Ok(ClientMessage::Audio)) {
            return self.drop_audio();
        }
        self.within_rate()?;
        if frame.len() > longest { Err(too_large()) } else { self.act(message?).await }
    }

    /// Refuses a binary frame. It counts as a message.
    pub(super) fn refuse_binary(&self) {
        let refused = self.within_rate().err().unwrap_or_else(ProtocolError::binary_message);
        self.refuse(&refused);
    }

    fn within_rate(&self) -> Result<(), ProtocolError> {
        let may = self.control_messages.check();
        may.map_err(|retry| self.app.too_often("controlMessages", retry))
    }

    async fn act(&mut self, message: ClientMessage) -> Result<(), ProtocolError> {
        let action = message.action();
        if let Some(role) = message.required_role() {
            self.standing.must_be(role, action)?;
        }
        match message {
            ClientMessage::CreateSession(create) => self.create(create).await,
            ClientMessage::JoinSession(join) => self.join(join).await.map(drop),
            ClientMessage::RefreshConnection(refresh) => self.refresh(refresh).await.map(drop),
            ClientMessage::GetSessionStatus { detail, at: None } => self.status(action, detail).await,
            ClientMessage::GetSessionStatus { at: Some(at), .. } => self.status_at(action, at).await,
            ClientMessage::GetSessionHistory(asked) => self.history(action, asked).await,
            ClientMessage::ChangeLanguage { target_language } => {
                self.change_language(action, &target_language).await
            }
            ClientMessage::PausePlayback => self.pause_playback(),
            ClientMessage::Heartbeat => {
                self.heartbeat(Instant::now());
                Ok(())
            }
            ClientMessage::Audio => self.drop_audio(),
            other => self.steer(action, other).await,
        }
    }

    /// `changeLanguage`
    async fn change_language(&self, action: &'static str, language: &Language) -> Result<(), ProtocolError> {
        let (session, _) = self.standing.role().ok_or_else(ProtocolError::connection_not_found)?;
        self.app.check_served(session, language).await?;
        let switched = self.app.service.switch_language(self.id(), language).await;
        let session = switched.map_err(|failed| self.app.refused((action, &failed)))?;
        self.answer(&ServerMessage::LanguageChanged { session: &session, target_language: language });
        Ok(())
    }

    /// `pausePlayback`: the listener's own affair, acknowledged.
    fn pause_playback(&self) -> Result<(), ProtocolError> {
        let (session, _) = self.standing.role().ok_or_else(ProtocolError::connection_not_found)?;
        self.answer(&ServerMessage::PlaybackPaused { session });
        Ok(())
    }

    /// `heartbeat`, and a word about the end of the connection when that is near.
    fn heartbeat(&self, now: Instant) {
        self.answer(&ServerMessage::HeartbeatAck);
        let Some(remaining) = self.lifeline.remaining(now, &self.app.sockets) else { return };
        match self.standing.role() {
            Some((session, role)) if remaining <= REFRESH_WITHIN => {
                let refresh_by: Timestamp = self.app.now().plus(remaining);
                self.answer(&ServerMessage::ConnectionRefreshRequired { session, role, refresh_by });
            }
            _ if remaining <= WARN_WITHIN => {
                let remaining_minutes = remaining.as_secs() / 60;
                self.answer(&ServerMessage::ConnectionWarning { remaining_minutes });
            }
            _ => {}
        }
    }

    /// Audio is not ours: one error a connection, then it is dropped and counted.
    fn drop_audio(&mut self) -> Result<(), ProtocolError> {
        self.app.record(&Measurement::AudioDropped);
        if std::mem::replace(&mut self.audio_refused, true) {
            Ok(())
        } else {
            Err(ProtocolError::audio_not_taken())
        }
    }

    /// The connection goes, and how.
    pub(super) async fn leave(&mut self, how: Parting) {
        self.left = true;
        Box::pin(part(Arc::clone(&self.app), self.id().clone(), how)).await;
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        // Without a runtime the process is about to end, and all places with it.
        if self.left || !self.asked_for_place {
            return;
        }
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let parting = part(Arc::clone(&self.app), self.id().clone(), Parting::Cut);
            self.app.tasks.spawn_on(parting, &runtime);
        }
    }
}

async fn part(app: Arc<App>, id: ConnectionId, how: Parting) {
    // A server that drains tells nobody that everybody has left: they come back to the next one.
    if app.draining.is_cancelled() {
        return;
    }
    if let Err(error) = app.service.disconnect(&id, how).await {
        tracing::error!(%error, "departure not counted");
    }
}

#[cfg(test)]
mod tests;
