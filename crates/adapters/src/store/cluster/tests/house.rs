//! Some nodes on one engine, with a clock that goes when it is told to.

use super::super::{ClusterSettings, ClusterStore, Surroundings};
use super::engine::MemoryEngine;
use headcount_core::cluster::NodeId;
use headcount_core::ports::{
    Admission, Counted, Creation, Departure, Joined, Joiner, PresenceStore, SessionStore,
};
use headcount_core::{SessionChange, SessionId, StatusDetail, Timestamp, UpdateLedger};
use headcount_testkit::{ManualClock, RecordingAudience, RecordingMetrics, samples};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

pub(super) struct House {
    pub(super) engine: MemoryEngine,
    pub(super) nodes: Vec<Node>,
    pub(super) clock: Arc<ManualClock>,
}

pub(super) struct Node {
    pub(super) store: Arc<ClusterStore>,
    pub(super) audience: Arc<RecordingAudience>,
    pub(super) metrics: Arc<RecordingMetrics>,
    pub(super) alive: bool,
}

/// One node that is connected; for the suite that every store has to pass.
pub(super) async fn alone() -> ClusterStore {
    let engine = MemoryEngine::default();
    let node = NodeId::new(1);
    let around = Surroundings {
        audience: Arc::new(RecordingAudience::default()),
        metrics: Arc::new(RecordingMetrics::default()),
        clock: Arc::new(ManualClock::default()),
    };
    let store = ClusterStore::new(node, engine.port(node), ClusterSettings::default(), around);
    store.beat(samples::NOW).await;
    while let Some(news) = engine.next(node) {
        store.take_in(news, samples::NOW).await;
    }
    store
}

impl House {
    /// So many nodes that all know of each other, and session 1, which all of them follow.
    pub(super) async fn of(nodes: u64) -> Self {
        let mut house = Self { engine: MemoryEngine::default(), nodes: Vec::new(), clock: Arc::default() };
        for _ in 0..nodes {
            house.start().await;
        }
        house.create(0, 1).await;
        for at in 0..house.nodes.len() {
            house.count(at).await;
        }
        house
    }

    /// Starts one more node. Its number.
    pub(super) async fn start(&mut self) -> usize {
        let node = NodeId::new(self.nodes.len() as u64 + 1);
        let (audience, metrics) = (Arc::<RecordingAudience>::default(), Arc::<RecordingMetrics>::default());
        let around = Surroundings {
            audience: Arc::clone(&audience) as _,
            metrics: Arc::clone(&metrics) as _,
            clock: Arc::clone(&self.clock) as _,
        };
        let store = ClusterStore::new(node, self.engine.port(node), ClusterSettings::default(), around);
        self.nodes.push(Node { store: Arc::new(store), audience, metrics, alive: true });
        self.beat().await;
        self.beat().await;
        self.nodes.len() - 1
    }

    pub(super) fn now(&self) -> Timestamp {
        headcount_core::ports::Clock::now(&*self.clock)
    }

    pub(super) fn store(&self, at: usize) -> &Arc<ClusterStore> {
        &self.nodes[at].store
    }

    pub(super) fn node(&self, at: usize) -> NodeId {
        self.store(at).node()
    }

