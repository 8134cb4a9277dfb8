//! Answers and notices, as a client reads them.

use super::{Received, ReceivedBroadcast, Unreadable};
use crate::{MessageKind, Token};
use serde::Deserialize;

/// The answer to `createSession`, and the body of HTTP's answer to `POST /sessions`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionCreated {
    /// The name of the session, for its listeners.
    pub session_id: String,
    /// The language spoken on stage.
    pub source_language: String,
    /// `standard` or `premium`.
    pub quality_tier: String,
    /// This connection; HTTP has none.
    pub connection_id: Option<String>,
    /// When the session was created.
    pub created_at: u64,
    /// When it ends by itself.
    pub expires_at: u64,
    /// The capability to speak in this session and to read about it.
    pub speaker_token: Token,
}

impl SessionCreated {
    /// Reads the body of the answer to `POST /sessions`, which has no `type`.
    ///
    /// # Errors
    /// [`Unreadable`]; so is an error body, which [`Received::parse`] reads.
    pub fn parse(body: &str) -> Result<Self, Unreadable> {
        Ok(serde_json::from_str(body)?)
    }
}

/// The answer to `joinSession`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionJoined {
    /// The session.
    pub session_id: String,
    /// The language that this listener hears, in canonical form.
    pub target_language: String,
    /// The language spoken on stage.
    pub source_language: String,
    /// This connection.
    pub connection_id: String,
    /// `standard` or `premium`.
    pub quality_tier: String,
    /// How many listeners there are, this one included.
    pub listener_count: u64,
    /// Proof of this listener's place, good for one use.
    pub resume_token: Option<Token>,
}

/// A change of the broadcast.
#[derive(Clone, Debug, PartialEq)]
pub struct BroadcastNotice {
    /// Which of the six changes.
    pub kind: MessageKind,
    /// The volume, 0.0 to 1.0, where that was set.
    pub volume_level: Option<f64>,
    /// The broadcast after the change; listeners are told only of `speakerStateChanged`.
    pub broadcast: Option<ReceivedBroadcast>,
    /// How many listeners were told; only the speaker sees that.
    pub listeners_notified: Option<u64>,
    /// For how many milliseconds the broadcast was paused; only the speaker who resumes it sees that.
    pub pause_duration: Option<u64>,
}

/// The answer to `refreshConnection`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefreshComplete {
    /// The session.
    pub session_id: String,
    /// `speaker` or `listener`.
    pub role: String,
    /// This connection.
    pub new_connection_id: String,
    /// A listener's new proof of its place; the old one is used up.
    pub resume_token: Option<Token>,
}

/// This connection should be replaced by a new one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefreshRequired {
    /// The session.
    pub session_id: String,
    /// `speaker` or `listener`.
    pub role: String,
    /// When this connection is closed at the latest.
    pub refresh_by: u64,
}

pub(super) fn notice(kind: MessageKind, text: &str) -> serde_json::Result<BroadcastNotice> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Members {
        volume_level: Option<f64>,
        broadcast_state: Option<ReceivedBroadcast>,
        listeners_notified: Option<u64>,
        pause_duration: Option<u64>,
    }
    let members: Members = serde_json::from_str(text)?;
    Ok(BroadcastNotice {
        kind,
        volume_level: members.volume_level,
        broadcast: members.broadcast_state,
        listeners_notified: members.listeners_notified,
        pause_duration: members.pause_duration,
    })
}

pub(super) fn target_language(text: &str) -> serde_json::Result<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Members {
        target_language: String,
    }
    serde_json::from_str(text).map(|Members { target_language }| target_language)
}

pub(super) fn reason(text: &str) -> serde_json::Result<String> {
    #[derive(Deserialize)]
    struct Members {
        reason: String,
    }
    serde_json::from_str(text).map(|Members { reason }| reason)
}

pub(super) fn remaining_minutes(text: &str) -> serde_json::Result<u64> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Members {
        remaining_minutes: u64,
    }
    serde_json::from_str(text).map(|Members { remaining_minutes }| remaining_minutes)
}

pub(super) fn error(text: &str) -> serde_json::Result<Received> {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Details {
        retry_after: Option<u64>,
    }
    #[derive(Deserialize)]
    struct Members {
        code: String,
        message: String,
        details: Option<Details>,
    }
    let Members { code, message, details } = serde_json::from_str(text)?;
    Ok(Received::Error { code, message, retry_after: details.and_then(|details| details.retry_after) })
}
