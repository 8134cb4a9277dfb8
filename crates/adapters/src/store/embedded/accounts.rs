//! How totals and timelines are written to the database, and accounts read back from it.

use crate::store::written::{WrittenAttendance, WrittenBroadcast};
use headcount_core::{
    Account, Attendance, AudienceHistory, BroadcastState, End, EndKind, Ended, Language, QualityTier,
    SessionId, SignalTotals, Step, Timestamp, Told, Trend, UpdateReason,
};
use rusqlite::{Connection, OptionalExtension, Result, Row, named_params};
use std::sync::Arc;

use super::rows::{number, time};

/// `None` where nobody ever came: on a full disk, many sessions that nobody hears must not take what one that is heard
/// needs.
pub(super) fn write_attendance(attendance: &Attendance) -> Option<String> {
    if attendance.total.joins == 0 && attendance.signals == SignalTotals::default() {
        return None;
    }
    // Every member is text or a number, so writing it cannot fail.
    serde_json::to_string(&WrittenAttendance::from(attendance)).ok()
}

/// `None` for what we never write. `known` makes a language of its tag: who reads many accounts need not check each tag
/// anew, which takes longer than all the rest.
pub(super) fn read_attendance(
    text: &str,
    mut known: impl FnMut(&str) -> Option<Language>,
) -> Option<Attendance> {
    serde_json::from_str::<WrittenAttendance>(text).ok()?.read(&mut known)
}

/// Writes steps of a session, the first of which is number `first`. Those that are written already stay as they are.
pub(super) fn save_steps(
    db: &Connection,
    session: &SessionId,
    created_at: Timestamp,
    first: u64,
    steps: &[Step],
) -> Result<()> {
    let sql = "INSERT OR IGNORE INTO step VALUES (:session, :created_at, :number, :at, :whole, :changes, :broadcast, \
               :revision, :reason, :exact)";
    let mut insert = db.prepare_cached(sql)?;
    for (place, step) in (first..).zip(steps) {
        let changes: Vec<_> = step.changes.iter().map(|(tag, count)| format!("{tag}={count}")).collect();
        insert.execute(named_params! {
            ":session": session.as_str(),
            ":created_at": time(created_at),
            ":number": number(place),
            ":at": time(step.at),
            ":whole": step.whole,
            ":changes": changes.join(" "),
            ":broadcast": step.broadcast.map(write_broadcast),
            ":revision": step.told.map(|told| number(told.revision)),
            ":reason": step.told.map(|told| told.reason.as_str()),
            ":exact": step.told.is_none_or(|told| told.exact),
        })?;
    }
    Ok(())
}

fn write_broadcast(state: BroadcastState) -> String {
    serde_json::to_string(&WrittenBroadcast::from(state)).unwrap_or_default()
}

fn read_broadcast(text: &str) -> Option<BroadcastState> {
    serde_json::from_str::<WrittenBroadcast>(text).ok()?.read()
}

/// The steps of a session before the one numbered `before`. One that cannot be read is left out.
pub(super) fn steps(
    db: &Connection,
    session: &SessionId,
    created_at: Timestamp,
    before: u64,
) -> Result<Vec<Step>> {
    let sql = "SELECT at, whole, changes, broadcast, revision, reason, exact FROM step \
               WHERE session = ?1 AND created_at = ?2 AND number < ?3 ORDER BY number";
    let mut select = db.prepare_cached(sql)?;
    let rows = select.query_map((session.as_str(), time(created_at), number(before)), |row| {
        let (changes, broadcast): (String, Option<String>) = (row.get(2)?, row.get(3)?);
        let (revision, reason): (Option<i64>, Option<String>) = (row.get(4)?, row.get(5)?);
        let exact = row.get(6)?;
        let told = revision.zip(reason).and_then(|(revision, reason)| {
            let (revision, reason) = (u64::try_from(revision).ok()?, UpdateReason::from_name(&reason)?);
            Some(Told { revision, reason, exact })
        });
        Ok(Step {
            at: moment(row, 0)?,
            whole: row.get(1)?,
            changes: changes.split_ascii_whitespace().filter_map(read_change).collect(),
            broadcast: broadcast.as_deref().and_then(read_broadcast),
            told,
        })
    })?;
    rows.collect()
}

