//! What nodes say to each other, and why a session ended.

use super::event::WrittenEvent;
use super::values::{Conn, Name, Node, Tag};
use super::{Version, parsed, text};
use crate::store::cluster::Message;
use crate::store::written::WrittenBroadcast;
use headcount_core::{EndReason, Notice, Place, Timestamp, Volume};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Written {
    v: Version,
    says: WrittenMessage,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum WrittenMessage {
    Ask { session: Name, from: Node, number: u64, first: Conn, turn: u32, home: Option<Node> },
    Answer { session: Name, from: Node, number: u64, place: Option<(Tag, Tag)> },
    Tell { session: Name, from: Node, notice: WrittenNotice, now: u64 },
    Close { session: Name, connection: Conn },
    Seen { from: Node, event: WrittenEvent },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum WrittenNotice {
    Paused,
    Resumed,
    Muted,
    Unmuted,
    Volume(f64),
    State(WrittenBroadcast),
    Ended(WrittenReason),
}

/// Why a session ended, with the speaker's own words where there are some.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum WrittenReason {
    Ended(Option<String>),
    Expired,
    SpeakerLost,
}

pub(in crate::store::redis) fn write_message(message: &Message) -> String {
    let says = match message {
        Message::Ask { session, from, number, place } => WrittenMessage::Ask {
            session: Name(session.clone()),
            from: Node(*from),
            number: *number,
            first: Conn(place.first.clone()),
            turn: place.turn,
            home: place.home.map(Node),
        },
        Message::Answer { session, from, number, place } => WrittenMessage::Answer {
            session: Name(session.clone()),
            from: Node(*from),
            number: *number,
            place: place.clone().map(|(heard, counted_as)| (Tag(heard), Tag(counted_as))),
        },
        Message::Tell { session, from, notice, now } => WrittenMessage::Tell {
            session: Name(session.clone()),
            from: Node(*from),
            notice: notice.into(),
            now: now.as_millis(),
        },
        Message::Close { session, connection } => {
            WrittenMessage::Close { session: Name(session.clone()), connection: Conn(connection.clone()) }
        }
        Message::Seen { from, event } => WrittenMessage::Seen { from: Node(*from), event: event.into() },
    };
    text(&Written { v: Version, says })
}

pub(in crate::store::redis) fn read_message(text: &[u8]) -> Option<Message> {
    Some(match parsed::<Written>(text)?.says {
        WrittenMessage::Ask { session, from, number, first, turn, home } => Message::Ask {
            session: session.0,
            from: from.0,
            number,
            place: Place { first: first.0, turn, home: home.map(|node| node.0) },
        },
        WrittenMessage::Answer { session, from, number, place } => Message::Answer {
            session: session.0,
            from: from.0,
            number,
            place: place.map(|(heard, counted_as)| (heard.0, counted_as.0)),
        },
        WrittenMessage::Tell { session, from, notice, now } => Message::Tell {
            session: session.0,
            from: from.0,
            notice: notice.read()?,
            now: Timestamp::from_millis(now),
        },
        WrittenMessage::Close { session, connection } => {
            Message::Close { session: session.0, connection: connection.0 }
        }
        WrittenMessage::Seen { from, event } => Message::Seen { from: from.0, event: event.read()? },
    })
}

impl From<&Notice> for WrittenNotice {
    fn from(notice: &Notice) -> Self {
        match notice {
            Notice::BroadcastPaused => Self::Paused,
            Notice::BroadcastResumed => Self::Resumed,
            Notice::BroadcastMuted => Self::Muted,
            Notice::BroadcastUnmuted => Self::Unmuted,
            Notice::VolumeChanged(volume) => Self::Volume(volume.level()),
            Notice::SpeakerStateChanged(state) => Self::State((*state).into()),
            Notice::SessionEnded(reason) => Self::Ended(reason.into()),
        }
    }
}

impl WrittenNotice {
    fn read(self) -> Option<Notice> {
        Some(match self {
            Self::Paused => Notice::BroadcastPaused,
            Self::Resumed => Notice::BroadcastResumed,
            Self::Muted => Notice::BroadcastMuted,
            Self::Unmuted => Notice::BroadcastUnmuted,
            Self::Volume(level) => Notice::VolumeChanged(Volume::new(level).ok()?),
            Self::State(state) => Notice::SpeakerStateChanged(state.read()?),
            Self::Ended(reason) => Notice::SessionEnded(reason.into()),
        })
    }
}

pub(in crate::store::redis) fn write_reason(reason: &EndReason) -> String {
    text(&WrittenReason::from(reason))
}

pub(in crate::store::redis) fn read_reason(text: &[u8]) -> Option<EndReason> {
    parsed::<WrittenReason>(text).map(EndReason::from)
}

impl From<&EndReason> for WrittenReason {
    fn from(reason: &EndReason) -> Self {
        match reason {
            EndReason::Ended(words) => Self::Ended(words.clone()),
            EndReason::Expired => Self::Expired,
            EndReason::SpeakerLost => Self::SpeakerLost,
        }
    }
}

impl From<WrittenReason> for EndReason {
    fn from(written: WrittenReason) -> Self {
        match written {
            WrittenReason::Ended(words) => Self::Ended(words),
            WrittenReason::Expired => Self::Expired,
            WrittenReason::SpeakerLost => Self::SpeakerLost,
        }
    }
}
