//! The shares and leases of the model.

use super::Port;
use super::line::Channel;
use async_trait::async_trait;
use headcount_adapters::store::cluster::{Beat, Incoming, SharedCounts};
use headcount_core::SessionId;
use headcount_core::cluster::{NodeId, Share};
use headcount_core::ports::StoreError;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

#[async_trait]
impl SharedCounts for Port {
    async fn publish(&self, shares: &[(SessionId, Arc<Share>)]) -> Result<(), StoreError> {
        self.call(|records, outbox| {
            for (id, share) in shares {
                let Some(record) = records.sessions.get_mut(id) else { continue };
                record.keep(share);
                let news = Incoming::Share(id.clone(), Box::new(Share::clone(share)));
                outbox.push((Channel::Session(id.clone()), news));
            }
        })
        .await
    }

    async fn forget(&self, id: &SessionId, node: NodeId) -> Result<(), StoreError> {
        self.call(|records, _| {
            if let Some(record) = records.sessions.get_mut(id) {
                record.forget(node);
            }
        })
        .await
    }

    async fn beat(&self, node: NodeId, lease: Duration) -> Result<Beat, StoreError> {
        self.call(|records, outbox| {
            let now = Instant::now();
            records.nodes.insert(node, now + lease);
            records.nodes.retain(|_, until| *until > now);
            outbox.push((Channel::Beats(node), Incoming::Alive(node)));
            Beat { nodes: records.nodes.keys().copied().collect(), epoch: records.epoch }
        })
        .await
    }

    async fn farewell(&self, node: NodeId, sessions: &[SessionId]) -> Result<(), StoreError> {
        self.call(|records, outbox| {
            records.nodes.remove(&node);
            for id in sessions {
                if let Some(record) = records.sessions.get_mut(id) {
                    record.forget(node);
                }
            }
            outbox.push((Channel::Beats(node), Incoming::Gone(node)));
        })
        .await
    }
}
