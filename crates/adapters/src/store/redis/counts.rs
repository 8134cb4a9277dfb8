//! Shares, and the nodes that are alive.

use super::keys::Keys;
use super::scripts::Script;
use super::sessions::millis;
use super::{Inner, RedisEngine, codec};
use crate::store::cluster::{Beat, SharedCounts};
use ::redis::{Cmd, FromRedisValue, Value};
use async_trait::async_trait;
use headcount_core::SessionId;
use headcount_core::cluster::{NodeId, Share};
use headcount_core::ports::StoreError;
use std::sync::Arc;
use std::time::Duration;

impl Inner {
    fn publishing(&self, id: &SessionId, share: &Share) -> Cmd {
        let mut call = Script::Publish.call(&[&self.keys.shares(id), &self.keys.session(id)]);
        call.arg(share.node.to_string())
            .arg(share.sequence)
            .arg(codec::write_share(share))
            .arg(millis(self.share_lease))
            .arg(self.keys.channel(id));
        call
    }

    fn forgetting(&self, id: &SessionId, node: NodeId) -> Cmd {
        let mut forget = ::redis::cmd("HDEL");
        forget.arg(self.keys.shares(id)).arg(node.to_string());
        forget
    }

    /// Writes that change nothing: one, or one in each part of a Redis Cluster, which may be alive and refuse some.
    pub(super) fn writes(&self, to_all_parts: bool) -> Vec<Cmd> {
        let parts = (0..Keys::PARTS).map(|part| self.keys.part(part));
        let keys = std::iter::once(self.keys.epoch()).chain(parts.filter(|_| to_all_parts));
        let write = |key| {
            let mut write = ::redis::cmd("PEXPIRE");
            write.arg(key).arg(millis(Self::LONGEST_LIFE));
            write
        };
        keys.map(write).collect()
    }

    /// The epochs of all parts of a Redis Cluster, in one number: any of its servers may be emptied, or be followed by
    /// one that knows nothing.
    async fn epoch_of_parts(&self, candidate: u64) -> Result<u64, StoreError> {
        let settle = |part| self.settle(&self.keys.part(part), candidate.to_string());
        let found = self.link.ask_all(&(0..Keys::PARTS).map(settle).collect::<Vec<_>>()).await?;
        let mix = |mixed: u64, value: Value| {
            let epoch = number(value)?;
            // The multiplier of FNV-1a: the order counts, and every bit moves.
            Ok((mixed ^ epoch).wrapping_mul(0x0000_0100_0000_01b3))
        };
        found.into_iter().try_fold(0xcbf2_9ce4_8422_2325, mix)
    }
}

#[async_trait]
impl SharedCounts for RedisEngine {
    async fn publish(&self, shares: &[(SessionId, Arc<Share>)]) -> Result<(), StoreError> {
        let calls: Vec<_> = shares.iter().map(|(id, share)| self.inner.publishing(id, share)).collect();
        self.inner.link.ask_all(&calls).await.map(|_| ())
    }

    async fn forget(&self, id: &SessionId, node: NodeId) -> Result<(), StoreError> {
        self.inner.link.ask::<i64>(&self.inner.forgetting(id, node)).await.map(|_| ())
    }

    async fn beat(&self, node: NodeId, lease: Duration) -> Result<Beat, StoreError> {
        let inner = &self.inner;
        let candidate = rand::random::<u64>();
        let mut call = Script::Beat.call(&[&inner.keys.nodes(), &inner.keys.epoch()]);
        call.arg(node.to_string())
            .arg(millis(lease))
            .arg(candidate.to_string())
            .arg(millis(Inner::LONGEST_LIFE))
            .arg(inner.keys.beats());
        let answer: Vec<Value> = inner.link.ask(&call).await?;
        let mut answer = answer.into_iter();
        let mut epoch = number(answer.next().unwrap_or(Value::Nil))?;
        let text = |value| String::from_redis_value(value).ok();
        let parsed = |value| inner.readable("a node", text(value).and_then(|name| NodeId::parse(&name)));
        let nodes = answer.filter_map(parsed).collect();
        if inner.is_cluster {
            epoch ^= inner.epoch_of_parts(candidate).await?;
        }
        Ok(Beat { nodes, epoch })
    }

    async fn farewell(&self, node: NodeId, sessions: &[SessionId]) -> Result<(), StoreError> {
        let inner = &self.inner;
        let mut commands: Vec<_> = sessions.iter().map(|id| inner.forgetting(id, node)).collect();
        let mut call = Script::Farewell.call(&[&inner.keys.nodes()]);
        call.arg(node.to_string()).arg(inner.keys.beats());
        commands.push(call);
        inner.link.ask_all(&commands).await.map(|_| ())
    }
}

fn number(value: Value) -> Result<u64, StoreError> {
    u64::from_redis_value(value).map_err(|error| StoreError::Unavailable(error.to_string()))
}
