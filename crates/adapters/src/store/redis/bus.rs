//! Messages between nodes.

use super::{RedisEngine, codec};
use crate::store::cluster::{Address, Message, SharedBus};
use async_trait::async_trait;
use headcount_core::SessionId;
use headcount_core::ports::StoreError;

#[async_trait]
impl SharedBus for RedisEngine {
    async fn follow(&self, id: &SessionId) -> Result<(), StoreError> {
        let followed = self.inner.subscriber.follow(id, &self.inner.keys).await;
        if followed.is_err() {
            self.inner.link.doubt();
        }
        followed
    }

    async fn unfollow(&self, id: &SessionId) {
        self.inner.subscriber.unfollow(id, &self.inner.keys).await;
    }

    async fn say(&self, to: Address, message: &Message) -> Result<(), StoreError> {
        let channel = match to {
            Address::Node(node) => self.inner.keys.node(node),
            Address::Session(id) => self.inner.keys.channel(&id),
        };
        let mut publish = ::redis::cmd("PUBLISH");
        publish.arg(channel).arg(format!("M{}", codec::write_message(message)));
        self.inner.link.ask::<i64>(&publish).await.map(|_| ())
    }
}
