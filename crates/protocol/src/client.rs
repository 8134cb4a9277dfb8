//! What a client sends over its socket once it is connected.

use crate::members::Members;
use crate::{HistoryQuery, ProtocolError, RoleName, Token, history, strict_json};
use headcount_core::{
    BroadcastChange, EndReason, Language, QualityTier, ServedLanguages, SessionId, StatusDetail, Timestamp,
    Volume,
};
use serde_json::{Map, Value};

mod action;
mod state;
#[cfg(test)]
mod tests;
mod writing;

pub(crate) use action::Action;

/// One message of a client, checked.
#[derive(Clone, Debug, PartialEq)]
pub enum ClientMessage {
    /// Creates a session and becomes its speaker.
    CreateSession(CreateSession),
    /// Becomes a listener.
    JoinSession(JoinSession),
    /// Asks for the status.
    GetSessionStatus {
        /// How much of it; `None` leaves it at what the connection asked for while connecting.
        detail: Option<StatusDetail>,
        /// As it was told at that moment, or would have been; `None` is now.
        at: Option<Timestamp>,
    },
    /// Asks how the session went.
    GetSessionHistory(HistoryQuery),
    /// Pauses the broadcast.
    PauseBroadcast,
    /// Resumes it.
    ResumeBroadcast,
    /// Mutes the microphone.
    MuteBroadcast,
    /// Unmutes it.
    UnmuteBroadcast,
    /// Sets the volume.
    SetVolume(Volume),
    /// Changes one or more of paused, muted and volume at once.
    SpeakerStateChange(BroadcastChange),
    /// Moves the listener to another language.
    ChangeLanguage {
        /// The language it wants to hear.
        target_language: Language,
    },
    /// The listener has paused its own playback.
    PausePlayback,
    /// Takes over from an older connection of the same speaker or listener.
    RefreshConnection(RefreshConnection),
    /// Ends the session, with the speaker's own words if there are any.
    EndSession(EndReason),
    /// A sign of life.
    Heartbeat,
    /// Audio, which is not Headcount's: answer the first with [`ProtocolError::audio_not_taken`], drop the rest.
    Audio,
}

/// What a new session is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateSession {
    /// The language spoken on stage.
    pub source_language: Language,
    /// How well it is translated; standard unless the client says otherwise.
    pub quality_tier: QualityTier,
    /// Into which languages it is translated, where the client declares that.
    pub languages: ServedLanguages,
    /// The login token, where it comes with the message.
    pub token: Option<Token>,
}

/// Which session to hear, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinSession {
    /// The session.
    pub session: SessionId,
    /// The language to hear it in.
    pub target_language: Language,
    /// A token, where one comes with the message. Listeners need none.
    pub token: Option<Token>,
    /// Proof of the place that this listener had before.
    pub resume_token: Option<Token>,
}

/// Which connection to take over from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshConnection {
    /// The session of the older connection.
    pub session: SessionId,
    /// What it was there.
    pub role: Refreshing,
}

/// What the older connection was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refreshing {
    /// The session's speaker.
    Speaker {
        /// The proof, where it comes with the message.
        token: Option<Token>,
    },
    /// One of its listeners. At least one of the two members is there.
    Listener {
        /// The language to hear from now on; `None` goes on in that of the place.
        target_language: Option<Language>,
        /// Proof of the place; without it this is a new join.
        resume_token: Option<Token>,
    },
}

