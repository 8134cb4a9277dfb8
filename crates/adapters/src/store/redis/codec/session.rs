//! A live session, with its version and the node of its speaker.

use super::link::WrittenLink;
use super::values::{Conn, Name, Node, Tag};
use super::{Version, parsed, text};
use crate::store::cluster::Versioned;
use crate::store::written::WrittenBroadcast;
use headcount_core::{QualityTier, ServedLanguages, Session, SpeakerSeat, StatusDetail, Timestamp, UserId};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Written {
    v: Version,
    version: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<Node>,
    session: WrittenSession,
}

/// A session without what a cluster adds to it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WrittenSession {
    id: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    source: Tag,
    tier: String,
    created: u64,
    updated: u64,
    expires: u64,
    broadcast: WrittenBroadcast,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    paused_since: Option<u64>,
    #[serde(default, skip_serializing_if = "WrittenSeat::is_never")]
    speaker: WrittenSeat,
    /// The languages that it says to serve.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    languages: Vec<Tag>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    links: Vec<WrittenLink>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum WrittenSeat {
    #[default]
    Never,
    Attached {
        connection: Conn,
        #[serde(default)]
        full: bool,
    },
    Lost(u64),
}

impl WrittenSeat {
    const fn is_never(&self) -> bool {
        matches!(self, Self::Never)
    }
}

pub(in crate::store::redis) fn write_session(versioned: &Versioned) -> String {
    text(&Written {
        v: Version,
        version: versioned.version,
        at: versioned.speaker_at.map(Node),
        session: (&versioned.session).into(),
    })
}

pub(in crate::store::redis) fn read_session(text: &[u8]) -> Option<Versioned> {
    let written: Written = parsed(text)?;
    Some(Versioned {
        session: written.session.read()?,
        version: written.version,
        speaker_at: written.at.map(|node| node.0),
    })
}

impl From<&Session> for WrittenSession {
    fn from(session: &Session) -> Self {
        Self {
            id: Name(session.id.clone()),
            owner: session.owner.as_ref().map(|owner| owner.as_str().to_owned()),
            source: Tag(session.source_language.clone()),
            tier: session.quality_tier.as_str().to_owned(),
            created: session.created_at.as_millis(),
            updated: session.updated_at.as_millis(),
            expires: session.expires_at.as_millis(),
            broadcast: session.broadcast.into(),
            paused_since: session.paused_since.map(Timestamp::as_millis),
            speaker: (&session.speaker).into(),
            languages: session.languages.declared().iter().cloned().map(Tag).collect(),
            links: session.links.iter().map(WrittenLink::from).collect(),
        }
    }
}

impl WrittenSession {
    pub(super) fn read(self) -> Option<Session> {
        let owner = self.owner.map(|owner| UserId::parse(&owner)).transpose().ok()?;
        Some(Session {
            id: self.id.0,
            owner,
            source_language: self.source.0,
            quality_tier: QualityTier::from_name(&self.tier)?,
            created_at: Timestamp::from_millis(self.created),
            updated_at: Timestamp::from_millis(self.updated),
            expires_at: Timestamp::from_millis(self.expires),
            broadcast: self.broadcast.read()?,
            paused_since: self.paused_since.map(Timestamp::from_millis),
            speaker: self.speaker.into(),
            languages: ServedLanguages::new(self.languages.into_iter().map(|tag| tag.0)).ok()?,
            links: self.links.into_iter().map(WrittenLink::read).collect::<Option<_>>()?,
        })
    }
}

impl From<&SpeakerSeat> for WrittenSeat {
    fn from(seat: &SpeakerSeat) -> Self {
        match seat {
            SpeakerSeat::Never => Self::Never,
            SpeakerSeat::Attached { connection, detail } => {
                Self::Attached { connection: Conn(connection.clone()), full: *detail == StatusDetail::Full }
            }
            SpeakerSeat::Lost { until } => Self::Lost(until.as_millis()),
        }
    }
}

impl From<WrittenSeat> for SpeakerSeat {
    fn from(written: WrittenSeat) -> Self {
        match written {
            WrittenSeat::Never => Self::Never,
            WrittenSeat::Attached { connection, full } => {
                let detail = if full { StatusDetail::Full } else { StatusDetail::Basic };
                Self::Attached { connection: connection.0, detail }
            }
            WrittenSeat::Lost(until) => Self::Lost { until: Timestamp::from_millis(until) },
        }
    }
}
