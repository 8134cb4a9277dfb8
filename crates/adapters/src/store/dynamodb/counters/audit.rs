//! Comparing the counters with the tables, and mending them.
//!
//! It only looks for what may be wrong, by cheap reads that can be late. What is mended is looked at once more in the
//! table itself, after the mark was read, and written only if nobody has written that mark meanwhile: so what is
//! mended is never older than what was noted. While people come and go, some of what is mended was on its way.

mod marks;
mod rows;

use super::super::DynamoStore;
use super::super::failure::Written;
use super::super::item::{Item, language, number, text};
use super::super::patience::Patience;
use super::super::reach::Key;
use super::cell::Cell;
use super::mark::Mark;
use super::place::Places;
use super::round::{Next, Round};
use super::settle::{Heard, mend};
use headcount_core::ports::StoreError;
use headcount_core::{ConnectionId, SessionId, Timestamp};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// How many connections are mended at a time: their rows, their marks and the sum are read at once or nearly so.
const AT_A_TIME: usize = 99;

/// What a step may take at the least: one that is begun later is not done in time.
const STEP: Duration = Duration::from_millis(1_500);

/// What an audit has come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Audited {
    /// How many rows and marks were compared.
    pub compared: u64,
    /// How many connections, or sums, were not as they had to be, and are now.
    pub mended: u64,
    /// Whether the round came to its end.
    pub is_done: bool,
    /// Whether it is the first since the counters are kept: what it mends was never counted before.
    pub is_first: bool,
}

/// What the audit of one session knows all the way.
#[derive(Clone, Copy)]
struct Auditing<'a> {
    places: Places,
    session: &'a SessionId,
    now: Timestamp,
}

impl DynamoStore {
    /// Goes on comparing the counters of `session` with the tables, step by step, until the round is done or `until` is
    /// near. What is not done remains for the next call. Where nothing is kept, nothing happens.
    ///
    /// # Errors
    /// The tables could not be read or written. The steps before remain done.
    pub async fn audit_counters(
        &self,
        session: &SessionId,
        now: Timestamp,
        until: Instant,
    ) -> Result<Audited, StoreError> {
        let Some(places) = self.counters.map(Places::of) else { return Ok(Audited::default()) };
        let (lease, round) = self.standing(places, session).await?;
        let Some(lease) = lease.filter(|lease| lease.holds(now) && lease.is_taken_over(now)) else {
            return Ok(Audited::default());
        };
        let auditing = Auditing { places, session, now };
        let mut round = round.unwrap_or_default().under_way(&lease, now);
        let mut done = Audited { is_first: !round.has_settled(&lease), ..Audited::default() };
        loop {
            let next = match std::mem::replace(&mut round.next, Next::Done) {
                Next::Rows(from) => self.audit_rows(auditing, from, &mut done).await?,
                Next::Marks(shard) => self.audit_marks(auditing, shard, &mut done).await?,
                Next::Done => Next::Done,
            };
            round.stepped(next);
            // Whoever finds that another has written the round leaves it to that one.
            let written = self.put_round(auditing, &round).await? == Written::Done;
            done.is_done = written && round.next == Next::Done;
            if !written || done.is_done || Instant::now() + STEP >= until {
                return Ok(done);
            }
        }
    }

    async fn put_round(&self, auditing: Auditing<'_>, round: &Round) -> Result<Written, StoreError> {
        let key = Key::status(auditing.session, &auditing.places.round());
        let (item, unwritten) = round.write(&key, auditing.now);
        let session = auditing.session;
        self.ahead.forget(session);
        let written = self.reach.put(&key, item, unwritten).await;
        self.ahead.forget(session);
        written
    }

    /// Makes the marks of these connections, all of one shard, what the table says; how many were not.
    async fn mend(
        &self,
        Auditing { places, session, now }: Auditing<'_>,
        shard: u16,
        doubtful: &[ConnectionId],
    ) -> Result<u64, StoreError> {
        let mut mended = 0;
        for part in doubtful.chunks(AT_A_TIME) {
            let keys: Vec<Key> = part.iter().map(|id| places.mark(session, shard, id)).collect();
            let rows: Vec<Key> = part.iter().cloned().map(Key::Connection).collect();
            let mut patience = Patience::new();
            loop {
                let mut read = self.shard(places, session, shard, &keys).await?;
                let rows = self.reach.get_each(&rows).await?;
                let truth = rows.iter().map(|row| row.as_ref().and_then(|row| cell_of(row, session, now)));
                let marks: Vec<(usize, Mark)> = (truth.zip(&read.marks).enumerate())
                    .filter_map(|(at, (row, mark))| Some((at, mend(&mut read.sum, mark.as_ref(), row, now)?)))
                    .collect();
                let wrong = marks.len() as u64;
                if self.write_shard(session, read, &keys, marks, now).await? == Written::Done {
                    mended += wrong;
                    break;
                }
                patience.again().await?;
            }
        }
        Ok(mended)
    }
}

/// Connections of a shard whose counting is in doubt.
type Doubtful = BTreeMap<u16, Vec<ConnectionId>>;

/// Where a row counts in `session` at `now`, as the function reads the stream's images: who has no role, but a language,
/// listens.
fn cell_of(row: &Item, session: &SessionId, now: Timestamp) -> Option<Cell> {
    let tag = text(row, "targetLanguage").filter(|tag| !tag.trim().is_empty());
    let listens = text(row, "role").map_or(tag.is_some(), |role| role == "listener");
    if !listens || text(row, "sessionId") != Some(session.as_str()) {
        return None;
    }
    let until = number(row, "ttl").map(|ttl| Timestamp::from_millis(ttl.saturating_mul(1_000)));
    Heard { language: language(tag.unwrap_or_default()), until }.cell(now)
}