impl ClientMessage {
    /// Every `action` that is known, in the order of the contract.
    pub const ACTIONS: [&'static str; 18] = Action::NAMES;

    /// Reads one text frame. Members without a meaning here are ignored, but a member given twice is refused at
    /// any level: whoever else reads the message, a proxy or a log, must not understand it otherwise than we do.
    ///
    /// # Errors
    /// The error to answer with, as the contract has it: `INVALID_MESSAGE`, `INVALID_ACTION`,
    /// `MISSING_PARAMETER`, `INVALID_PARAMETER`, `INVALID_SESSION_ID` or `INVALID_LANGUAGE`.
    pub fn parse(frame: impl AsRef<[u8]>) -> Result<Self, ProtocolError> {
        let members = strict_json::object(frame.as_ref())?;
        let Some(Value::String(name)) = members.get("action") else {
            return Err(ProtocolError::invalid_message("The member action is required and must be a string"));
        };
        let action = Action::from_name(name).ok_or_else(|| ProtocolError::unknown_action(name))?;
        Ok(match action {
            Action::CreateSession => Self::CreateSession(CreateSession::read(&members)?),
            Action::JoinSession => Self::JoinSession(JoinSession::read(&members)?),
            Action::GetSessionStatus => Self::GetSessionStatus {
                detail: members.status_detail("detail")?,
                at: history::moment(&members, "at")?,
            },
            Action::GetSessionHistory => Self::GetSessionHistory(HistoryQuery::read(&members)?),
            Action::PauseBroadcast => Self::PauseBroadcast,
            Action::ResumeBroadcast => Self::ResumeBroadcast,
            Action::MuteBroadcast => Self::MuteBroadcast,
            Action::UnmuteBroadcast => Self::UnmuteBroadcast,
            Action::SetVolume => Self::SetVolume(state::volume_level(&members)?),
            Action::SpeakerStateChange => Self::SpeakerStateChange(state::change(&members)?),
            Action::ChangeLanguage | Action::SwitchLanguage => {
                Self::ChangeLanguage { target_language: members.required_language("targetLanguage")? }
            }
            Action::PausePlayback => Self::PausePlayback,
            Action::RefreshConnection => Self::RefreshConnection(RefreshConnection::read(&members)?),
            Action::EndSession => Self::EndSession(end_reason(&members)?),
            Action::Heartbeat => Self::Heartbeat,
            Action::AudioChunk | Action::SendAudio => Self::Audio,
        })
    }

    /// Its `action`, for answers and logs. Of two names for one thing, the first in the contract.
    #[must_use]
    pub const fn action(&self) -> &'static str {
        match self {
            Self::CreateSession(_) => Action::CreateSession,
            Self::JoinSession(_) => Action::JoinSession,
            Self::GetSessionStatus { .. } => Action::GetSessionStatus,
            Self::GetSessionHistory(_) => Action::GetSessionHistory,
            Self::PauseBroadcast => Action::PauseBroadcast,
            Self::ResumeBroadcast => Action::ResumeBroadcast,
            Self::MuteBroadcast => Action::MuteBroadcast,
            Self::UnmuteBroadcast => Action::UnmuteBroadcast,
            Self::SetVolume(_) => Action::SetVolume,
            Self::SpeakerStateChange(_) => Action::SpeakerStateChange,
            Self::ChangeLanguage { .. } => Action::ChangeLanguage,
            Self::PausePlayback => Action::PausePlayback,
            Self::RefreshConnection(_) => Action::RefreshConnection,
            Self::EndSession(_) => Action::EndSession,
            Self::Heartbeat => Action::Heartbeat,
            Self::Audio => Action::AudioChunk,
        }
        .as_str()
    }

    /// The role that a connection needs to send it; `None` for what a connection without one may send too.
    #[must_use]
    pub const fn required_role(&self) -> Option<RoleName> {
        match self {
            Self::GetSessionStatus { .. }
            | Self::GetSessionHistory(_)
            | Self::PauseBroadcast
            | Self::ResumeBroadcast
            | Self::MuteBroadcast
            | Self::UnmuteBroadcast
            | Self::SetVolume(_)
            | Self::SpeakerStateChange(_)
            | Self::EndSession(_) => Some(RoleName::Speaker),
            Self::ChangeLanguage { .. } | Self::PausePlayback => Some(RoleName::Listener),
            Self::CreateSession(_)
            | Self::JoinSession(_)
            | Self::RefreshConnection(_)
            | Self::Heartbeat
            | Self::Audio => None,
        }
    }
}

impl CreateSession {
    pub(crate) fn read(members: &impl Members) -> Result<Self, ProtocolError> {
        let (source_language, quality_tier, languages) = Self::description(members)?;
        Ok(Self { source_language, quality_tier, languages, token: members.token("token")? })
    }

    /// Reads what describes the session, over WebSocket and HTTP alike.
    pub(crate) fn description(
        members: &impl Members,
    ) -> Result<(Language, QualityTier, ServedLanguages), ProtocolError> {
        let source_language = members.required_language("sourceLanguage")?;
        let quality_tier = members.quality_tier()?.unwrap_or_default();
        Ok((source_language, quality_tier, members.languages()?.unwrap_or_default()))
    }
}

impl JoinSession {
    pub(crate) fn read(members: &impl Members) -> Result<Self, ProtocolError> {
        Ok(Self {
            session: members.session_id()?,
            target_language: members.required_language("targetLanguage")?,
            token: members.token("token")?,
            resume_token: members.token("resumeToken")?,
        })
    }
}

impl RefreshConnection {
    pub(crate) fn read(members: &impl Members) -> Result<Self, ProtocolError> {
        let session = members.session_id()?;
        let role = match members.role()? {
            RoleName::Speaker => Refreshing::Speaker { token: members.token("token")? },
            RoleName::Listener => {
                let target_language = members.language("targetLanguage")?;
                let resume_token = members.token("resumeToken")?;
                if target_language.is_none() && resume_token.is_none() {
                    return Err(ProtocolError::missing_parameter("targetLanguage"));
                }
                Refreshing::Listener { target_language, resume_token }
            }
        };
        Ok(Self { session, role })
    }
}

/// The speaker's words, cut to what is kept of them.
fn end_reason(members: &Map<String, Value>) -> Result<EndReason, ProtocolError> {
    let words = members.text("reason")?.map(|words| words.chars().take(EndReason::MAX_WORDS).collect());
    Ok(EndReason::Ended(words))
}
