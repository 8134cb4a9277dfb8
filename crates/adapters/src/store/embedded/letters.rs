//! The outbox on disk: letters, the sequences that are used up, and whose they are.

use super::EmbeddedStore;
use super::accounts::unsigned;
use super::mailbox::Forgotten;
use super::rows::{number, time};
use crate::outbox::{Kept, Letter, Outbox};
use async_trait::async_trait;
use headcount_core::Timestamp;
use headcount_core::ports::StoreError;
use rusqlite::{Connection, params};
use std::sync::Arc;

#[async_trait]
impl Outbox for EmbeddedStore {
    async fn open(&self, source: &str) -> Result<Kept, StoreError> {
        let source = source.to_owned();
        self.read(move |db| open(db, &source)).await
    }

    async fn keep(&self, letters: Vec<Letter>) -> Result<(), StoreError> {
        if letters.is_empty() {
            return Ok(());
        }
        super::taken(self.mailbox.letters(letters)).await
    }

    fn forget(&self, target: &Arc<str>, sequence: u64) {
        self.mailbox.forget(Forgotten { target: Arc::clone(target), sequence });
    }
}

fn open(db: &Connection, source: &str) -> rusqlite::Result<Kept> {
    db.execute("INSERT OR IGNORE INTO outbox_source (only_one, source) VALUES (1, ?1)", [source])?;
    let source = db.query_row("SELECT source FROM outbox_source", [], |row| row.get(0))?;
    let mut targets = db.prepare("SELECT target, sequence FROM outbox_target")?;
    let sequences = targets.query_map([], |row| Ok((row.get(0)?, unsigned(row, 1)?)))?;
    let sequences = sequences.collect::<rusqlite::Result<_>>()?;
    let mut letters = db.prepare(
        "SELECT target, sequence, delivery, is_status, created_at, body FROM outbox_letter ORDER BY target, sequence",
    )?;
    let letters = letters.query_map([], |row| {
        Ok(Letter {
            target: row.get::<_, String>(0)?.into(),
            sequence: unsigned(row, 1)?,
            delivery: row.get::<_, String>(2)?.into(),
            is_status: row.get(3)?,
            created_at: Timestamp::from_millis(unsigned(row, 4)?),
            body: row.get::<_, String>(5)?.into(),
        })
    })?;
    Ok(Kept { source, sequences, letters: letters.collect::<rusqlite::Result<_>>()? })
}

/// Takes out what has arrived.
pub(super) fn delete(db: &Connection, forgotten: &[Forgotten]) -> rusqlite::Result<()> {
    let mut delete = db.prepare_cached("DELETE FROM outbox_letter WHERE target = ?1 AND sequence = ?2")?;
    for letter in forgotten {
        delete.execute(params![&*letter.target, number(letter.sequence)])?;
    }
    Ok(())
}

/// Puts letters in, and remembers their sequences.
pub(super) fn save(db: &Connection, letters: &[Letter]) -> rusqlite::Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT OR REPLACE INTO outbox_letter (target, sequence, delivery, is_status, created_at, body) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let mut highest = db.prepare_cached(
        "INSERT INTO outbox_target (target, sequence) VALUES (?1, ?2) \
         ON CONFLICT (target) DO UPDATE SET sequence = max(sequence, excluded.sequence)",
    )?;
    for letter in letters {
        let Letter { target, sequence, delivery, is_status, created_at, body } = letter;
        let sequence = number(*sequence);
        insert.execute(params![&**target, sequence, &**delivery, is_status, time(*created_at), &**body])?;
        highest.execute(params![&**target, sequence])?;
    }
    Ok(())
}
