//! How sessions, ledgers, histories and reports are written to the database.

use super::accounts::{save_steps, write_attendance};
use super::links;
use headcount_core::{
    Account, Attendance, AudienceHistory, Language, Session, SessionId, SpeakerSeat, StatusDetail, Timestamp,
    UpdateLedger,
};
use rusqlite::{Connection, OptionalExtension, Result, named_params};

/// What stays of an ended session.
pub(super) struct Report {
    pub(super) account: Account,
    /// The number of the first step in it.
    pub(super) first_step: u64,
}

pub(super) fn save_session(db: &Connection, session: &Session) -> Result<()> {
    // Not a REPLACE: that would delete the row first, and the ledger and the history with it.
    let sql = "INSERT INTO session VALUES (:id, :owner, :source_language, :quality_tier, :created_at, :updated_at, \
               :expires_at, :is_active, :is_paused, :is_muted, :volume, :last_state_change, :paused_since, \
               :speaker_connection, :speaker_wants_full, :speaker_lost_until, :links, :languages) \
               ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, source_language = excluded.source_language, \
               quality_tier = excluded.quality_tier, created_at = excluded.created_at, \
               updated_at = excluded.updated_at, expires_at = excluded.expires_at, is_active = excluded.is_active, \
               is_paused = excluded.is_paused, is_muted = excluded.is_muted, volume = excluded.volume, \
               last_state_change = excluded.last_state_change, paused_since = excluded.paused_since, \
               speaker_connection = excluded.speaker_connection, speaker_wants_full = excluded.speaker_wants_full, \
               speaker_lost_until = excluded.speaker_lost_until, links = excluded.links, \
               languages = excluded.languages";
    let (wants_full, lost_until) = match &session.speaker {
        SpeakerSeat::Never => (false, None),
        SpeakerSeat::Attached { detail, .. } => (*detail == StatusDetail::Full, None),
        SpeakerSeat::Lost { until } => (false, Some(time(*until))),
    };
    db.prepare_cached(sql)?.execute(named_params! {
        ":id": session.id.as_str(),
        ":owner": session.owner.as_ref().map(|owner| owner.as_str()),
        ":source_language": session.source_language.as_str(),
        ":quality_tier": session.quality_tier.as_str(),
        ":created_at": time(session.created_at),
        ":updated_at": time(session.updated_at),
        ":expires_at": time(session.expires_at),
        ":is_active": session.broadcast.is_active,
        ":is_paused": session.broadcast.is_paused,
        ":is_muted": session.broadcast.is_muted,
        ":volume": session.broadcast.volume.level(),
        ":last_state_change": time(session.broadcast.last_state_change),
        ":paused_since": session.paused_since.map(time),
        ":speaker_connection": session.speaker.connection().map(|connection| connection.as_str()),
        ":speaker_wants_full": wants_full,
        ":speaker_lost_until": lost_until,
        ":links": links::write(&session.links),
        ":languages": tags(session.languages.declared()),
    })?;
    Ok(())
}

pub(super) fn save_ledger(db: &Connection, session: &SessionId, ledger: &UpdateLedger) -> Result<()> {
    let sql = "REPLACE INTO ledger VALUES (:session, :revision, :last_count, :last_told, :last_triggered, :announced)";
    db.prepare_cached(sql)?.execute(named_params! {
        ":session": session.as_str(),
        ":revision": number(ledger.revision()),
        ":last_count": number(ledger.last_count()),
        ":last_told": time(ledger.last_told()),
        ":last_triggered": ledger.last_triggered().map(time),
        ":announced": tags(ledger.announced()),
    })?;
    Ok(())
}

/// What happened to an audience, apart from the steps of its timeline.
pub(super) struct Record {
    pub(super) attendance: Attendance,
    pub(super) pending: Option<Timestamp>,
    pub(super) timeline_size: u64,
}

