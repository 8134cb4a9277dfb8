//! Writes a client's messages, for clients that are written in Rust: our command line and our tests.

use super::{ClientMessage, CreateSession, JoinSession, RefreshConnection, Refreshing};
use crate::{HistoryQuery, RoleName, Token, rendering};
use headcount_core::{EndReason, Language, StatusDetail, Timestamp};
use serde::ser::{Serialize, SerializeMap, Serializer};

impl ClientMessage {
    /// The message as the wire has it. Reading it back gives the same message, if it is one that [`Self::parse`]
    /// could have given.
    #[must_use]
    pub fn to_json(&self) -> String {
        rendering::to_json(self)
    }
}

impl Serialize for ClientMessage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("action", self.action())?;
        match self {
            Self::CreateSession(CreateSession { source_language, quality_tier, languages, token }) => {
                map.serialize_entry("sourceLanguage", source_language.as_str())?;
                map.serialize_entry("qualityTier", quality_tier.as_str())?;
                if !languages.declared().is_empty() {
                    let tags: Vec<_> = languages.declared().iter().map(Language::as_str).collect();
                    map.serialize_entry("languages", &tags)?;
                }
                text(&mut map, "token", token.as_ref().map(Token::as_str))?;
            }
            Self::JoinSession(JoinSession { session, target_language, token, resume_token }) => {
                map.serialize_entry("sessionId", session.as_str())?;
                map.serialize_entry("targetLanguage", target_language.as_str())?;
                text(&mut map, "token", token.as_ref().map(Token::as_str))?;
                text(&mut map, "resumeToken", resume_token.as_ref().map(Token::as_str))?;
            }
            Self::GetSessionStatus { detail, at } => {
                let name = |detail: &StatusDetail| match detail {
                    StatusDetail::Basic => "basic",
                    StatusDetail::Full => "full",
                };
                text(&mut map, "detail", detail.as_ref().map(name))?;
                number(&mut map, "at", at.map(Timestamp::as_millis))?;
            }
            Self::GetSessionHistory(HistoryQuery { from, to, step }) => {
                let step = step.map(|step| u64::try_from(step.as_millis()).unwrap_or(u64::MAX));
                number(&mut map, "from", from.map(Timestamp::as_millis))?;
                number(&mut map, "to", to.map(Timestamp::as_millis))?;
                number(&mut map, "step", step)?;
            }
            Self::SetVolume(volume) => map.serialize_entry("volumeLevel", &volume.level())?,
            Self::SpeakerStateChange(change) => map.serialize_entry("state", &State(change))?,
            Self::ChangeLanguage { target_language } => {
                map.serialize_entry("targetLanguage", target_language.as_str())?;
            }
            Self::RefreshConnection(refresh) => write_refresh(&mut map, refresh)?,
            Self::EndSession(reason) => {
                let words = match reason {
                    EndReason::Ended(words) => words.as_deref(),
                    EndReason::Expired | EndReason::SpeakerLost => Some(reason.as_str()),
                };
                text(&mut map, "reason", words)?;
            }
            Self::PauseBroadcast
            | Self::ResumeBroadcast
            | Self::MuteBroadcast
            | Self::UnmuteBroadcast
            | Self::PausePlayback
            | Self::Heartbeat
            | Self::Audio => {}
        }
        map.end()
    }
}

fn write_refresh<M: SerializeMap>(map: &mut M, refresh: &RefreshConnection) -> Result<(), M::Error> {
    map.serialize_entry("sessionId", refresh.session.as_str())?;
    match &refresh.role {
        Refreshing::Speaker { token } => {
            map.serialize_entry("role", RoleName::Speaker.as_str())?;
            text(map, "token", token.as_ref().map(Token::as_str))
        }
        Refreshing::Listener { target_language, resume_token } => {
            map.serialize_entry("role", RoleName::Listener.as_str())?;
            text(map, "targetLanguage", target_language.as_ref().map(Language::as_str))?;
            text(map, "resumeToken", resume_token.as_ref().map(Token::as_str))
        }
    }
}

/// Writes a member that is left out where there is nothing to say.
fn text<M: SerializeMap>(map: &mut M, name: &str, value: Option<&str>) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(name, value))
}

/// As [`text`], for a number.
fn number<M: SerializeMap>(map: &mut M, name: &str, value: Option<u64>) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(name, &value))
}

struct State<'a>(&'a headcount_core::BroadcastChange);

impl Serialize for State<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let flags = [("isPaused", self.0.is_paused), ("isMuted", self.0.is_muted)];
        for (name, value) in flags.iter().filter_map(|(name, value)| value.map(|value| (name, value))) {
            map.serialize_entry(name, &value)?;
        }
        if let Some(volume) = self.0.volume {
            map.serialize_entry("volume", &volume.level())?;
        }
        map.end()
    }
}
