//! Opening the database file: ours alone, checked, and in the form that this version knows.

use super::OpenError;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

const FILE_NAME: &str = "headcount.db";

/// Marks a file as ours (`PRAGMA application_id`): `HdCt` in ASCII.
const APPLICATION_ID: i64 = 0x4864_4374;

/// SQLite's default, and the unit in which the size is limited.
const PAGE_BYTES: u64 = 4_096;

/// Each brings the database from the format of its index to the next one. Only ever appended to.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/001_initial.sql"),
    include_str!("migrations/002_accounts.sql"),
    include_str!("migrations/003_links.sql"),
    include_str!("migrations/004_webhooks.sql"),
    include_str!("migrations/005_languages.sql"),
];

/// Opens the database in `directory`, makes one where there is none, and keeps everybody else out of it until the
/// connection is closed or the process is gone.
pub(super) fn open(directory: &Path, max_bytes: Option<u64>) -> Result<(Connection, PathBuf), OpenError> {
    let file = directory.join(FILE_NAME);
    prepare(directory, &file)
        .map_err(|cause| OpenError::Directory { directory: directory.to_owned(), cause })?;
    let mut connection = connect(&file).map_err(|error| explain(&file, &error))?;
    migrate(&mut connection, &file)?;
    settle(&connection, max_bytes).map_err(|error| explain(&file, &error))?;
    Ok((connection, file))
}

/// What an error of SQLite means for who wants to start the server.
pub(super) fn explain(file: &Path, error: &rusqlite::Error) -> OpenError {
    let (file, cause) = (file.to_owned(), error.to_string());
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => OpenError::Locked { file },
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => OpenError::Damaged { file, cause },
        _ => OpenError::Failed { file, cause },
    }
}

/// The directory and an empty file that only its owner may read: the signing key will be in it. SQLite gives the
/// files beside it the same rights. A file that exists is not even opened, because to close it again would take
/// away the lock that this process may have on it.
fn prepare(directory: &Path, file: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(directory)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        made => made.map(drop),
    }
}

/// In exclusive mode the first read takes a lock that nobody else passes; nothing is written yet.
fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(Duration::ZERO)?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

fn migrate(connection: &mut Connection, file: &Path) -> Result<(), OpenError> {
    let failed = |error: rusqlite::Error| explain(file, &error);
    let known = MIGRATIONS.len() as i64;
    let tx = connection.transaction_with_behavior(TransactionBehavior::Exclusive).map_err(failed)?;
    let found: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?;
    let owner: i64 = tx.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(failed)?;
    let tables: i64 =
        tx.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(failed)?;
    if owner != APPLICATION_ID && (tables > 0 || found != 0 || owner != 0) {
        return Err(OpenError::Foreign { file: file.to_owned() });
    }
    let done = usize::try_from(found).ok().filter(|done| *done <= MIGRATIONS.len());
    let Some(done) = done else { return Err(OpenError::Newer { file: file.to_owned(), found, known }) };
    if done < MIGRATIONS.len() {
        for migration in &MIGRATIONS[done..] {
            tx.execute_batch(migration).map_err(failed)?;
        }
        tx.pragma_update(None, "application_id", APPLICATION_ID).map_err(failed)?;
        tx.pragma_update(None, "user_version", known).map_err(failed)?;
    }
    tx.commit().map_err(failed)
}

/// A write-ahead log that is synced at checkpoints: a commit survives the death of the process, not that of the
/// machine's power, and costs no wait for the disk.
fn settle(connection: &Connection, max_bytes: Option<u64>) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    if let Some(bytes) = max_bytes {
        let pages = i64::try_from(bytes / PAGE_BYTES).unwrap_or(i64::MAX).max(1);
        connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    }
    Ok(())
}
