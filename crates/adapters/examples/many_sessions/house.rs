//! The server without its sockets, put together as `headcount serve` does.

use headcount_adapters::clock::SystemClock;
use headcount_adapters::ids::RandomIds;
use headcount_adapters::metrics::prometheus::{DEFAULT_LANGUAGE_LABELS, Process, PrometheusMetrics};
use headcount_adapters::speaker::hub::{Hub, QueueLimits};
use headcount_adapters::store::{EmbeddedSettings, EmbeddedStore, OpenError};
use headcount_adapters::timer::local::LocalTimer;
use headcount_core::ports::{Clock, Ids, NoObserver, StoreError};
use headcount_core::service::{Ports, ServiceSettings, StatusService};
use headcount_protocol::JsonRendering;
use std::path::Path;
use std::sync::Arc;

/// The queue of a connection as `--queue-messages` and `--queue-bytes` have it by default.
const QUEUE: QueueLimits = QueueLimits { messages: 64, bytes: 256 * 1_024 };

/// All pieces, at work.
#[derive(Clone)]
pub(crate) struct House {
    pub(crate) service: Arc<StatusService>,
    pub(crate) hub: Hub,
    pub(crate) store: Arc<EmbeddedStore>,
    pub(crate) ids: Arc<dyn Ids>,
}

impl House {
    /// Opens the store in `directory` and starts the timer.
    pub(crate) fn open(directory: &Path) -> Result<Self, OpenError> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
        let store = Arc::new(EmbeddedStore::open(directory, EmbeddedSettings::default(), clock.now())?);
        let process = Process { version: env!("CARGO_PKG_VERSION"), started: clock.now() };
        let metrics = Arc::new(PrometheusMetrics::new(process, DEFAULT_LANGUAGE_LABELS));
        let hub = Hub::new(QUEUE, Arc::new(JsonRendering), Arc::clone(&metrics) as _);
        let (timer, task) = LocalTimer::new(Arc::clone(&clock));
        let ids: Arc<dyn Ids> = Arc::new(RandomIds);
        let ports = Ports {
            sessions: Arc::clone(&store) as _,
            presence: Arc::clone(&store) as _,
            ledgers: Arc::clone(&store) as _,
            history: Arc::clone(&store) as _,
            speakers: Arc::new(hub.clone()),
            audience: Arc::new(hub.clone()),
            observer: Arc::new(NoObserver),
            timer,
            metrics,
            clock,
            ids: Arc::clone(&ids),
        };
        let service = Arc::new(StatusService::new(ports, ServiceSettings::default()));
        let woken = Arc::clone(&service);
        let wake = move |session| {
            let service = Arc::clone(&woken);
            async move { service.wake(&session).await }
        };
        tokio::spawn(task.run(wake, std::future::pending()));
        Ok(Self { service, hub, store, ids })
    }

    /// Writes what is left.
    pub(crate) async fn close(&self) -> Result<(), StoreError> {
        self.store.close().await
    }
}
