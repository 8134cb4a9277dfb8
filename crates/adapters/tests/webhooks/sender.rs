//! The sending side as a composition puts it together, with short waits.

use async_trait::async_trait;
use headcount_adapters::clock::SystemClock;
use headcount_adapters::outbox::{MemoryOutbox, Outbox};
use headcount_adapters::store::MemoryStore;
use headcount_adapters::webhooks::{
    Figures, Limits, Permits, Resolver, Retries, Settings, SigningSecret, SystemResolver, Target, Topic,
    Webhooks, World, trust,
};
use headcount_core::ports::{HistoryStore, Observer};
use headcount_core::{
    Event, LanguageDistribution, Quality, SessionId, SessionStatus, StatusUpdate, UpdateReason,
};
use headcount_protocol::JsonRendering;
use headcount_testkit::samples::{self, language};
use parking_lot::Mutex;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::receiver::PATIENCE;

/// `whsec_` and 24 bytes.
pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

pub(crate) const LAX: Permits = Permits { http: true, private: true };

pub(crate) fn target(url: &str) -> Target {
    let secret = SigningSecret::parse(SECRET).unwrap();
    Target::new(None, url, vec![secret], Topic::ALL.into(), LAX).unwrap()
}

/// Settings with waits that a test does not notice.
pub(crate) fn settings(targets: Vec<Target>) -> Settings {
    let retries = Retries {
        first: Duration::from_millis(5),
        longest: Duration::from_millis(20),
        give_up_after: Duration::from_secs(3_600),
    };
    Settings { retries, ..Settings::new(targets, LAX, trust(None).unwrap()) }
}

/// Webhooks that are being sent.
pub(crate) struct Sender {
    webhooks: Webhooks,
    stop: oneshot::Sender<Instant>,
    running: JoinHandle<()>,
}

/// What a test may replace.
pub(crate) struct Parts {
    pub outbox: Arc<dyn Outbox>,
    pub history: Arc<dyn HistoryStore>,
    pub resolver: Arc<dyn Resolver>,
}

impl Default for Parts {
    fn default() -> Self {
        Self {
            outbox: Arc::new(MemoryOutbox),
            history: Arc::new(MemoryStore::new()),
            resolver: Arc::new(SystemResolver),
        }
    }
}

impl Sender {
    pub(crate) async fn start(settings: Settings) -> Self {
        Self::with(settings, Parts::default()).await
    }

    pub(crate) async fn with(settings: Settings, parts: Parts) -> Self {
        let Parts { outbox, history, resolver } = parts;
        let (rendering, clock) = (Arc::new(JsonRendering), Arc::new(SystemClock::default()));
        let world = World { outbox, rendering, history, clock, resolver };
        let (webhooks, dispatch) = Webhooks::open(settings, world).await.unwrap();
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(dispatch.run(stopped));
        Self { webhooks, stop, running }
    }

    pub(crate) fn observe(&self, event: &Event) {
        self.webhooks.observe(event);
    }

    pub(crate) fn figures(&self) -> Figures {
        self.webhooks.figures()[0]
    }

    /// Waits until the figures are as wanted.
    pub(crate) async fn until(&self, wanted: impl Fn(&Figures) -> bool) -> Figures {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let figures = self.figures();
            if wanted(&figures) {
                return figures;
            }
            assert!(Instant::now() < deadline, "it did not come to that: {figures:?}");
            tokio::task::yield_now().await;
        }
    }

    /// Stops as a server does, with so much time left, and waits for the end.
    pub(crate) async fn stop(self, within: Duration) {
        self.stop.send(Instant::now() + within).unwrap();
        tokio::time::timeout(PATIENCE, self.running).await.unwrap().unwrap();
    }

    /// Stops at once, as a process that dies does.
    pub(crate) fn kill(self) {
        self.running.abort();
    }
}

pub(crate) fn started(n: u64) -> Event {
    Event::Started(Arc::new(samples::session(n)))
}

/// A status of session `n` with so many listeners.
pub(crate) fn told(n: u64, listeners: u64) -> Event {
    let session = samples::session(n);
    let mut distribution = LanguageDistribution::default();
    distribution.add_many(&language("es"), listeners);
    let now = samples::NOW;
    let status = SessionStatus::at(&session, distribution.shown(63), &Quality::exact(now), now);
    Event::Told(StatusUpdate { status, reason: UpdateReason::Periodic, revision: listeners, audience: None })
}

/// A resolver that says one thing after the other, the last for ever, and counts how often it was asked.
pub(crate) struct Says {
    answers: Mutex<Vec<Vec<SocketAddr>>>,
    pub asked: Mutex<usize>,
}

impl Says {
    pub(crate) fn new(answers: &[&[SocketAddr]]) -> Arc<Self> {
        let answers = answers.iter().rev().map(|addresses| addresses.to_vec()).collect();
        Arc::new(Self { answers: Mutex::new(answers), asked: Mutex::default() })
    }
}

#[async_trait]
impl Resolver for Says {
    async fn resolve(&self, _: &str, _: u16) -> std::io::Result<Vec<SocketAddr>> {
        *self.asked.lock() += 1;
        let mut answers = self.answers.lock();
        let answer = if answers.len() > 1 { answers.pop() } else { answers.last().cloned() };
        Ok(answer.unwrap_or_default())
    }
}

/// The name of sample session `n`.
pub(crate) fn name(n: u64) -> SessionId {
    samples::session_id(n)
}

/// Short enough for a test to wait for.
pub(crate) const IMPATIENT: Limits = Limits {
    connect_within: Duration::from_millis(500),
    answer_within: Duration::from_millis(200),
    answer_bytes: 4_096,
};
