//! A cluster of one node on Redis does what every store must do.

use crate::engine::Node;
use crate::server::Server;
use headcount_adapters::store::cluster::{ClusterSettings, ClusterStore, Engine, Incoming, Surroundings};
use headcount_adapters::store::redis::RedisSettings;
use headcount_testkit::samples::NOW;
use headcount_testkit::{ManualClock, RecordingAudience, RecordingMetrics, Stores, store_conformance};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

/// One server for all stores of a test: each has a prefix of its own.
static SERVER: LazyLock<Server> = LazyLock::new(|| Server::start(&[]));

async fn make() -> Stores {
    static MADE: AtomicU64 = AtomicU64::new(0);
    let prefix = format!("store-{}", MADE.fetch_add(1, Ordering::Relaxed));
    // Four threads that race on two cores, beside other tests, wait for each other longer than servers do.
    let time_limit = Duration::from_secs(20);
    let settings = RedisSettings { prefix, time_limit, ..RedisSettings::new(SERVER.url()) };
    let Node { id, engine, incoming } = Node::with(&settings, 1).await;
    let around = Surroundings {
        audience: Arc::new(RecordingAudience::default()),
        metrics: Arc::new(RecordingMetrics::default()),
        clock: Arc::new(ManualClock::default()),
    };
    let store = ClusterStore::new(id, Engine::of(engine), ClusterSettings::default(), around);
    store.take_in(Incoming::Connected, NOW).await;
    store.beat(NOW).await;
    Stores::of(store).keeping(incoming)
}

store_conformance!(make);
