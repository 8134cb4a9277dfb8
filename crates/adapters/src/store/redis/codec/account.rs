//! What stays of a session: the totals of one node, how it ended, and its line in the list.

use super::session::WrittenSession;
use super::values::{Name, Tag};
use super::{Version, parsed, text};
use crate::store::cluster::Chapter;
use crate::store::written::WrittenAttendance;
use headcount_core::cluster::NodeId;
use headcount_core::{AudienceHistory, End, EndKind, Ended, Language, Session, Timestamp, Trend};
use serde::{Deserialize, Serialize};

/// A chapter without its steps.
#[derive(Serialize, Deserialize)]
struct WrittenHead {
    v: Version,
    /// When it was said.
    #[serde(default)]
    at: u64,
    attendance: WrittenAttendance,
    history: WrittenHistory,
}

#[derive(Serialize, Deserialize)]
struct WrittenHistory {
    peak: (u64, u64),
    joins: u64,
    leaves: u64,
    seen: Vec<Tag>,
    /// Moments and counts; the first is when the session was created.
    trend: Vec<(u64, u64)>,
}

/// A session that has ended.
#[derive(Serialize, Deserialize)]
struct WrittenAccount {
    v: Version,
    session: WrittenSession,
    end: WrittenEnd,
}

#[derive(Serialize, Deserialize)]
struct WrittenEnd {
    at: u64,
    kind: String,
    listeners: u64,
}

/// A line in the list of those that have ended.
#[derive(Serialize, Deserialize)]
struct WrittenLine {
    v: Version,
    session: Name,
    source: Tag,
    created: u64,
    end: WrittenEnd,
}

pub(in crate::store::redis) fn write_head(chapter: &Chapter) -> String {
    let history = &chapter.history;
    text(&WrittenHead {
        v: Version,
        at: chapter.said_at.as_millis(),
        attendance: (&chapter.attendance).into(),
        history: WrittenHistory {
            peak: (history.peak, history.peak_at.as_millis()),
            joins: history.joins,
            leaves: history.leaves,
            seen: history.languages_seen.iter().cloned().map(Tag).collect(),
            trend: history.trend.points().iter().map(|(at, count)| (at.as_millis(), *count)).collect(),
        },
    })
}

/// A chapter without its steps.
pub(in crate::store::redis) fn read_head(node: NodeId, first_step: u64, text: &[u8]) -> Option<Chapter> {
    let written: WrittenHead = parsed(text)?;
    let WrittenHistory { peak, joins, leaves, seen, trend } = written.history;
    let at = Timestamp::from_millis;
    let points = trend.into_iter().map(|(moment, count)| (at(moment), count));
    let start = points.clone().next().map_or(at(peak.1), |(moment, _)| moment);
    Some(Chapter {
        node,
        said_at: at(written.at),
        attendance: written.attendance.read(&mut Language::from_written)?,
        history: AudienceHistory {
            peak: peak.0,
            peak_at: at(peak.1),
            joins,
            leaves,
            languages_seen: seen.into_iter().map(|tag| tag.0).collect(),
            trend: Trend::from_points(start, points),
        },
        first_step,
        steps: Vec::new(),
    })
}

pub(in crate::store::redis) fn write_account(session: &Session, end: &End) -> String {
    text(&WrittenAccount { v: Version, session: session.into(), end: end.into() })
}

pub(in crate::store::redis) fn read_account(text: &[u8]) -> Option<(Session, End)> {
    let written: WrittenAccount = parsed(text)?;
    Some((written.session.read()?, written.end.read()?))
}

pub(in crate::store::redis) fn write_ended(session: &Session, end: &End) -> String {
    text(&WrittenLine {
        v: Version,
        session: Name(session.id.clone()),
        source: Tag(session.source_language.clone()),
        created: session.created_at.as_millis(),
        end: end.into(),
    })
}

/// The line of that number, with no listener in it yet: peak and joins are in the chapters.
pub(in crate::store::redis) fn read_ended(number: u64, text: &[u8]) -> Option<Ended> {
    let written: WrittenLine = parsed(text)?;
    Some(Ended {
        number,
        session: written.session.0,
        source_language: written.source.0,
        created_at: Timestamp::from_millis(written.created),
        end: written.end.read()?,
        peak: 0,
        joins: 0,
    })
}

impl From<&End> for WrittenEnd {
    fn from(end: &End) -> Self {
        let End { at, kind, listeners } = *end;
        Self { at: at.as_millis(), kind: kind.as_str().to_owned(), listeners }
    }
}

impl WrittenEnd {
    fn read(self) -> Option<End> {
        let (at, kind) = (Timestamp::from_millis(self.at), EndKind::from_name(&self.kind)?);
        Some(End { at, kind, listeners: self.listeners })
    }
}
