//! What is said over a WebSocket, and by whom: which action is answered with which message, and what comes unasked.

use headcount_protocol::MessageKind;
use headcount_protocol::RoleName::{self, Listener, Speaker};

/// What one action is for.
pub(super) struct Exchange {
    pub(super) action: &'static str,
    /// The role that it needs; `None` for what a connection without one may send.
    pub(super) role: Option<RoleName>,
    /// Any of these may be the answer. A refusal may always be one.
    pub(super) answers: &'static [MessageKind],
}

const fn exchange(action: &'static str, role: Option<RoleName>, answers: &'static [MessageKind]) -> Exchange {
    Exchange { action, role, answers }
}

/// Every action, in the order of the contract.
pub(super) const EXCHANGES: [Exchange; 18] = [
    exchange("createSession", None, &[MessageKind::SessionCreated]),
    exchange("joinSession", None, &[MessageKind::SessionJoined]),
    exchange("getSessionStatus", Some(Speaker), &[MessageKind::SessionStatus]),
    exchange("getSessionHistory", Some(Speaker), &[MessageKind::SessionHistory]),
    exchange("pauseBroadcast", Some(Speaker), &[MessageKind::BroadcastPaused]),
    exchange("resumeBroadcast", Some(Speaker), &[MessageKind::BroadcastResumed]),
    exchange("muteBroadcast", Some(Speaker), &[MessageKind::BroadcastMuted]),
    exchange("unmuteBroadcast", Some(Speaker), &[MessageKind::BroadcastUnmuted]),
    exchange("setVolume", Some(Speaker), &[MessageKind::VolumeChanged]),
    exchange("speakerStateChange", Some(Speaker), &[MessageKind::SpeakerStateChanged]),
    exchange("changeLanguage", Some(Listener), &[MessageKind::LanguageChanged]),
    exchange("switchLanguage", Some(Listener), &[MessageKind::LanguageChanged]),
    exchange("pausePlayback", Some(Listener), &[MessageKind::PlaybackPaused]),
    exchange("refreshConnection", None, &[MessageKind::ConnectionRefreshComplete]),
    exchange("endSession", Some(Speaker), &[MessageKind::SessionEnded]),
    exchange(
        "heartbeat",
        None,
        &[MessageKind::HeartbeatAck, MessageKind::ConnectionRefreshRequired, MessageKind::ConnectionWarning],
    ),
    exchange("audioChunk", None, &[]),
    exchange("sendAudio", None, &[]),
];

/// What the server sends a role without having been asked.
pub(super) struct Push {
    /// The name of the operation.
    pub(super) name: &'static str,
    pub(super) to: RoleName,
    pub(super) messages: &'static [MessageKind],
}

/// All that comes unasked.
pub(super) const PUSHES: [Push; 2] = [
    Push {
        name: "tellSpeaker",
        to: Speaker,
        messages: &[
            MessageKind::SessionStatus,
            MessageKind::SessionEnded,
            MessageKind::LanguageIdle,
            MessageKind::LanguageActive,
            MessageKind::LanguageDrop,
            MessageKind::AudienceDrop,
            MessageKind::UnservedLanguage,
        ],
    },
    Push {
        name: "tellListener",
        to: Listener,
        messages: &[
            MessageKind::BroadcastPaused,
            MessageKind::BroadcastResumed,
            MessageKind::BroadcastMuted,
            MessageKind::BroadcastUnmuted,
            MessageKind::VolumeChanged,
            MessageKind::SpeakerStateChanged,
            MessageKind::SessionEnded,
        ],
    },
];
