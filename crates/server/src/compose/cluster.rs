//! One of several equal servers, put together with the engine that they share.

use crate::config::SharedStore;
use crate::run::RunError;
use headcount_adapters::ids::RandomIds;
use headcount_adapters::store::cluster::{ClusterSettings, ClusterStore, Engine, Incoming, Surroundings};
use headcount_adapters::store::redis::{RedisEngine, RedisSettings};
use headcount_core::cluster::NodeId;
use headcount_core::ports::{Ids, StoreError};
use headcount_core::service::ServiceSettings;
use headcount_core::{SessionId, Timestamp};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::interval;

/// How soon a session is looked at again where a look at it has failed.
const AGAIN: Duration = Duration::from_secs(1);

/// This server as one of several.
pub(crate) struct Node {
    pub(crate) store: Arc<ClusterStore>,
    engine: Engine,
}

/// What goes on in a node as long as it lives.
pub(crate) struct NodeTask {
    node: Arc<Node>,
    incoming: mpsc::Receiver<Incoming>,
}

impl Node {
    /// Joins the servers that share the store of `settings`. They need not agree in what `service` says, but should.
    pub(super) async fn join(
        settings: &SharedStore,
        report_retention: Duration,
        service: &ServiceSettings,
        around: Surroundings,
    ) -> Result<(Arc<Self>, NodeTask), RunError> {
        let id = NodeId::new(RandomIds.entropy());
        let redis = RedisSettings {
            password: settings.password.as_ref().map(|password| password.expose().to_owned()),
            ca_file: settings.ca_file.clone(),
            prefix: settings.prefix.clone(),
            report_retention,
            ..RedisSettings::new(&settings.url)
        };
        let opened = RedisEngine::open(&redis, id).await;
        let (engine, incoming) = opened.map_err(|error| RunError::Open(error.to_string()))?;
        let engine = Engine::of(engine);
        let cluster = ClusterSettings {
            speaker_grace: service.speaker_grace,
            reconnect_grace: service.reconnect_grace,
            ..ClusterSettings::default()
        };
        let store = Arc::new(ClusterStore::new(id, engine.clone(), cluster, around));
        tracing::warn!(node = %id, "one of several servers that share a store: this is experimental, see docs/reliability.md");
        let node = Arc::new(Self { store, engine });
        Ok((Arc::clone(&node), NodeTask { node, incoming }))
    }

    pub(super) async fn signing_key(&self, candidate: [u8; 32]) -> Result<[u8; 32], StoreError> {
        self.engine.accounts.signing_key(candidate).await
    }

    /// Its clients are about to be told to go: from now on they count as on their way to another server.
    pub(crate) async fn dismiss(&self, now: Timestamp) {
        self.store.drain(now).await;
    }

    /// Calls `wake` for each session in which another server has changed something, and again where that has failed.
    pub(crate) async fn follow_others<W>(&self, wake: impl Fn(SessionId) -> W)
    where
        W: Future<Output = Result<(), StoreError>>,
    {
        // No more than there are live sessions.
        let (mut failed, mut again) = (BTreeSet::new(), interval(AGAIN));
        loop {
            let changed = tokio::select! {
                changed = self.store.next_changed() => BTreeSet::from([changed]),
                _ = again.tick() => std::mem::take(&mut failed),
            };
            for id in changed {
                if wake(id.clone()).await.is_err() {
                    failed.insert(id);
                }
            }
        }
    }
}

impl NodeTask {
    /// Lives until `stop`; then waits for its listeners to have come to others, and says farewell.
    pub(crate) async fn run(self, stop: impl Future<Output = ()> + Send) {
        self.node.store.run(self.incoming, stop).await;
    }
}
