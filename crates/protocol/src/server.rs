//! What the server sends: every answer and every push.

use crate::{MessageKind, ProtocolError, RoleName, Token, history, rendering};
use headcount_core::{
    BroadcastState, ConnectionId, History, Language, Notice, Session, SessionId, Signal, StatusUpdate,
    Timestamp,
};
use std::time::Duration;

mod signal;
pub(crate) mod status;
#[cfg(test)]
mod tests;
mod writing;

/// One message to a client. It borrows what it says, so that writing it copies nothing but text.
#[derive(Clone, Copy, Debug)]
pub enum ServerMessage<'a> {
    /// The answer to `createSession`.
    SessionCreated {
        /// The new session.
        session: &'a Session,
        /// The speaker's connection.
        connection: &'a ConnectionId,
        /// The capability for this session: reconnecting, and reading over HTTP.
        speaker_token: &'a Token,
    },
    /// The answer to `joinSession`.
    SessionJoined {
        /// The session that was joined.
        session: &'a Session,
        /// The language that the listener hears.
        target_language: &'a Language,
        /// The listener's connection.
        connection: &'a ConnectionId,
        /// How many listeners there are, this one included.
        listener_count: u64,
        /// Proof of the listener's place, good for one use.
        resume_token: &'a Token,
    },
    /// Who is listening; to the speaker, asked for or not. Its `timestamp` is that of the status.
    SessionStatus(&'a StatusUpdate),
    /// The answer to `getSessionHistory`.
    SessionHistory(&'a History),
    /// The answer to a change of the broadcast.
    Applied {
        /// The session.
        session: &'a SessionId,
        /// What was changed.
        applied: Applied,
        /// The broadcast after it.
        broadcast: &'a BroadcastState,
        /// How many listeners were told.
        listeners_notified: u64,
    },
    /// What every listener is told; `sessionEnded` goes to the speaker, too.
    Notice {
        /// The session.
        session: &'a SessionId,
        /// What happened.
        notice: &'a Notice,
    },
    /// Something that the speaker asked to hear of when it connected.
    Signal {
        /// The session.
        session: &'a SessionId,
        /// What happened.
        signal: &'a Signal,
    },
    /// The answer to `changeLanguage`.
    LanguageChanged {
        /// The listener's session.
        session: &'a Session,
        /// The language that it hears from now on.
        target_language: &'a Language,
    },
    /// The answer to `pausePlayback`.
    PlaybackPaused {
        /// The listener's session.
        session: &'a SessionId,
    },
    /// The answer to `refreshConnection`.
    ConnectionRefreshComplete {
        /// The session.
        session: &'a SessionId,
        /// What the connection is there.
        role: RoleName,
        /// The connection that took over.
        new_connection: &'a ConnectionId,
        /// A listener's new proof of its place; `None` for a speaker.
        resume_token: Option<&'a Token>,
    },
    /// The answer to `heartbeat`.
    HeartbeatAck,
    /// The connection should be replaced by a new one.
    ConnectionRefreshRequired {
        /// The session.
        session: &'a SessionId,
        /// What the connection is there.
        role: RoleName,
        /// When it is closed at the latest.
        refresh_by: Timestamp,
    },
    /// The connection will soon have to be replaced.
    ConnectionWarning {
        /// Whole minutes until its maximum age.
        remaining_minutes: u64,
    },
    /// A refusal.
    Error(&'a ProtocolError),
}

/// A change of the broadcast, as the speaker who made it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It is paused.
    Paused,
    /// It is resumed.
    Resumed {
        /// How long it was paused; zero where it was not. Whole milliseconds on the wire.
        pause_duration: Duration,
    },
    /// The microphone is muted.
    Muted,
    /// The microphone is on.
    Unmuted,
    /// The volume is set, to what the broadcast now says.
    VolumeChanged,
    /// One or more of paused, muted and volume are set.
    StateChanged,
}

impl ServerMessage<'_> {
    /// The message as the wire has it: no spaces, always the same order of members. `now` is its `timestamp`,
    /// except for a status, which brings its own.
    #[must_use]
    pub fn to_json(&self, now: Timestamp) -> String {
        let size = match self {
            Self::SessionStatus(update) => status::size_hint(update),
            Self::SessionHistory(history) => history::size_hint(history),
            _ => rendering::USUAL_SIZE,
        };
        rendering::to_json_of_size(size, &writing::At(self, now))
    }

    /// Its `type`.
    #[must_use]
    pub const fn kind(&self) -> MessageKind {
        match self {
            Self::SessionCreated { .. } => MessageKind::SessionCreated,
            Self::SessionJoined { .. } => MessageKind::SessionJoined,
            Self::SessionStatus(_) => MessageKind::SessionStatus,
            Self::SessionHistory(_) => MessageKind::SessionHistory,
            Self::Applied { applied, .. } => applied.kind(),
            Self::Notice { notice, .. } => notice_kind(notice),
            Self::Signal { signal, .. } => signal::kind(signal),
            Self::LanguageChanged { .. } => MessageKind::LanguageChanged,
            Self::PlaybackPaused { .. } => MessageKind::PlaybackPaused,
            Self::ConnectionRefreshComplete { .. } => MessageKind::ConnectionRefreshComplete,
            Self::HeartbeatAck => MessageKind::HeartbeatAck,
            Self::ConnectionRefreshRequired { .. } => MessageKind::ConnectionRefreshRequired,
            Self::ConnectionWarning { .. } => MessageKind::ConnectionWarning,
            Self::Error(_) => MessageKind::Error,
        }
    }
}

impl Applied {
    const fn kind(self) -> MessageKind {
        match self {
            Self::Paused => MessageKind::BroadcastPaused,
            Self::Resumed { .. } => MessageKind::BroadcastResumed,
            Self::Muted => MessageKind::BroadcastMuted,
            Self::Unmuted => MessageKind::BroadcastUnmuted,
            Self::VolumeChanged => MessageKind::VolumeChanged,
            Self::StateChanged => MessageKind::SpeakerStateChanged,
        }
    }
}

const fn notice_kind(notice: &Notice) -> MessageKind {
    match notice {
        Notice::BroadcastPaused => MessageKind::BroadcastPaused,
        Notice::BroadcastResumed => MessageKind::BroadcastResumed,
        Notice::BroadcastMuted => MessageKind::BroadcastMuted,
        Notice::BroadcastUnmuted => MessageKind::BroadcastUnmuted,
        Notice::VolumeChanged(_) => MessageKind::VolumeChanged,
        Notice::SpeakerStateChanged(_) => MessageKind::SpeakerStateChanged,
        Notice::SessionEnded(_) => MessageKind::SessionEnded,
    }
}
