//! One engine for a test, and what comes out of it.

use headcount_adapters::store::cluster::Incoming;
use headcount_adapters::store::redis::{RedisEngine, RedisSettings};
use headcount_core::cluster::{NodeId, Share};
use headcount_core::{LanguageDistribution, Session, Timestamp, UpdateLedger};
use headcount_testkit::samples::{self, NOW};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// How long anything may take that a test waits for.
pub(crate) const WITHIN: Duration = Duration::from_secs(20);

/// A node: its engine, and what it hears.
pub(crate) struct Node {
    pub(crate) id: NodeId,
    pub(crate) engine: RedisEngine,
    pub(crate) incoming: mpsc::Receiver<Incoming>,
}

impl Node {
    /// The node of that number, connected to `url`.
    pub(crate) async fn new(url: &str, number: u64) -> Self {
        Self::with(&RedisSettings::new(url), number).await
    }

    pub(crate) async fn with(settings: &RedisSettings, number: u64) -> Self {
        let id = NodeId::new(number);
        let (engine, incoming) = RedisEngine::open(settings, id).await.unwrap();
        let mut node = Self { id, engine, incoming };
        node.hear(|incoming| matches!(incoming, Incoming::Connected).then_some(())).await;
        node
    }

    /// The next of what it hears that is `wanted`; what comes before is passed over.
    pub(crate) async fn hear<T>(&mut self, wanted: impl Fn(&Incoming) -> Option<T>) -> T {
        timeout(WITHIN, async {
            loop {
                let incoming = self.incoming.recv().await.expect("the engine has ended");
                if let Some(found) = wanted(&incoming) {
                    return found;
                }
            }
        })
        .await
        .expect("it was never heard")
    }
}

/// A session that nobody speaks in, and its ledger.
pub(crate) fn session(number: u64) -> (Session, UpdateLedger) {
    (samples::session(number), UpdateLedger::new(NOW))
}

/// A share of `node` with so many listeners of Spanish.
pub(crate) fn share(node: NodeId, sequence: u64, listeners: u64) -> Share {
    let heard: LanguageDistribution = [(&samples::language("es"), listeners)].into_iter().collect();
    Share { sequence, heard, ..Share::new(node, NOW) }
}

/// The moment `seconds` after the beginning.
pub(crate) fn after(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}
