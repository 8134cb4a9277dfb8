//! Reading and writing audiences in tables that we write.

use super::DynamoStore;
use super::crowd::Crowd;
use super::failure::{Written, failed};
use super::item::{Item, s};
use super::ledger_item;
use super::reach::{Key, Reach, Write};
use super::shard_item::{self, PREFIX};
use futures_util::future::join_all;
use headcount_core::ports::{Counted, StoreError};
use headcount_core::{SessionId, Timestamp};

impl Reach {
    /// The items of the audience of `session` and its ledger, each as it is now, in one call; not necessarily all of
    /// one moment.
    pub(super) async fn parts(&self, session: &SessionId) -> Result<Vec<Item>, StoreError> {
        let query = self.client.query().table_name(&self.tables.status).consistent_read(true);
        let query = query
            .key_condition_expression("pk = :session AND sk BETWEEN :first AND :last")
            .expression_attribute_values(":session", s(session.as_str()))
            .expression_attribute_values(":first", s(PREFIX))
            .expression_attribute_values(":last", s(ledger_item::KEY));
        let (mut parts, mut from) = (Vec::new(), None);
        loop {
            let page = query.clone().set_exclusive_start_key(from).send().await.map_err(failed)?;
            parts.extend(page.items.unwrap_or_default());
            from = page.last_evaluated_key;
            if from.is_none() {
                return Ok(parts);
            }
        }
    }
}

impl DynamoStore {
    /// The audience of `session` as it is now; `None` without such a session.
    pub(super) async fn crowd(&self, session: &SessionId) -> Result<Option<Crowd>, StoreError> {
        Ok(Crowd::read(&self.reach.parts(session).await?))
    }

    /// Whether nobody has written the shard of that number since it was read.
    pub(super) async fn is_current(
        &self,
        session: &SessionId,
        crowd: &Crowd,
        at: usize,
    ) -> Result<bool, StoreError> {
        let found = self.reach.get(&Key::status(session, &shard_item::key(at))).await?;
        let found = found.as_ref().and_then(shard_item::read);
        Ok(found.is_some_and(|(.., shard)| shard.is(&crowd.shards[at])))
    }

    /// Writes what has changed in `crowd`, and `writes` with it, if nobody else has written the shards that count
    /// somebody now and did not before; then tells what the audience is. `None` is a lost race: look again.
    pub(super) async fn commit(
        &self,
        session: &SessionId,
        mut crowd: Crowd,
        mut writes: Vec<Write>,
        now: Timestamp,
    ) -> Result<Option<Counted>, StoreError> {
        crowd.take_stock(now);
        let (mut graces_ended, counted) = (0, crowd.counted_shards());
        if !counted.is_empty() && crowd.is_held_back(now) {
            return Ok(None);
        }
        for at in counted {
            graces_ended += std::mem::take(&mut crowd.shards[at].graces_ended);
            writes.push(put_shard(session, &crowd, at));
        }
        if !writes.is_empty() && self.transact(session, writes).await? == Written::Conflict {
            return Ok(None);
        }
        graces_ended += self.settle(session, &mut crowd).await;
        Ok(Some(crowd.counted(graces_ended, now)))
    }

    /// Writes what is only noted, for somebody who is told nothing of the audience: the next who counts is told of the
    /// graces that have ended.
    pub(super) async fn note(&self, session: &SessionId, mut crowd: Crowd, now: Timestamp) {
        crowd.take_stock(now);
        self.put_noted(session, &crowd, &crowd.noted_shards()).await;
    }

    /// Writes what is only noted; how many ended graces are told with it.
    async fn settle(&self, session: &SessionId, crowd: &mut Crowd) -> u64 {
        let noted = crowd.noted_shards();
        let ended: Vec<_> =
            noted.iter().map(|at| std::mem::take(&mut crowd.shards[*at].graces_ended)).collect();
        let put = self.put_noted(session, crowd, &noted).await;
        put.into_iter().zip(ended).map(|(put, ended)| if put { ended } else { 0 }).sum()
    }

    /// Writes the shards of these numbers, each by itself; which of them were. Where that fails somebody else writes the
    /// shard, or the next who looks.
    async fn put_noted(&self, session: &SessionId, crowd: &Crowd, noted: &[usize]) -> Vec<bool> {
        let puts = noted.iter().map(|at| self.transact(session, vec![put_shard(session, crowd, *at)]));
        let put = join_all(puts).await.into_iter().map(|put| match put {
            Ok(written) => written == Written::Done,
            Err(error) => {
                tracing::warn!(%error, "an audience could not be brought up to date");
                false
            }
        });
        put.collect()
    }
}

/// That the shard of that number becomes what it is in `crowd`, if it has not been written since it was read.
fn put_shard(session: &SessionId, crowd: &Crowd, at: usize) -> Write {
    let (shard, of) = (&crowd.shards[at], crowd.shards.len());
    let key = Key::status(session, &shard_item::key(at));
    Write::Put(key, shard_item::write(session, at, of, shard), Some(shard.unchanged()))
}