pub(super) fn save_history(
    db: &Connection,
    session: &SessionId,
    history: &AudienceHistory,
    record: &Record,
) -> Result<()> {
    let sql = "REPLACE INTO history (session, peak, peak_at, joins, leaves, languages_seen, trend, attendance, pending, \
               timeline_size) VALUES (:session, :peak, :peak_at, :joins, :leaves, :languages_seen, :trend, :attendance, \
               :pending, :timeline_size)";
    db.prepare_cached(sql)?.execute(named_params! {
        ":session": session.as_str(),
        ":peak": number(history.peak),
        ":peak_at": time(history.peak_at),
        ":joins": number(history.joins),
        ":leaves": number(history.leaves),
        ":languages_seen": tags(&history.languages_seen),
        ":trend": trend(history),
        ":attendance": write_attendance(&record.attendance),
        ":pending": record.pending.map(time),
        ":timeline_size": number(record.timeline_size),
    })?;
    Ok(())
}

/// Deletes a live session, with its ledger and its history.
pub(super) fn delete_session(db: &Connection, session: &SessionId) -> Result<()> {
    db.prepare_cached("DELETE FROM session WHERE id = ?1")?.execute([session.as_str()])?;
    Ok(())
}

/// Writes the report of a session that has ended. Without the way in which it did, there is nothing to report.
pub(super) fn save_report(db: &Connection, report: &Report) -> Result<()> {
    let Report { account, first_step } = report;
    let (Some(end), history) = (account.end, &account.history) else { return Ok(()) };
    let sql = "INSERT INTO report (session, source_language, quality_tier, created_at, ended_at, reason, \
               listeners_at_end, peak, peak_at, joins, leaves, languages_seen, trend, attendance) \
               VALUES (:session, :source_language, :quality_tier, :created_at, :ended_at, :reason, \
               :listeners_at_end, :peak, :peak_at, :joins, :leaves, :languages_seen, :trend, :attendance)";
    db.prepare_cached(sql)?.execute(named_params! {
        ":session": account.session.as_str(),
        ":source_language": account.source_language.as_str(),
        ":quality_tier": account.quality_tier.as_str(),
        ":created_at": time(account.created_at),
        ":ended_at": time(end.at),
        ":reason": end.kind.as_str(),
        ":listeners_at_end": number(end.listeners),
        ":peak": number(history.peak),
        ":peak_at": time(history.peak_at),
        ":joins": number(history.joins),
        ":leaves": number(history.leaves),
        ":languages_seen": tags(&history.languages_seen),
        ":trend": trend(history),
        ":attendance": write_attendance(&account.attendance),
    })?;
    save_steps(db, &account.session, account.created_at, *first_step, &account.steps)
}

/// Forgets the reports of sessions that ended before `before`, and says how many there were.
pub(super) fn prune_reports(db: &Connection, before: Timestamp) -> Result<usize> {
    let steps = "DELETE FROM step WHERE (session, created_at) IN \
                 (SELECT session, created_at FROM report WHERE ended_at < ?1)";
    db.execute(steps, [time(before)])?;
    db.execute("DELETE FROM report WHERE ended_at < ?1", [time(before)])
}

/// The signing key on disk, which is `candidate` from now on where there was none.
pub(super) fn signing_key(db: &Connection, candidate: [u8; 32]) -> Result<[u8; 32]> {
    const NAME: &str = "signing_key";
    let find = "SELECT value FROM secret WHERE name = ?1";
    if let Some(key) = db.query_row(find, [NAME], |row| row.get(0)).optional()? {
        return Ok(key);
    }
    db.execute("INSERT INTO secret VALUES (?1, ?2)", (NAME, candidate))?;
    Ok(candidate)
}

pub(super) fn time(at: Timestamp) -> i64 {
    number(at.as_millis())
}

/// SQLite's integers have a sign; no count comes near its end.
pub(super) fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn tags<'a>(languages: impl IntoIterator<Item = &'a Language>) -> String {
    let tags: Vec<_> = languages.into_iter().map(Language::as_str).collect();
    serde_json::Value::from(tags).to_string()
}

fn trend(history: &AudienceHistory) -> String {
    let points: Vec<_> =
        history.trend.points().iter().map(|(at, count)| vec![at.as_millis(), *count]).collect();
    serde_json::Value::from(points).to_string()
}
