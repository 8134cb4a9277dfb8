//! From the rows to their marks: finds who is not counted.

use super::super::super::counting::INDEX;
use super::super::super::failure::failed;
use super::super::super::item::{s, text};
use super::super::super::reach::{BATCH, Key};
use super::super::super::{DynamoStore, item::Item};
use super::super::cell::Cell;
use super::super::mark::Mark;
use super::super::round::Next;
use super::super::settle::is_in;
use super::{Audited, Auditing, Doubtful, cell_of};
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use headcount_core::ConnectionId;
use headcount_core::ports::StoreError;

/// How many rows a step reads.
const PAGE: i32 = 2_000;

/// How many calls go out at the same time.
const AT_ONCE: usize = 8;

impl DynamoStore {
    /// Compares a page of the index with the marks; what comes after it.
    pub(super) async fn audit_rows(
        &self,
        auditing: Auditing<'_>,
        from: Option<Item>,
        done: &mut Audited,
    ) -> Result<Next, StoreError> {
        let query = self.reach.client.query().table_name(&self.reach.tables.connections).index_name(INDEX);
        let query = query
            .key_condition_expression("sessionId = :session")
            .expression_attribute_values(":session", s(auditing.session.as_str()))
            .projection_expression("connectionId, sessionId, targetLanguage, #role, #ttl")
            .expression_attribute_names("#role", "role")
            .expression_attribute_names("#ttl", "ttl");
        let page = query.limit(PAGE).set_exclusive_start_key(from).send().await.map_err(failed)?;
        let rows: Vec<(ConnectionId, Cell)> = page
            .items()
            .iter()
            .filter_map(|row| {
                let id = ConnectionId::parse(text(row, "connectionId")?).ok()?;
                Some((id, cell_of(row, auditing.session, auditing.now)?))
            })
            .collect();
        done.compared += rows.len() as u64;
        let doubtful = self.unlike_marks(auditing, rows).await?;
        done.mended += self.mend_all(auditing, doubtful).await?;
        Ok(page.last_evaluated_key.map_or(Next::Marks(0), |from| Next::Rows(Some(from))))
    }

    async fn unlike_marks(
        &self,
        auditing: Auditing<'_>,
        rows: Vec<(ConnectionId, Cell)>,
    ) -> Result<Doubtful, StoreError> {
        let places = auditing.places;
        let parts: Vec<Vec<(ConnectionId, Cell)>> = rows.chunks(BATCH).map(<[_]>::to_vec).collect();
        let parts = iter(parts).map(|rows| async move {
            let key = |id: &ConnectionId| places.mark(auditing.session, places.shard_of(id), id);
            let keys: Vec<Key> = rows.iter().map(|(id, _)| key(id)).collect();
            let marks = self.reach.glance_at_each(&keys).await?;
            let wrong = rows.into_iter().zip(marks).filter(|((_, cell), mark)| {
                let mark = mark.as_ref().map(Mark::read);
                !is_in(mark.and_then(|mark| mark.cell).as_ref(), Some(cell))
            });
            Ok(wrong.map(|((id, _), _)| id).collect::<Vec<_>>())
        });
        let wrong: Vec<Vec<ConnectionId>> = parts.buffer_unordered(AT_ONCE).try_collect().await?;
        let mut doubtful = Doubtful::new();
        for id in wrong.into_iter().flatten() {
            doubtful.entry(places.shard_of(&id)).or_default().push(id);
        }
        Ok(doubtful)
    }

    async fn mend_all(&self, auditing: Auditing<'_>, doubtful: Doubtful) -> Result<u64, StoreError> {
        let mended = iter(doubtful).map(|(shard, ids)| async move { self.mend(auditing, shard, &ids).await });
        mended.buffer_unordered(AT_ONCE).try_fold(0, |sum, more| async move { Ok(sum + more) }).await
    }
}
