//! What stays of sessions.

use super::scripts::Script;
use super::sessions::millis;
use super::{Inner, RedisEngine, codec};
use crate::store::cluster::{Chapter, Chapters, SharedAccounts};
use ::redis::{Cmd, FromRedisValue, Value};
use async_trait::async_trait;
use headcount_core::cluster::NodeId;
use headcount_core::ports::StoreError;
use headcount_core::{End, Ended, Session, SessionId, Timestamp};
use std::collections::HashMap;

/// How many steps of one node are kept of one session. Beyond it no more are: totals, peak and curve go on.
const MOST_STEPS: usize = 65_536;

/// How many sessions are in the list of those that have ended. Beyond it the one that ended first goes: its account can
/// still be asked for by name.
const MOST_ENDED: usize = 100_000;

impl Inner {
    /// Writes a line into the list of sessions that have ended; false if it has to wait for another time.
    pub(super) async fn list_ended(&self, line: String) -> bool {
        let mut call = Script::Ended.call(&[&self.keys.last_ended(), &self.keys.ended()]);
        call.arg(&line).arg(millis(self.retention)).arg(MOST_ENDED);
        match self.link.ask::<u64>(&call).await {
            Ok(_) => true,
            Err(error) => {
                tracing::warn!(%error, "a session that has ended is not in the list of those yet");
                self.unlisted.push(line);
                false
            }
        }
    }

    /// The session of that name that lives, else the one that ended last.
    async fn latest(&self, id: &SessionId) -> Result<Option<(Session, Option<End>)>, StoreError> {
        let mut live = ::redis::cmd("HGET");
        live.arg(self.keys.session(id)).arg("session");
        let mut ended = ::redis::cmd("GET");
        ended.arg(self.keys.account(id));
        let found = self.link.ask_all(&[live, ended]).await?;
        Ok(match found.as_slice() {
            [Value::BulkString(text), _] => {
                let live = self.readable("a session", codec::read_session(text));
                live.map(|versioned| (versioned.session, None))
            }
            [_, Value::BulkString(text)] => {
                let ended = self.readable("an account", codec::read_account(text));
                ended.map(|(session, end)| (session, Some(end)))
            }
            _ => None,
        })
    }

    /// What each node has said of a session: its name, and what is under it.
    fn fields(&self, value: Value) -> Result<HashMap<String, Vec<u8>>, StoreError> {
        HashMap::from_redis_value(value).map_err(|error| StoreError::Unavailable(error.to_string()))
    }

    /// The chapters among `fields`, without their steps.
    fn heads(&self, fields: &HashMap<String, Vec<u8>>) -> Vec<Chapter> {
        let head = |(field, text): (&String, &Vec<u8>)| {
            let node = NodeId::parse(field)?;
            let first = fields.get(&format!("{field}:first")).and_then(|text| decimal(text)).unwrap_or(0);
            self.readable("a chapter", codec::read_head(node, first, text))
        };
        let mut heads: Vec<_> = fields.iter().filter_map(head).collect();
        heads.sort_by_key(|chapter| chapter.node);
        heads
    }

    fn reading(key: String) -> Cmd {
        let mut read = ::redis::cmd("HGETALL");
        read.arg(key);
        read
    }
}

#[async_trait]
impl SharedAccounts for RedisEngine {
    async fn keep(
        &self,
        session: &SessionId,
        created_at: Timestamp,
        chapter: &Chapter,
    ) -> Result<(), StoreError> {
        let inner = &self.inner;
        let keys = &inner.keys;
        let mut call = Script::Keep.call(&[
            &keys.chapters(session, created_at),
            &keys.steps(session, created_at, chapter.node),
            &keys.session(session),
        ]);
        call.arg(chapter.node.to_string())
            .arg(codec::write_head(chapter))
            .arg(format!("{} {}", chapter.history.peak, chapter.history.joins))
            .arg(millis(inner.retention))
            .arg(MOST_STEPS)
            .arg(chapter.first_step);
        for step in &chapter.steps {
            call.arg(codec::write_step(step));
        }
        inner.link.ask::<u64>(&call).await.map(|_| ())
    }

    async fn chapters(&self, id: &SessionId) -> Result<Option<Chapters>, StoreError> {
        let inner = &self.inner;
        let Some((session, end)) = inner.latest(id).await? else { return Ok(None) };
        let born = session.created_at;
        let fields: Value = inner.link.ask(&Inner::reading(inner.keys.chapters(id, born))).await?;
        let mut chapters = inner.heads(&inner.fields(fields)?);
        let list = |chapter: &Chapter| {
            let mut list = ::redis::cmd("LRANGE");
            list.arg(inner.keys.steps(id, born, chapter.node)).arg(0).arg(-1);
            list
        };
        let steps = inner.link.ask_all(&chapters.iter().map(list).collect::<Vec<_>>()).await?;
        for (chapter, steps) in chapters.iter_mut().zip(steps) {
            let steps = Vec::<Vec<u8>>::from_redis_value(steps).unwrap_or_default();
            let read = |text: &Vec<u8>| inner.readable("a step", codec::read_step(text));
            chapter.steps = steps.iter().filter_map(read).collect();
        }
        Ok(Some(Chapters { session, end, chapters }))
    }

    async fn ended(&self, before: Option<u64>, limit: usize) -> Result<Vec<Ended>, StoreError> {
        let inner = &self.inner;
        let from = before.map_or_else(|| "+inf".to_owned(), |number| format!("({number}"));
        let mut list = ::redis::cmd("ZREVRANGEBYSCORE");
        list.arg(inner.keys.ended()).arg(from).arg("-inf").arg("WITHSCORES").arg("LIMIT").arg(0).arg(limit);
        let lines: Vec<(Vec<u8>, f64)> = inner.link.ask(&list).await?;
        let line = |(written, number): &(Vec<u8>, f64)| {
            let text = written.splitn(2, |byte| *byte == b' ').nth(1)?;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "it was counted up from 1"
            )]
            codec::read_ended(*number as u64, text)
        };
        let read = lines.iter().filter_map(|written| inner.readable("an ended session", line(written)));
        let mut ended: Vec<Ended> = read.collect();
        let totals = |ended: &Ended| Inner::reading(inner.keys.chapters(&ended.session, ended.created_at));
        let found = inner.link.ask_all(&ended.iter().map(totals).collect::<Vec<_>>()).await?;
        for (ended, fields) in ended.iter_mut().zip(found) {
            for (peak, joins) in inner.fields(fields)?.iter().filter_map(sum) {
                ended.peak = ended.peak.max(peak);
                ended.joins += joins;
            }
        }
        Ok(ended)
    }

    async fn signing_key(&self, candidate: [u8; 32]) -> Result<[u8; 32], StoreError> {
        let inner = &self.inner;
        let found: Vec<u8> = inner.link.ask(&inner.settle(&inner.keys.secret(), &candidate[..])).await?;
        let key = <[u8; 32]>::try_from(found)
            .map_err(|_| StoreError::Unavailable("the signing key in Redis is not one of ours".to_owned()))?;
        *inner.secret.lock() = Some(key);
        Ok(key)
    }
}

/// The peak and the joins that one node has said.
fn sum((field, text): (&String, &Vec<u8>)) -> Option<(u64, u64)> {
    field.strip_suffix(":sum")?;
    let (peak, joins) = std::str::from_utf8(text).ok()?.split_once(' ')?;
    Some((peak.parse().ok()?, joins.parse().ok()?))
}

fn decimal(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}
