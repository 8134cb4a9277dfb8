//! What is at the moment of a scrape.

use super::webhooks::{self, WebhookFigures};
use super::{PREFIX, seconds};
use headcount_core::{LanguageDistribution, Timestamp};
use prometheus_client::{
    metrics::{
        counter::ConstCounter,
        family::Family,
        gauge::{ConstGauge, Gauge},
    },
    registry::{Registry, Unit},
};
use std::sync::atomic::AtomicU64;

/// The state of the server, as the composition reads it from the store and the hub for one scrape.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Live sessions.
    pub sessions: u64,
    /// Open connections, those without a role included.
    pub connections: u64,
    /// How many there may be.
    pub connections_limit: u64,
    /// Streams of events that are open.
    pub watchers: u64,
    /// The server's own time. It stands still while the system's clock is behind it.
    pub now: Timestamp,
    /// Whether the store takes new sessions and keeps what changes.
    pub store_ready: bool,
    /// How many transactions the disk has taken since the start.
    pub store_commits: u64,
    /// The listeners of all sessions by language; [`LanguageDistribution::add_many`] sums them up.
    pub audience: LanguageDistribution,
    /// The targets of webhooks.
    pub webhooks: Vec<WebhookFigures>,
}

impl Snapshot {
    /// The gauges of this snapshot, with `language_labels` languages apart and the rest in `other`.
    pub(super) fn registry(&self, language_labels: usize) -> Registry {
        let mut registry = Registry::with_prefix(PREFIX);
        let mut register = |name, help, value| registry.register(name, help, ConstGauge::new(value));
        register("sessions", "Live sessions", self.sessions);
        register("connections", "Open connections, those without a role included", self.connections);
        register("connections_limit", "How many connections there may be", self.connections_limit);
        register("watchers", "Streams of events that are open", self.watchers);
        register("listeners", "Listeners of all sessions", self.audience.listener_count());
        let help = "Whether the store takes new sessions and keeps what changes (1), or not (0)";
        register("store_ready", help, self.store_ready.into());
        let commits = ConstCounter::new(self.store_commits);
        registry.register("store_commits", "Transactions that the disk has taken", commits);
        let help = "The server's own time since the Unix epoch";
        registry.register_with_unit("time", help, Unit::Seconds, ConstGauge::new(seconds(self.now)));
        let help = "Listeners by target language, the smaller languages together as other";
        registry.register("listeners_by_language", help, self.by_language(language_labels));
        webhooks::register(&mut registry, &self.webhooks, self.now);
        registry
    }

    /// A language without listeners has no series: it ends, which Prometheus takes note of.
    fn by_language(&self, language_labels: usize) -> Family<[(&'static str, String); 1], Count> {
        let family = Family::<_, Count>::default();
        for (language, listeners) in self.audience.shown(language_labels).iter() {
            family.get_or_create(&[("language", language.to_string())]).set(listeners);
        }
        family
    }
}

type Count = Gauge<u64, AtomicU64>;
