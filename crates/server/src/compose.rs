//! The one place where concrete adapters are named and put together.

mod cluster;
pub(crate) mod webhooks;

pub(crate) use cluster::{Node, NodeTask};
pub use headcount_adapters::clock::SystemClock;
pub(crate) use headcount_adapters::metrics::prometheus::{
    CONTENT_TYPE as METRICS_CONTENT_TYPE, PrometheusMetrics, Snapshot,
};
pub(crate) use headcount_adapters::speaker::hub::{CloseKind, Hub, Outbox, Outgoing, Part};
pub(crate) use headcount_adapters::timer::local::TimerTask;

use crate::app::App;
use crate::config::{Config, StoreConfig};
use crate::facts::ConnectionRegister;
use crate::feed::Feeds;
use crate::gate::Gate;
use crate::observers::Observers;
use crate::run::RunError;
use crate::socket::{Exit, departures};
use headcount_access::{Capabilities, ConnectionCaps, Limits, generate_key};
use headcount_adapters::ids::RandomIds;
use headcount_adapters::metrics::prometheus::{DEFAULT_LANGUAGE_LABELS, Process};
use headcount_adapters::speaker::cluster::ClusterChannel;
use headcount_adapters::speaker::hub::QueueLimits;
use headcount_adapters::store::cluster::Surroundings;
use headcount_adapters::store::{EmbeddedSettings, EmbeddedStore, MemoryStore};
use headcount_adapters::timer::local::LocalTimer;
use headcount_core::ports::{
    AudienceChannel, Clock, HistoryStore, Ids, LedgerStore, Observer, PresenceStore, SessionStore,
    SpeakerChannel, StoreError,
};
use headcount_core::service::{Ports, StatusService};
use headcount_protocol::JsonRendering;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use webhooks::Dispatch;

/// The store that was chosen.
#[derive(Clone)]
pub(crate) enum Store {
    Memory(Arc<MemoryStore>),
    Embedded(Arc<EmbeddedStore>),
    Cluster(Arc<Node>),
}

/// Everything, put together; nothing runs yet.
pub(crate) struct Composed {
    pub(crate) app: Arc<App>,
    pub(crate) timer: TimerTask,
    pub(crate) exit: Exit,
    pub(crate) store: Store,
    /// What goes on as long as this is one of several servers.
    pub(crate) node: Option<NodeTask>,
    pub(crate) dispatch: Option<Dispatch>,
}

/// Opens the store and puts the server together.
pub(crate) async fn compose(config: Config) -> Result<Composed, RunError> {
    let system = Arc::new(SystemClock::default());
    let clock: Arc<dyn Clock> = Arc::clone(&system) as _;
    let ids: Arc<dyn Ids> = Arc::new(RandomIds);
    let process = Process { version: crate::VERSION, started: clock.now() };
    let metrics = Arc::new(PrometheusMetrics::new(process, DEFAULT_LANGUAGE_LABELS));
    let queue = QueueLimits { messages: config.sockets.queue_messages, bytes: config.sockets.queue_bytes };
    let hub = Hub::new(queue, Arc::new(JsonRendering), Arc::clone(&metrics) as _);
    let around = Surroundings {
        audience: Arc::new(hub.clone()),
        metrics: Arc::clone(&metrics) as _,
        clock: Arc::clone(&clock),
    };
    let (store, node) = Store::open(&config, &system, around).await?;
    let key = store.signing_key(generate_key().map_err(|_| RunError::NoRandomness)?).await?;
    let capabilities = Capabilities::new(&key).map_err(|_| RunError::SigningKey)?;
    let (timer, timer_task) = LocalTimer::new(Arc::clone(&clock));
    let (sessions, presence, ledgers, history) = store.ports();
    let (speakers, audience) = store.channels(&hub);
    let (webhooks, dispatch) = match config.webhooks {
        Some(settings) => {
            let (history, clock) = (Arc::clone(&history), Arc::clone(&clock));
            let (webhooks, dispatch) =
                webhooks::open(settings, &config.store, &store, history, clock).await?;
            (Some(webhooks), Some(dispatch))
        }
        None => (None, None),
    };
    let feeds = Feeds::new(Arc::clone(&ids));
    let mut observers: Vec<Arc<dyn Observer>> = vec![Arc::new(feeds.clone())];
    observers.extend(webhooks.iter().map(|webhooks| Arc::clone(webhooks) as Arc<dyn Observer>));
    let ports = Ports {
        sessions,
        presence,
        ledgers,
        history,
        speakers,
        audience,
        observer: Arc::new(Observers::new(observers)),
        timer,
        metrics: Arc::clone(&metrics) as _,
        clock: Arc::clone(&clock),
        ids: Arc::clone(&ids),
    };
    let (departures, exit) = departures();
    let app = App {
        history: Arc::clone(&ports.history),
        service: StatusService::new(ports, config.service),
        hub,
        feeds,
        gate: Gate::new(config.speaker_auth, config.operators, capabilities, Arc::clone(&clock)),
        limits: Limits::new(config.quotas),
        caps: ConnectionCaps::new(&config.quotas),
        origins: config.origins,
        proxies: config.proxies,
        supported_languages: config.supported_languages,
        sockets: config.sockets,
        metrics,
        metrics_access: config.metrics,
        store: store.clone(),
        webhooks,
        clock,
        ids,
        register: config.management.is_some().then(ConnectionRegister::default),
        draining: CancellationToken::new(),
        departures,
        tasks: TaskTracker::new(),
    };
    Ok(Composed { app: Arc::new(app), timer: timer_task, exit, store, node, dispatch })
}

