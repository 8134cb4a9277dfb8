//! The messages of the model.

use super::Port;
use super::line::Channel;
use async_trait::async_trait;
use headcount_adapters::store::cluster::{Address, Incoming, Message, SharedBus};
use headcount_core::SessionId;
use headcount_core::ports::StoreError;

#[async_trait]
impl SharedBus for Port {
    async fn follow(&self, id: &SessionId) -> Result<(), StoreError> {
        self.call(|_, _| ()).await?;
        self.engine.change(self.node, |line, _| {
            line.follows.insert(id.clone());
        });
        Ok(())
    }

    async fn unfollow(&self, id: &SessionId) {
        self.engine.change(self.node, |line, _| {
            line.follows.remove(id);
        });
    }

    async fn say(&self, to: Address, message: &Message) -> Result<(), StoreError> {
        let channel = match to {
            Address::Node(node) => Channel::Node(node),
            Address::Session(id) => Channel::Session(id),
        };
        let news = Incoming::Message(Box::new(message.clone()));
        self.call(|_, outbox| outbox.push((channel, news))).await
    }
}