fn read_change(word: &str) -> Option<(Language, u64)> {
    let (tag, count) = word.split_once('=')?;
    Some((Language::from_written(tag)?, count.parse().ok()?))
}

/// The account of the session of that name that ended last.
pub(super) fn ended_account(db: &Connection, session: &SessionId) -> Result<Option<Account>> {
    let sql = "SELECT source_language, quality_tier, created_at, ended_at, reason, listeners_at_end, \
               peak, peak_at, joins, leaves, languages_seen, trend, attendance \
               FROM report WHERE session = ?1 ORDER BY number DESC LIMIT 1";
    let found =
        db.prepare_cached(sql)?.query_row([session.as_str()], |row| account(session, row)).optional()?;
    let Some(Some(mut account)) = found else { return Ok(None) };
    account.steps = steps(db, session, account.created_at, u64::MAX)?;
    Ok(Some(account))
}

/// `None` for what we never write.
fn account(session: &SessionId, row: &Row<'_>) -> Result<Option<Account>> {
    let (source, tier): (String, String) = (row.get(0)?, row.get(1)?);
    let (created_at, reason): (Timestamp, String) = (moment(row, 2)?, row.get(4)?);
    let (seen, trend, totals): (String, String, Option<String>) = (row.get(10)?, row.get(11)?, row.get(12)?);
    let end_at = moment(row, 3)?;
    let counts: [u64; 4] = [unsigned(row, 5)?, unsigned(row, 6)?, unsigned(row, 8)?, unsigned(row, 9)?];
    let peak_at = moment(row, 7)?;
    Ok((|| {
        let seen: Vec<String> = serde_json::from_str(&seen).ok()?;
        let points: Vec<(u64, u64)> = serde_json::from_str(&trend).ok()?;
        let points = points.into_iter().map(|(at, count)| (Timestamp::from_millis(at), count));
        let attendance = match totals {
            Some(text) => read_attendance(&text, Language::from_written)?,
            None => Attendance::new(created_at),
        };
        let [listeners, peak, joins, leaves] = counts;
        Some(Account {
            session: session.clone(),
            source_language: Language::parse(&source).ok()?,
            quality_tier: QualityTier::from_name(&tier)?,
            created_at,
            end: Some(End { at: end_at, kind: EndKind::from_name(&reason)?, listeners }),
            history: Arc::new(AudienceHistory {
                peak,
                peak_at,
                joins,
                leaves,
                languages_seen: seen.iter().filter_map(|tag| Language::parse(tag).ok()).collect(),
                trend: Trend::from_points(created_at, points),
            }),
            attendance,
            steps: Vec::new(),
        })
    })())
}

/// Ended sessions of a lower number than `before`, the last one first.
pub(super) fn ended(db: &Connection, before: Option<u64>, limit: usize) -> Result<Vec<Ended>> {
    let sql = "SELECT number, session, source_language, created_at, ended_at, reason, listeners_at_end, peak, joins \
               FROM report WHERE number < ?1 ORDER BY number DESC LIMIT ?2";
    let (before, limit) = (number(before.unwrap_or(u64::MAX)), i64::try_from(limit).unwrap_or(i64::MAX));
    let mut select = db.prepare_cached(sql)?;
    let rows = select.query_map([before, limit], |row| {
        let (session, source, reason): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(5)?);
        let end_at = moment(row, 4)?;
        let (number, created_at) = (unsigned(row, 0)?, moment(row, 3)?);
        let (listeners, peak, joins) = (unsigned(row, 6)?, unsigned(row, 7)?, unsigned(row, 8)?);
        Ok((|| {
            Some(Ended {
                number,
                session: SessionId::parse(&session).ok()?,
                source_language: Language::parse(&source).ok()?,
                created_at,
                end: End { at: end_at, kind: EndKind::from_name(&reason)?, listeners },
                peak,
                joins,
            })
        })())
    })?;
    rows.filter_map(Result::transpose).collect()
}

pub(super) fn unsigned(row: &Row<'_>, column: usize) -> Result<u64> {
    let number: i64 = row.get(column)?;
    Ok(u64::try_from(number).unwrap_or(0))
}

fn moment(row: &Row<'_>, column: usize) -> Result<Timestamp> {
    unsigned(row, column).map(Timestamp::from_millis)
}
