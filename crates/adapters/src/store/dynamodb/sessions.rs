//! Sessions in tables that we write.

use super::crowd::{Crowd, expiry};
use super::failure::{Written, failed};
use super::item::{Item, item, ms, n, s};
use super::patience::Patience;
use super::reach::{Condition, Key, Write};
use super::session_item::{self, SHARDS, Stored};
use super::{DynamoStore, barrier, ledger_item, shard_item};
use futures_util::future::{try_join, try_join_all};
use headcount_core::ports::{Creation, Ending, StoreError, Updated};
use headcount_core::{EndReason, Session, SessionChange, SessionId, Timestamp, UpdateLedger};
use std::sync::Arc;

/// The index of active sessions.
const INDEX: &str = "activeShard-sessionId-index";

/// How long the report of an ended session is kept, in seconds.
const REPORT_KEPT: u64 = 30 * 24 * 60 * 60;

impl DynamoStore {
    pub(super) async fn create_ours(
        &self,
        session: Session,
        ledger: &UpdateLedger,
    ) -> Result<Creation, StoreError> {
        let (id, mut patience) = (session.id.clone(), Patience::new());
        let (born, exp) = (session.created_at, expiry(&session));
        let stored = Stored::new(session);
        let crowd = Crowd::new(&stored.session, stored.life);
        let stored = session_item::write(&stored);
        let free = Condition::plain("attribute_not_exists(sessionId) OR attribute_exists(endedAt)");
        loop {
            let mut writes = vec![
                Write::Put(Key::Session(id.clone()), stored.clone(), Some(free.clone())),
                Write::Put(
                    Key::status(&id, ledger_item::KEY),
                    ledger_item::write(&id, ledger, born, exp),
                    None,
                ),
            ];
            writes.extend(all_shards(&id, &crowd).map(|(key, item, _)| Write::Put(key, item, None)));
            if self.transact(&id, writes).await? == Written::Done {
                return Ok(Creation::Created);
            }
            if self.stored(&id).await?.is_some() {
                return Ok(Creation::Taken);
            }
            patience.again().await?;
        }
    }

    /// Writes all or nothing of `session`.
    pub(super) async fn transact(
        &self,
        session: &SessionId,
        writes: Vec<Write>,
    ) -> Result<Written, StoreError> {
        self.ahead.forget(session);
        let written = self.reach.transact(writes).await;
        self.ahead.forget(session);
        written
    }

    /// The live session of that name as it is now, whoever wrote it.
    pub(super) async fn stored(&self, id: &SessionId) -> Result<Option<Stored>, StoreError> {
        Ok(self.reach.get(&Key::Session(id.clone())).await?.as_ref().and_then(session_item::read))
    }

    pub(super) async fn update_ours(
        &self,
        id: &SessionId,
        change: &SessionChange,
        now: Timestamp,
    ) -> Result<Option<Updated>, StoreError> {
        let mut patience = Patience::new();
        loop {
            let Some(before) = self.stored(id).await? else { return Ok(None) };
            let mut after = before.session.clone();
            if !after.apply(change, now) {
                let session = Arc::new(after);
                return Ok(Some(Updated { before: Arc::clone(&session), after: session }));
            }
            let next = Stored { session: after, revision: before.revision + 1, life: before.life };
            let item = session_item::write(&next);
            self.ahead.forget(id);
            let put = self.reach.put(&Key::Session(id.clone()), item, unchanged(&before)).await;
            self.ahead.forget(id);
            if put? == Written::Done {
                let (before, after) = (Arc::new(before.session), Arc::new(next.session));
                return Ok(Some(Updated { before, after }));
            }
            patience.again().await?;
        }
    }

    pub(super) async fn end_ours(
        &self,
        id: &SessionId,
        reason: &EndReason,
        now: Timestamp,
    ) -> Result<Option<Ending>, StoreError> {
        let mut patience = Patience::new();
        loop {
            let (stored, found) = try_join(self.stored(id), self.crowd(id)).await?;
            let Some(stored) = stored else { return Ok(None) };
            let found = found.filter(|crowd| crowd.life() == stored.life);
            let is_whole = found.is_some();
            let mut last = found.unwrap_or_else(|| Crowd::new(&stored.session, stored.life));
            last.let_go(now);
            last.take_stock(now);
            let ended: u64 = last.shards.iter().map(|shard| shard.graces_ended).sum();
            let listeners = last.listeners() + ended;
            // The speaker's own words are not kept.
            let kind = match reason {
                EndReason::Ended(_) => "ended",
                EndReason::Expired | EndReason::SpeakerLost => reason.as_str(),
            };
            let report = report(&stored.session, &last, listeners, kind, now);
            let mut writes = vec![
                Write::Put(
                    Key::Session(id.clone()),
                    session_item::write_ended(&stored, kind, now),
                    Some(unchanged(&stored)),
                ),
                Write::Delete(Key::status(id, ledger_item::KEY), None),
                Write::Delete(barrier::key(id), None),
                Write::Put(Key::status(id, &report_key(now)), report, None),
            ];
            writes.extend(
                all_shards(id, &last)
                    .map(|(key, _, unchanged)| Write::Delete(key, is_whole.then_some(unchanged))),
            );
            if self.transact(id, writes).await? == Written::Done {
                return Ok(Some(Ending { session: Arc::new(stored.session), listeners }));
            }
            self.transact(id, vec![barrier::put_up(id, stored.life, now)]).await?;
            patience.again().await?;
        }
    }

