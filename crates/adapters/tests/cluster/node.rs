//! One node: the real store and the real service, on the model of an engine. What their loops would do in the server is
//! done here by tasks in a fixed order, so that a seed decides everything.

use crate::clock::SkewedClock;
use crate::engine::ModelEngine;
use crate::hub::{Hub, Log};
use crate::timer::SimulatedTimer;
use headcount_adapters::store::cluster::{ClusterSettings, ClusterStore, Surroundings};
use headcount_core::cluster::NodeId;
use headcount_core::ports::{Clock, NoObserver};
use headcount_core::service::{Parting, Ports, ServiceSettings, StatusService};
use headcount_core::{ConnectionId, SessionId, Timestamp};
use headcount_testkit::{RecordingMetrics, SeededIds};
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use tokio::task::AbortHandle;
use tokio::time::{interval, sleep};

/// How long a session waits for its speaker: longer than any simulation, so that it does not end.
pub(crate) const SPEAKER_GRACE: Duration = Duration::from_secs(600);

/// One life of one node.
pub(crate) struct Node {
    pub(crate) id: NodeId,
    pub(crate) store: Arc<ClusterStore>,
    pub(crate) service: Arc<StatusService>,
    pub(crate) hub: Arc<Hub>,
    pub(crate) clock: Arc<SkewedClock>,
    pub(crate) metrics: Arc<RecordingMetrics>,
    timer: Arc<SimulatedTimer>,
    /// Something may be to be published.
    nudge: Arc<Notify>,
    tasks: Mutex<Vec<AbortHandle>>,
}

/// What a node does now and then.
#[derive(Clone, Copy)]
enum Duty {
    Beat,
    Keep,
    Audit,
    Watch,
}

impl Node {
    /// Starts a node.
    pub(crate) fn start(id: NodeId, engine: &ModelEngine, clock: SkewedClock, log: &Log) -> Arc<Self> {
        let (hub, closings) = Hub::new(Arc::clone(log));
        let (hub, clock) = (Arc::new(hub), Arc::new(clock));
        let metrics = Arc::<RecordingMetrics>::default();
        let around = Surroundings {
            audience: Arc::clone(&hub) as _,
            metrics: Arc::clone(&metrics) as _,
            clock: Arc::clone(&clock) as _,
        };
        let settings = ClusterSettings { speaker_grace: SPEAKER_GRACE, ..ClusterSettings::default() };
        let store = Arc::new(ClusterStore::new(id, engine.port(id), settings, around));
        let timer = Arc::<SimulatedTimer>::default();
        let ports = Ports {
            sessions: Arc::clone(&store) as _,
            presence: Arc::clone(&store) as _,
            ledgers: Arc::clone(&store) as _,
            history: Arc::clone(&store) as _,
            speakers: Arc::clone(&hub) as _,
            audience: Arc::clone(&hub) as _,
            observer: Arc::new(NoObserver),
            timer: Arc::clone(&timer) as _,
            metrics: Arc::clone(&metrics) as _,
            clock: Arc::clone(&clock) as _,
            ids: Arc::new(SeededIds::new(id.bits())),
        };
        let settings = ServiceSettings { speaker_grace: SPEAKER_GRACE, ..ServiceSettings::default() };
        let service = Arc::new(StatusService::new(ports, settings));
        let (nudge, tasks) = (Arc::default(), Mutex::default());
        let node = Arc::new(Self { id, store, service, hub, clock, metrics, timer, nudge, tasks });
        node.live(engine.clone(), closings);
        node
    }

    /// Runs `work` for as long as this node lives.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.tasks.lock().push(tokio::spawn(work).abort_handle());
    }

    /// Ends everything at once, wherever it is.
    pub(crate) fn kill(&self) {
        self.tasks.lock().drain(..).for_each(|task| task.abort());
        self.hub.close_down();
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Something has been done here: what follows from it is to be published.
    pub(crate) fn nudge(&self) {
        self.nudge.notify_one();
    }

    fn live(self: &Arc<Self>, engine: ModelEngine, closings: mpsc::UnboundedReceiver<ConnectionId>) {
        let settings = ClusterSettings::default();
        self.spawn(Arc::clone(self).take_all_in(engine));
        self.spawn(Arc::clone(self).go_on_publishing(settings.flush_within));
        for (period, duty) in [
            (settings.beat_every, Duty::Beat),
            (settings.keep_every, Duty::Keep),
            (settings.audit_every, Duty::Audit),
            (settings.watch_every, Duty::Watch),
        ] {
            self.spawn(Arc::clone(self).every(period, duty));
        }
        self.spawn(Arc::clone(self).look_at_changes());
        self.spawn(Arc::clone(self).ring());
        self.spawn(Arc::clone(self).see_out(closings));
    }

    async fn take_all_in(self: Arc<Self>, engine: ModelEngine) {
        loop {
            let news = engine.next(self.id).await;
            self.store.take_in(news, self.now()).await;
            self.nudge();
        }
    }

    async fn go_on_publishing(self: Arc<Self>, within: Duration) {
        loop {
            self.nudge.notified().await;
            sleep(within).await;
            if !self.store.flush(self.now()).await {
                sleep(Duration::from_millis(250)).await;
                self.nudge();
            }
        }
    }

    /// Does what is to be done now and then, each in its period.
    async fn every(self: Arc<Self>, period: Duration, duty: Duty) {
        let mut ticks = interval(period);
        loop {
            ticks.tick().await;
            match duty {
                Duty::Beat => self.store.beat(self.now()).await,
                Duty::Keep => self.store.keep(self.now()).await,
                Duty::Audit => self.store.audit(self.now()).await,
                Duty::Watch => drop(self.store.watch(self.now()).await),
            }
            self.nudge();
        }
    }

    async fn look_at_changes(self: Arc<Self>) {
        loop {
            let changed = self.store.next_changed().await;
            self.wake(&changed).await;
        }
    }

    async fn ring(self: Arc<Self>) {
        loop {
            let due = self.timer.next(&*self.clock).await;
            self.wake(&due).await;
        }
    }

    async fn wake(&self, id: &SessionId) {
        if self.service.wake(id).await.is_err() {
            self.timer.ask(id, self.now().plus(Duration::from_secs(1)));
        }
        self.nudge();
    }

    async fn see_out(self: Arc<Self>, mut closings: mpsc::UnboundedReceiver<ConnectionId>) {
        while let Some(connection) = closings.recv().await {
            drop(self.service.disconnect(&connection, Parting::Closed).await);
            self.nudge();
        }
    }
}
