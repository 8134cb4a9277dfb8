//! What happens in a session, for those who look on at another node.

use super::message::WrittenReason;
use super::session::WrittenSession;
use super::values::{Counts, Name, Tag};
use crate::store::written::WrittenBroadcast;
use headcount_core::{
    Audience, Event, LanguageDistribution, Loss, Quality, SessionStatus, Signal, StatusUpdate, Timestamp,
    UpdateReason,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum WrittenEvent {
    Started(WrittenSession),
    Steered(WrittenSession),
    Told(Box<WrittenUpdate>),
    Signalled { session: Name, signal: WrittenSignal, at: u64 },
    Ended { session: WrittenSession, reason: WrittenReason, at: u64, listeners: u64 },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WrittenUpdate {
    session: Name,
    counts: Counts,
    duration: u64,
    broadcast: WrittenBroadcast,
    timestamp: u64,
    exact: bool,
    reason: String,
    revision: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    audience: Option<WrittenAudience>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenAudience {
    peak: (u64, u64),
    joins: u64,
    leaves: u64,
    reconnecting: u64,
    seen: u64,
    revision: u64,
    as_of: u64,
    inexact_until: Option<u64>,
    nodes: (u32, u32),
    trend: Vec<(u64, u64)>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum WrittenSignal {
    Idle(Tag, u64),
    Active(Tag, u64),
    Drop(Tag, u64, u64),
    AudienceDrop(u64, u64),
    Unserved(Tag),
}

impl From<&Event> for WrittenEvent {
    fn from(event: &Event) -> Self {
        match event {
            Event::Started(session) => Self::Started((&**session).into()),
            Event::Steered(session) => Self::Steered((&**session).into()),
            Event::Told(update) => Self::Told(Box::new(update.into())),
            Event::Signalled { session, signal, at } => {
                Self::Signalled { session: Name(session.clone()), signal: signal.into(), at: at.as_millis() }
            }
            Event::Ended { session, reason, at, listeners } => Self::Ended {
                session: (&**session).into(),
                reason: reason.into(),
                at: at.as_millis(),
                listeners: *listeners,
            },
        }
    }
}

impl WrittenEvent {
    pub(super) fn read(self) -> Option<Event> {
        Some(match self {
            Self::Started(session) => Event::Started(Arc::new(session.read()?)),
            Self::Steered(session) => Event::Steered(Arc::new(session.read()?)),
            Self::Told(update) => Event::Told(update.read()?),
            Self::Signalled { session, signal, at } => {
                Event::Signalled { session: session.0, signal: signal.into(), at: Timestamp::from_millis(at) }
            }
            Self::Ended { session, reason, at, listeners } => Event::Ended {
                session: Arc::new(session.read()?),
                reason: reason.into(),
                at: Timestamp::from_millis(at),
                listeners,
            },
        })
    }
}

impl From<&StatusUpdate> for WrittenUpdate {
    fn from(update: &StatusUpdate) -> Self {
        let status = &update.status;
        Self {
            session: Name(status.session.clone()),
            counts: Counts(status.distribution.iter().collect()),
            duration: status.duration_secs,
            broadcast: status.broadcast.into(),
            timestamp: status.timestamp.as_millis(),
            exact: status.exact,
            reason: update.reason.as_str().to_owned(),
            revision: update.revision,
            audience: update.audience.as_ref().map(WrittenAudience::from),
        }
    }
}

impl WrittenUpdate {
    fn read(self) -> Option<StatusUpdate> {
        let status = SessionStatus {
            session: self.session.0,
            // What was shown has room, whatever the limit was there.
            distribution: self.counts.0.shown(LanguageDistribution::MAX_LANGUAGES + 1),
            duration_secs: self.duration,
            broadcast: self.broadcast.read()?,
            timestamp: Timestamp::from_millis(self.timestamp),
            exact: self.exact,
        };
        let reason = UpdateReason::from_name(&self.reason)?;
        let audience = self.audience.map(Audience::from);
        Some(StatusUpdate { status, reason, revision: self.revision, audience })
    }
}

impl From<&Audience> for WrittenAudience {
    fn from(audience: &Audience) -> Self {
        let quality = &audience.quality;
        Self {
            peak: (audience.peak_listener_count, audience.peak_at.as_millis()),
            joins: audience.total_joins,
            leaves: audience.total_leaves,
            reconnecting: audience.reconnecting,
            seen: audience.languages_seen,
            revision: audience.revision,
            as_of: quality.as_of.as_millis(),
            inexact_until: quality.inexact_until.map(Timestamp::as_millis),
            nodes: (quality.nodes_reporting, quality.nodes_expected),
            trend: audience.trend.iter().map(|(at, count)| (at.as_millis(), *count)).collect(),
        }
    }
}

impl From<WrittenAudience> for Audience {
    fn from(written: WrittenAudience) -> Self {
        let at = Timestamp::from_millis;
        Self {
            peak_listener_count: written.peak.0,
            peak_at: at(written.peak.1),
            total_joins: written.joins,
            total_leaves: written.leaves,
            reconnecting: written.reconnecting,
            languages_seen: written.seen,
            revision: written.revision,
            quality: Quality {
                as_of: at(written.as_of),
                inexact_until: written.inexact_until.map(at),
                nodes_reporting: written.nodes.0,
                nodes_expected: written.nodes.1,
            },
            trend: written.trend.into_iter().map(|(moment, count)| (at(moment), count)).collect(),
        }
    }
}

impl From<&Signal> for WrittenSignal {
    fn from(signal: &Signal) -> Self {
        match signal {
            Signal::LanguageIdle { language, since } => Self::Idle(Tag(language.clone()), since.as_millis()),
            Signal::LanguageActive { language, saved } => {
                let millis = u64::try_from(saved.as_millis()).unwrap_or(u64::MAX);
                Self::Active(Tag(language.clone()), millis)
            }
            Signal::LanguageDrop { language, loss } => {
                Self::Drop(Tag(language.clone()), loss.before, loss.after)
            }
            Signal::AudienceDrop(loss) => Self::AudienceDrop(loss.before, loss.after),
            Signal::UnservedLanguage { language } => Self::Unserved(Tag(language.clone())),
        }
    }
}

impl From<WrittenSignal> for Signal {
    fn from(written: WrittenSignal) -> Self {
        match written {
            WrittenSignal::Idle(tag, since) => {
                Self::LanguageIdle { language: tag.0, since: Timestamp::from_millis(since) }
            }
            WrittenSignal::Active(tag, saved) => {
                Self::LanguageActive { language: tag.0, saved: Duration::from_millis(saved) }
            }
            WrittenSignal::Drop(tag, before, after) => {
                Self::LanguageDrop { language: tag.0, loss: Loss { before, after } }
            }
            WrittenSignal::AudienceDrop(before, after) => Self::AudienceDrop(Loss { before, after }),
            WrittenSignal::Unserved(tag) => Self::UnservedLanguage { language: tag.0 },
        }
    }
}