/// A store, by each of its ports.
type StorePorts =
    (Arc<dyn SessionStore>, Arc<dyn PresenceStore>, Arc<dyn LedgerStore>, Arc<dyn HistoryStore>);

impl Store {
    async fn open(
        config: &Config,
        clock: &SystemClock,
        around: Surroundings,
    ) -> Result<(Self, Option<NodeTask>), RunError> {
        let (data_dir, report_retention, max_bytes) = match &config.store {
            StoreConfig::Memory => return Ok((Self::Memory(Arc::new(MemoryStore::new())), None)),
            StoreConfig::Shared { store, report_retention } => {
                let (node, task) = Node::join(store, *report_retention, &config.service, around).await?;
                return Ok((Self::Cluster(node), Some(task)));
            }
            StoreConfig::Embedded { data_dir, report_retention, max_bytes } => {
                (data_dir, report_retention, max_bytes)
            }
        };
        let settings = EmbeddedSettings {
            recovery: config.recovery,
            keep_reports: *report_retention,
            max_bytes: *max_bytes,
            ..EmbeddedSettings::default()
        };
        let (data_dir, now) = (data_dir.clone(), clock.now());
        let opening = tokio::task::spawn_blocking(move || EmbeddedStore::open(&data_dir, settings, now));
        let opened = opening.await.map_err(|_| RunError::StoreTask)?;
        let store = opened.map_err(|error| RunError::Open(error.to_string()))?;
        clock.not_before(store.latest());
        Ok((Self::Embedded(Arc::new(store)), None))
    }

    async fn signing_key(&self, candidate: [u8; 32]) -> Result<[u8; 32], StoreError> {
        match self {
            Self::Memory(store) => store.signing_key(candidate).await,
            Self::Embedded(store) => store.signing_key(candidate).await,
            Self::Cluster(node) => node.signing_key(candidate).await,
        }
    }

    fn ports(&self) -> StorePorts {
        match self {
            Self::Memory(store) => (store.clone(), store.clone(), store.clone(), store.clone()),
            Self::Embedded(store) => (store.clone(), store.clone(), store.clone(), store.clone()),
            Self::Cluster(node) => {
                let store = &node.store;
                (store.clone(), store.clone(), store.clone(), store.clone())
            }
        }
    }

    /// The ways to the speaker and to the listeners: the connections of this server, and a word to the other ones.
    fn channels(&self, hub: &Hub) -> (Arc<dyn SpeakerChannel>, Arc<dyn AudienceChannel>) {
        match self {
            Self::Memory(_) | Self::Embedded(_) => (Arc::new(hub.clone()), Arc::new(hub.clone())),
            Self::Cluster(node) => {
                let channel = ClusterChannel::new(hub.clone(), Arc::clone(&node.store));
                (Arc::new(channel.clone()), Arc::new(channel))
            }
        }
    }

    /// Whether it should be sent anyone. That the others cannot be heard is no reason: then none of them could, and each
    /// goes on with what it knows.
    pub(crate) fn is_ready(&self) -> bool {
        matches!(self, Self::Cluster(_)) || self.takes_new()
    }

    /// Whether the sessions there are were found on disk, and have to be looked after from now on.
    pub(crate) const fn is_own(&self) -> bool {
        !matches!(self, Self::Cluster(_))
    }

    /// Whether it takes new sessions and keeps what changes.
    pub(crate) fn takes_new(&self) -> bool {
        match self {
            Self::Memory(_) => true,
            Self::Embedded(store) => store.takes_new(),
            Self::Cluster(node) => node.store.is_connected(),
        }
    }

    /// How many transactions the disk has taken since the start; a store in memory has no disk.
    pub(crate) fn commits(&self) -> u64 {
        match self {
            Self::Memory(_) | Self::Cluster(_) => 0,
            Self::Embedded(store) => store.commits(),
        }
    }

    /// Writes what is left and closes it.
    pub(crate) async fn close(&self) -> Result<(), StoreError> {
        match self {
            Self::Memory(_) | Self::Cluster(_) => Ok(()),
            Self::Embedded(store) => store.close().await,
        }
    }
}
