//! How sessions are read back when the store opens: all of them, in one pass.
//!
//! That is also the check of the database: whatever of a live session cannot be read, or is what we never write,
//! is damage, and the store does not open. (`PRAGMA quick_check` would read the reports as well, and take longer.)

use super::{OpenError, accounts, database, links};
use crate::store::rooms::{Chronicle, Live};
use headcount_core::{
    Attendance, AudienceHistory, BroadcastState, ConnectionId, Language, LanguageDistribution, QualityTier,
    ServedLanguages, Session, SessionId, SpeakerSeat, StatusDetail, Timeline, Timestamp, Trend, UpdateLedger,
    UserId, Volume,
};
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::path::Path;

mod cells;

use cells::{Cells, Languages};

/// The database could not be read, or holds what we never write.
#[derive(Debug, thiserror::Error)]
pub(super) enum LoadError {
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
    #[error("the column {0} of a session makes no sense")]
    Nonsense(String),
}

impl LoadError {
    /// What it means for who wants to start the server.
    pub(super) fn explain(&self, file: &Path) -> OpenError {
        match self {
            Self::Database(error) if error.sqlite_error_code().is_some() => database::explain(file, error),
            Self::Database(_) | Self::Nonsense(_) => {
                OpenError::Damaged { file: file.to_owned(), cause: self.to_string() }
            }
        }
    }
}

/// The columns in the order in which [`session`], [`ledger`] and [`history`] read them. An outer join, so that a
/// session without a ledger or a history is noticed.
const SQL: &str = "SELECT s.id, s.owner, s.source_language, s.quality_tier, s.created_at, s.updated_at, \
    s.expires_at, s.is_active, s.is_paused, s.is_muted, s.volume, s.last_state_change, s.paused_since, \
    s.speaker_connection, s.speaker_wants_full, s.speaker_lost_until, s.links, s.languages, \
    l.revision, l.last_count, l.last_told, l.last_triggered, l.announced, \
    h.peak, h.peak_at, h.joins, h.leaves, h.languages_seen, h.trend, h.attendance, h.pending, h.timeline_size, \
    (SELECT coalesce(max(number) + 1, 0) FROM step WHERE session = s.id AND created_at = s.created_at) \
    FROM session AS s LEFT JOIN ledger AS l ON l.session = s.id LEFT JOIN history AS h ON h.session = s.id";

/// The latest moment that is written down of any live session.
pub(super) fn latest(db: &Connection) -> rusqlite::Result<Timestamp> {
    const SQL: &str = "SELECT max(coalesce((SELECT max(last_told) FROM ledger), 0), \
        coalesce((SELECT max(updated_at) FROM session), 0))";
    let millis: i64 = db.query_one(SQL, [], |row| row.get(0))?;
    Ok(Timestamp::from_millis(u64::try_from(millis).unwrap_or(0)))
}

/// Every live session. Whoever listened when the process died has left, as of `now`, and has listened until `died`; the
/// count may be short until `inexact_until`.
pub(super) fn sessions(
    db: &Connection,
    died: Timestamp,
    now: Timestamp,
    inexact_until: Timestamp,
) -> Result<Vec<Live>, LoadError> {
    let mut languages = Languages::default();
    let mut statement = db.prepare(SQL)?;
    let mut rows = statement.query([])?;
    let mut sessions = Vec::new();
    while let Some(row) = rows.next()? {
        let mut cells = Cells::of(row, &mut languages);
        let session = session(&mut cells)?;
        let ledger = ledger(&mut cells)?;
        let mut history = history(&mut cells, session.created_at)?;
        let chronicle = chronicle(&mut cells, &session, died)?;
        history.left(history.joins.saturating_sub(history.leaves), &LanguageDistribution::new(), now);
        sessions.push(Live::recovered(session, ledger, history, chronicle, Some(inexact_until)));
    }
    Ok(sessions)
}

/// The record of `session`, whose listeners were last heard of when the process died.
fn chronicle(cells: &mut Cells<'_>, session: &Session, died: Timestamp) -> Result<Chronicle, LoadError> {
    let attendance =
        cells.tagged_if_any(|text, languages| accounts::read_attendance(text, |tag| languages.get(tag)))?;
    let attendance = attendance.unwrap_or_else(|| Attendance::new(session.created_at));
    let timeline = Timeline::resumed(cells.time_if_any()?);
    let (size, steps) = (cells.number()?, cells.number()?);
    let mut chronicle = Chronicle::recovered(attendance, timeline, session.broadcast, (steps, size));
    chronicle.abandoned(died);
    Ok(chronicle)
}

fn session(cells: &mut Cells<'_>) -> Result<Session, LoadError> {
    Ok(Session {
        id: cells.parsed(|text| SessionId::parse(text).ok())?,
        owner: cells.parsed_if_any(|text| UserId::parse(text).ok())?,
        source_language: cells.language()?,
        quality_tier: cells.parsed(QualityTier::from_name)?,
        created_at: cells.time()?,
        updated_at: cells.time()?,
        expires_at: cells.time()?,
        broadcast: BroadcastState {
            is_active: cells.value()?,
            is_paused: cells.value()?,
            is_muted: cells.value()?,
            volume: {
                let level = cells.value()?;
                cells.sane(Volume::new(level).ok())?
            },
            last_state_change: cells.time()?,
        },
        paused_since: cells.time_if_any()?,
        speaker: seat(cells)?,
        links: cells.parsed(links::read)?,
        languages: {
            let languages = cells.language_list()?;
            cells.sane(ServedLanguages::new(languages).ok())?
        },
    })
}

fn seat(cells: &mut Cells<'_>) -> Result<SpeakerSeat, LoadError> {
    let connection = cells.parsed_if_any(|text| ConnectionId::parse(text).ok())?;
    let detail = if cells.value()? { StatusDetail::Full } else { StatusDetail::Basic };
    let lost_until = cells.time_if_any()?;
    Ok(match (connection, lost_until) {
        (Some(connection), _) => SpeakerSeat::Attached { connection, detail },
        (None, Some(until)) => SpeakerSeat::Lost { until },
        (None, None) => SpeakerSeat::Never,
    })
}

fn ledger(cells: &mut Cells<'_>) -> Result<UpdateLedger, LoadError> {
    let (revision, last_count) = (cells.number()?, cells.number()?);
    let (last_told, last_triggered) = (cells.time()?, cells.time_if_any()?);
    let announced: BTreeSet<Language> = cells.languages()?;
    Ok(UpdateLedger::from_parts(revision, last_count, last_told, last_triggered, announced))
}

fn history(cells: &mut Cells<'_>, created_at: Timestamp) -> Result<AudienceHistory, LoadError> {
    Ok(AudienceHistory {
        peak: cells.number()?,
        peak_at: cells.time()?,
        joins: cells.number()?,
        leaves: cells.number()?,
        languages_seen: cells.languages()?,
        trend: {
            let points: Vec<(u64, u64)> = cells.parsed(|text| serde_json::from_str(text).ok())?;
            let points = points.into_iter().map(|(at, count)| (Timestamp::from_millis(at), count));
            Trend::from_points(created_at, points)
        },
    })
}
