//! Writes the members of server messages: `type` first, then those of the contract in its order, `timestamp` last.

use super::{Applied, ServerMessage, signal, status};
use crate::{Token, history};
use headcount_core::{BroadcastState, Notice, Session, Timestamp};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// A message at the moment of writing it.
pub(super) struct At<'a>(pub(super) &'a ServerMessage<'a>, pub(super) Timestamp);

impl Serialize for At<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(message, now) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", message.kind().as_str())?;
        match message {
            // These two have members after their `timestamp`.
            ServerMessage::SessionStatus(update) => status::write(&mut map, update)?,
            ServerMessage::Error(error) => error.write_members(&mut map, *now)?,
            _ => {
                write_members(&mut map, message)?;
                map.serialize_entry("timestamp", &now.as_millis())?;
            }
        }
        map.end()
    }
}

fn write_members<M: SerializeMap>(map: &mut M, message: &ServerMessage<'_>) -> Result<(), M::Error> {
    match message {
        ServerMessage::SessionCreated { session, connection, speaker_token } => {
            map.serialize_entry("sessionId", session.id.as_str())?;
            map.serialize_entry("sourceLanguage", session.source_language.as_str())?;
            map.serialize_entry("qualityTier", session.quality_tier.as_str())?;
            map.serialize_entry("connectionId", connection.as_str())?;
            map.serialize_entry("createdAt", &session.created_at.as_millis())?;
            map.serialize_entry("expiresAt", &session.expires_at.as_millis())?;
            map.serialize_entry("speakerToken", speaker_token.as_str())
        }
        ServerMessage::SessionJoined {
            session,
            target_language,
            connection,
            listener_count,
            resume_token,
        } => {
            write_hearing(map, session, target_language.as_str())?;
            map.serialize_entry("connectionId", connection.as_str())?;
            map.serialize_entry("qualityTier", session.quality_tier.as_str())?;
            map.serialize_entry("listenerCount", listener_count)?;
            map.serialize_entry("resumeToken", resume_token.as_str())
        }
        ServerMessage::SessionHistory(told) => history::write(map, told),
        ServerMessage::Applied { session, applied, broadcast, listeners_notified } => {
            map.serialize_entry("sessionId", session.as_str())?;
            write_applied(map, *applied, broadcast, *listeners_notified)
        }
        ServerMessage::Notice { session, notice } => {
            map.serialize_entry("sessionId", session.as_str())?;
            write_notice(map, notice)
        }
        ServerMessage::Signal { session, signal } => {
            map.serialize_entry("sessionId", session.as_str())?;
            signal::write(map, signal)
        }
        ServerMessage::LanguageChanged { session, target_language } => {
            write_hearing(map, session, target_language.as_str())
        }
        ServerMessage::PlaybackPaused { session } => map.serialize_entry("sessionId", session.as_str()),
        ServerMessage::ConnectionRefreshComplete { session, role, new_connection, resume_token } => {
            map.serialize_entry("sessionId", session.as_str())?;
            map.serialize_entry("role", role.as_str())?;
            map.serialize_entry("newConnectionId", new_connection.as_str())?;
            let token = resume_token.map(Token::as_str);
            token.map_or(Ok(()), |token| map.serialize_entry("resumeToken", token))
        }
        ServerMessage::ConnectionRefreshRequired { session, role, refresh_by } => {
            map.serialize_entry("sessionId", session.as_str())?;
            map.serialize_entry("role", role.as_str())?;
            map.serialize_entry("refreshBy", &refresh_by.as_millis())
        }
        ServerMessage::ConnectionWarning { remaining_minutes } => {
            map.serialize_entry("remainingMinutes", remaining_minutes)
        }
        ServerMessage::HeartbeatAck | ServerMessage::SessionStatus(_) | ServerMessage::Error(_) => Ok(()),
    }
}

/// Which session a listener hears, and how.
fn write_hearing<M: SerializeMap>(map: &mut M, session: &Session, target: &str) -> Result<(), M::Error> {
    map.serialize_entry("sessionId", session.id.as_str())?;
    map.serialize_entry("targetLanguage", target)?;
    map.serialize_entry("sourceLanguage", session.source_language.as_str())
}

fn write_applied<M: SerializeMap>(
    map: &mut M,
    applied: Applied,
    broadcast: &BroadcastState,
    listeners_notified: u64,
) -> Result<(), M::Error> {
    if applied == Applied::VolumeChanged {
        map.serialize_entry("volumeLevel", &broadcast.volume.level())?;
    }
    map.serialize_entry("broadcastState", &Broadcast(broadcast))?;
    map.serialize_entry("listenersNotified", &listeners_notified)?;
    match applied {
        Applied::Resumed { pause_duration } => map
            .serialize_entry("pauseDuration", &u64::try_from(pause_duration.as_millis()).unwrap_or(u64::MAX)),
        _ => Ok(()),
    }
}

fn write_notice<M: SerializeMap>(map: &mut M, notice: &Notice) -> Result<(), M::Error> {
    match notice {
        Notice::VolumeChanged(volume) => map.serialize_entry("volumeLevel", &volume.level()),
        Notice::SpeakerStateChanged(state) => map.serialize_entry("broadcastState", &Broadcast(state)),
        Notice::SessionEnded(reason) => map.serialize_entry("reason", reason.as_str()),
        Notice::BroadcastPaused
        | Notice::BroadcastResumed
        | Notice::BroadcastMuted
        | Notice::BroadcastUnmuted => Ok(()),
    }
}

/// The `broadcastState` of several messages.
pub(super) struct Broadcast<'a>(pub(super) &'a BroadcastState);

impl Serialize for Broadcast<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry("isActive", &self.0.is_active)?;
        map.serialize_entry("isPaused", &self.0.is_paused)?;
        map.serialize_entry("isMuted", &self.0.is_muted)?;
        map.serialize_entry("volume", &self.0.volume.level())?;
        map.serialize_entry("lastStateChange", &self.0.last_state_change.as_millis())?;
        map.end()
    }
}