    fn alive(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| node.alive)
    }

    /// Everything is published and taken in, until nobody has any more to say.
    pub(super) async fn settle(&self) {
        for _ in 0..100 {
            let mut quiet = true;
            for node in self.alive() {
                node.store.flush(self.now()).await;
            }
            for node in self.alive() {
                while let Some(news) = self.engine.next(node.store.node()) {
                    node.store.take_in(news, self.now()).await;
                    quiet = false;
                }
            }
            if quiet {
                return;
            }
        }
        panic!("the nodes do not come to rest");
    }

    /// All nodes beat, and all is taken in.
    pub(super) async fn beat(&self) {
        for node in self.alive() {
            node.store.beat(self.now()).await;
        }
        self.settle().await;
    }

    /// Lets so much time pass, with a beat of every node each second.
    pub(super) async fn pass(&self, seconds: u64) {
        for _ in 0..seconds {
            self.clock.advance(Duration::from_secs(1));
            self.beat().await;
        }
    }

    /// A node dies without a word.
    pub(super) fn kill(&mut self, at: usize) {
        self.nodes[at].alive = false;
        let node = self.node(at);
        self.engine.cut(node);
    }

    pub(super) async fn create(&self, at: usize, session: u64) {
        let created = self.store(at).create(samples::session(session), UpdateLedger::new(samples::NOW)).await;
        assert_eq!(created.unwrap(), Creation::Created);
    }

    /// Joins at a node, while all nodes go on.
    pub(super) async fn join(&self, at: usize, joiner: Joiner) -> Joined {
        match self.admission(at, joiner).await {
            Some(Admission::Joined(joined)) => joined,
            other => panic!("not admitted: {other:?}"),
        }
    }

    pub(super) async fn admission(&self, at: usize, joiner: Joiner) -> Option<Admission> {
        let mut join = pin!(self.store(at).join(Joiner { now: self.now(), ..joiner }));
        loop {
            tokio::select! {
                biased;
                admission = &mut join => return admission.unwrap(),
                () = self.settle() => tokio::time::advance(Duration::from_millis(10)).await,
            }
        }
    }

    pub(super) async fn listen(&self, at: usize, name: &str, tag: &str) -> Joined {
        self.join(at, samples::listener(name, 1, tag, self.now())).await
    }

    pub(super) async fn leave(&self, at: usize, name: &str, departure: Departure) {
        let left = self.store(at).leave(&samples::connection(name), departure, self.now()).await;
        assert!(left.unwrap().is_some(), "{name} was not there");
    }

    /// Attaches a speaker, as the service does.
    pub(super) async fn attach(&self, at: usize, name: &str) {
        self.join(at, samples::speaker(name, 1, self.now())).await;
        let connection = samples::connection(name);
        let change = SessionChange::AttachSpeaker { connection, detail: StatusDetail::Basic };
        self.store(at).update(&id(), &change, self.now()).await.unwrap().unwrap();
    }

    /// What a node says of session 1.
    pub(super) async fn counted(&self, at: usize) -> Counted {
        self.store(at).audience(&id(), self.now()).await.unwrap().unwrap()
    }

    pub(super) async fn count(&self, at: usize) -> u64 {
        self.counted(at).await.distribution.listener_count()
    }

    /// What all nodes say: the count, and whether it is exact.
    pub(super) async fn counts(&self) -> Vec<(u64, bool)> {
        let mut counts = Vec::new();
        for at in 0..self.nodes.len() {
            if self.nodes[at].alive {
                let counted = self.counted(at).await;
                counts.push((counted.distribution.listener_count(), counted.quality.is_exact()));
            }
        }
        counts
    }

    /// All nodes say the same, and that it is exact.
    pub(super) async fn agree_on(&self, shown: &[(&str, u64)]) {
        for at in 0..self.nodes.len() {
            if self.nodes[at].alive {
                let counted = self.counted(at).await;
                let seen: Vec<_> = counted.distribution.iter().map(|(l, n)| (l.as_str(), n)).collect();
                assert_eq!(seen, shown, "node {at}");
                assert!(counted.quality.is_exact(), "node {at}: {:?}", counted.quality);
            }
        }
    }
}

/// The session that most tests are about.
pub(super) fn id() -> SessionId {
    samples::session_id(1)
}

/// Somebody was cut, and has so many milliseconds to come back.
pub(super) fn grace(house: &House, millis: u64) -> Departure {
    Departure::Grace { until: house.now().plus(Duration::from_millis(millis)) }
}

/// Polls a future once by hand; whether it is done.
pub(super) fn poll_once(future: &mut Pin<Box<impl Future>>) -> bool {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready()
}