    /// Active sessions by the sparse index, all its partitions at once.
    pub(super) async fn live_ours(
        &self,
        after: Option<&SessionId>,
        limit: usize,
    ) -> Result<Vec<Arc<Session>>, StoreError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let shards = (0..SHARDS).map(|shard| self.live_in(shard, after, limit));
        let mut live: Vec<_> = try_join_all(shards).await?.into_iter().flatten().collect();
        live.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        live.truncate(limit);
        Ok(live)
    }

    /// The first `limit` of one partition, or all of it. A page that DynamoDB cuts short is not the last.
    async fn live_in(
        &self,
        shard: u32,
        after: Option<&SessionId>,
        limit: usize,
    ) -> Result<Vec<Arc<Session>>, StoreError> {
        let query = || {
            let query = self.reach.client.query().table_name(&self.reach.tables.sessions).index_name(INDEX);
            let query = query.expression_attribute_values(":shard", s(session_item::shard_name(shard)));
            match after {
                Some(after) => query
                    .key_condition_expression("activeShard = :shard AND sessionId > :after")
                    .expression_attribute_values(":after", s(after.as_str())),
                None => query.key_condition_expression("activeShard = :shard"),
            }
        };
        let (mut live, mut from) = (Vec::new(), None);
        loop {
            let page = i32::try_from(limit - live.len()).unwrap_or(i32::MAX);
            let answer = query().limit(page).set_exclusive_start_key(from).send().await.map_err(failed)?;
            live.extend(read_live(answer.items()));
            from = answer.last_evaluated_key;
            if from.is_none() || live.len() >= limit {
                return Ok(live);
            }
        }
    }
}

/// The active sessions among `items`. One that cannot be read costs nobody but itself, and is mentioned.
pub(super) fn read_live(items: &[Item]) -> Vec<Arc<Session>> {
    let live: Vec<_> =
        items.iter().filter_map(session_item::read).map(|stored| Arc::new(stored.session)).collect();
    let malformed = items.iter().filter(|item| session_item::is_malformed(item)).count();
    if malformed > 0 {
        tracing::warn!(malformed, "sessions that cannot be read were left out");
    }
    live
}

/// That nobody has written the session since it was read.
fn unchanged(stored: &Stored) -> Condition {
    Condition {
        expression: "rev = :rev AND attribute_not_exists(endedAt)",
        values: vec![(":rev", n(stored.revision))],
    }
}

/// Where each shard of `crowd` is, what it is, and that nobody has written it since it was read.
fn all_shards<'a>(
    session: &'a SessionId,
    crowd: &'a Crowd,
) -> impl Iterator<Item = (Key, Item, Condition)> + 'a {
    let of = crowd.shards.len();
    crowd.shards.iter().enumerate().map(move |(at, shard)| {
        let key = Key::status(session, &shard_item::key(at));
        (key, shard_item::write(session, at, of, shard), shard.unchanged())
    })
}

fn report_key(ended_at: Timestamp) -> String {
    format!("report#{}", ended_at.as_millis())
}

/// What stays of an ended session.
fn report(session: &Session, crowd: &Crowd, listeners: u64, reason: &str, now: Timestamp) -> Item {
    let mut report = item([
        ("pk", Some(s(session.id.as_str()))),
        ("sk", Some(s(report_key(now)))),
        ("sourceLanguage", Some(s(session.source_language.as_str()))),
        ("qualityTier", Some(s(session.quality_tier.as_str()))),
        ("createdAt", Some(ms(session.created_at))),
        ("endedAt", Some(ms(now))),
        ("endReason", Some(s(reason))),
        ("listenersAtEnd", Some(n(listeners))),
        ("exp", Some(n((now.as_millis() / 1_000).saturating_add(REPORT_KEPT)))),
    ]);
    report.extend(shard_item::write_history(&crowd.history(), session.created_at));
    report
}
