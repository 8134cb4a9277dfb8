//! Noting what the stream says.

use super::super::DynamoStore;
use super::super::failure::Written;
use super::super::item::Item;
use super::super::patience::Patience;
use super::super::reach::{BATCH, Key};
use super::mark::Mark;
use super::place::Places;
use super::settle::{Seen, note};
use super::sum::Sum;
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use headcount_core::ports::StoreError;
use headcount_core::{SessionId, Timestamp};
use std::collections::BTreeMap;

/// How many marks are written at a time: a transaction has a hundred items, and one is the sum.
pub(super) const AT_A_TIME: usize = BATCH - 1;

/// How many shards of a session are written at the same time.
const AT_ONCE: usize = 8;

/// The items of a shard that belong together, as they were read.
pub(super) struct Shard {
    pub(super) key: String,
    pub(super) sum: Sum,
    pub(super) marks: Vec<Option<Mark>>,
}

impl DynamoStore {
    /// Notes what the stream says of connections in `session`. Each may be named once.
    ///
    /// # Errors
    /// The table could not be read or written. Some of it may be noted; all of it can be noted again.
    pub async fn note_seen(
        &self,
        session: &SessionId,
        seen: &[Seen],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Some(places) = self.counters.map(Places::of) else { return Ok(()) };
        let mut shards: BTreeMap<u16, Vec<Seen>> = BTreeMap::new();
        for seen in seen {
            shards.entry(places.shard_of(&seen.connection)).or_default().push(seen.clone());
        }
        // Parts of one shard follow each other, since both write its sum.
        let noted = iter(shards).map(|(shard, seen)| async move {
            for part in seen.chunks(AT_A_TIME) {
                self.note_part(places, session, shard, part, now).await?;
            }
            Ok(())
        });
        noted.buffer_unordered(AT_ONCE).try_collect().await
    }

    async fn note_part(
        &self,
        places: Places,
        session: &SessionId,
        shard: u16,
        seen: &[Seen],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let keys: Vec<Key> = seen.iter().map(|seen| places.mark(session, shard, &seen.connection)).collect();
        let mut patience = Patience::new();
        loop {
            let mut read = self.shard(places, session, shard, &keys).await?;
            let marks: Vec<(usize, Mark)> = (seen.iter().zip(&read.marks).enumerate())
                .filter_map(|(at, (seen, mark))| Some((at, note(&mut read.sum, mark.as_ref(), seen, now)?)))
                .collect();
            if self.write_shard(session, read, &keys, marks, now).await? == Written::Done {
                return Ok(());
            }
            patience.again().await?;
        }
    }

    /// The sum of `shard` and these of its marks.
    pub(super) async fn shard(
        &self,
        places: Places,
        session: &SessionId,
        shard: u16,
        marks: &[Key],
    ) -> Result<Shard, StoreError> {
        let key = places.sum(shard);
        let mut keys = vec![Key::status(session, &key)];
        keys.extend_from_slice(marks);
        let found: Vec<Option<Item>> = self.reach.get_each(&keys).await?;
        let sum = Sum::read(found.first().and_then(Option::as_ref));
        let marks = found.iter().skip(1).map(|found| found.as_ref().map(Mark::read)).collect();
        Ok(Shard { key, sum, marks })
    }

    /// Writes `marks`, each the one of the key of that number, and the sum with them. Nothing to write is done.
    pub(super) async fn write_shard(
        &self,
        session: &SessionId,
        Shard { key, mut sum, .. }: Shard,
        keys: &[Key],
        marks: Vec<(usize, Mark)>,
        now: Timestamp,
    ) -> Result<Written, StoreError> {
        if marks.is_empty() {
            return Ok(Written::Done);
        }
        sum.revision += 1;
        sum.let_go(now);
        marks.iter().for_each(|(_, mark)| sum.outlast(mark.expires(now)));
        let mut writes = vec![sum.put(session, &key)];
        writes.extend(marks.into_iter().map(|(at, mark)| mark.put(keys[at].clone(), now)));
        self.transact(session, writes).await
    }
}
