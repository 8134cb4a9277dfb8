//! From the marks to their rows and their sum: finds who is counted and is not there, and sums that are wrong.

use super::super::super::DynamoStore;
use super::super::super::failure::{Written, failed};
use super::super::super::item::{Item, s, text};
use super::super::super::reach::{BATCH, Key};
use super::super::cell::Cell;
use super::super::mark::Mark;
use super::super::round::Next;
use super::super::settle::is_in;
use super::super::sum::Sum;
use super::{Audited, Auditing, cell_of};
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use headcount_core::ConnectionId;
use headcount_core::ports::StoreError;
use std::collections::BTreeMap;

/// How many calls go out at the same time.
const AT_ONCE: usize = 8;

impl DynamoStore {
    /// Compares the marks of a shard with their sum and with the rows; what comes after it.
    pub(super) async fn audit_marks(
        &self,
        auditing: Auditing<'_>,
        shard: u16,
        done: &mut Audited,
    ) -> Result<Next, StoreError> {
        let key = Key::status(auditing.session, &auditing.places.sum(shard));
        let sum = Sum::read(self.reach.get(&key).await?.as_ref());
        let marks = self.counted_marks(auditing, shard).await?;
        done.compared += marks.len() as u64;
        done.mended += self.mend_sum(auditing, shard, sum, &marks).await?;
        let gone = self.unlike_rows(auditing, marks).await?;
        done.mended += self.mend(auditing, shard, &gone).await?;
        let next = shard + 1;
        Ok(if next < auditing.places.shards { Next::Marks(next) } else { Next::Done })
    }

    /// The marks of a shard that count, each with where it does.
    async fn counted_marks(
        &self,
        Auditing { places, session, now }: Auditing<'_>,
        shard: u16,
    ) -> Result<Vec<(ConnectionId, Cell)>, StoreError> {
        let query = self.reach.client.query().table_name(&self.reach.tables.status).consistent_read(true);
        let query = query
            .key_condition_expression("pk = :marks")
            .expression_attribute_values(":marks", s(places.marks(session, shard)))
            .filter_expression("attribute_exists(cell)")
            .projection_expression("sk, cell");
        let mark = |item: &Item| {
            let cell = Mark::read(item).cell.filter(|cell| cell.counts_at(now))?;
            Some((ConnectionId::parse(text(item, "sk")?).ok()?, cell))
        };
        let (mut marks, mut from) = (Vec::new(), None);
        loop {
            let page = query.clone().set_exclusive_start_key(from).send().await.map_err(failed)?;
            marks.extend(page.items().iter().filter_map(mark));
            from = page.last_evaluated_key;
            if from.is_none() {
                return Ok(marks);
            }
        }
    }

    /// Makes `sum` what its marks come to. They were read after it: if it is still as it was, so are they. Where it is
    /// not, somebody comes or goes just now, and the next round looks again.
    async fn mend_sum(
        &self,
        Auditing { session, places, now }: Auditing<'_>,
        shard: u16,
        mut sum: Sum,
        marks: &[(ConnectionId, Cell)],
    ) -> Result<u64, StoreError> {
        let mut cells: BTreeMap<Cell, u64> = BTreeMap::new();
        for (_, cell) in marks {
            *cells.entry(cell.clone()).or_default() += 1;
        }
        sum.let_go(now);
        if sum.cells == cells {
            return Ok(0);
        }
        sum.cells = cells;
        sum.revision += 1;
        let written = self.transact(session, vec![sum.put(session, &places.sum(shard))]).await?;
        Ok(u64::from(written == Written::Done))
    }

    /// The connections whose rows say otherwise than their marks.
    async fn unlike_rows(
        &self,
        Auditing { session, now, .. }: Auditing<'_>,
        marks: Vec<(ConnectionId, Cell)>,
    ) -> Result<Vec<ConnectionId>, StoreError> {
        let parts: Vec<Vec<(ConnectionId, Cell)>> = marks.chunks(BATCH).map(<[_]>::to_vec).collect();
        let parts = iter(parts).map(|marks| async move {
            let keys: Vec<Key> = marks.iter().map(|(id, _)| Key::Connection(id.clone())).collect();
            let rows = self.reach.glance_at_each(&keys).await?;
            let wrong = marks.into_iter().zip(rows).filter(|((_, cell), row)| {
                let row = row.as_ref().and_then(|row| cell_of(row, session, now));
                !is_in(Some(cell), row.as_ref())
            });
            Ok(wrong.map(|((id, _), _)| id).collect::<Vec<_>>())
        });
        let wrong: Vec<Vec<ConnectionId>> = parts.buffer_unordered(AT_ONCE).try_collect().await?;
        Ok(wrong.concat())
    }
}
