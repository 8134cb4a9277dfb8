//! What is at the moment of a scrape.

use super::PREFIX;
use headcount_core::LanguageDistribution;
use prometheus_client::{
    metrics::{
        family::Family,
        gauge::{ConstGauge, Gauge},
    },
    registry::Registry,
};
use std::sync::atomic::AtomicU64;

/// The state of the server, as the composition reads it from the store and the hub for one scrape.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Live sessions.
    pub sessions: u64,
    /// Open connections, those without a role included.
    pub connections: u64,
    /// The listeners of all sessions by language; [`LanguageDistribution::add_many`] sums them up.
    pub audience: LanguageDistribution,
}

impl Snapshot {
    /// The gauges of this snapshot, with `language_labels` languages apart and the rest in `other`.
    pub(super) fn registry(&self, language_labels: usize) -> Registry {
        let mut registry = Registry::with_prefix(PREFIX);
        let mut register = |name, help, value| registry.register(name, help, ConstGauge::new(value));
        register("sessions", "Live sessions", self.sessions);
        register("connections", "Open connections, those without a role included", self.connections);
        register("listeners", "Listeners of all sessions", self.audience.listener_count());
        let help = "Listeners by target language, the smaller languages together as other";
        registry.register("listeners_by_language", help, self.by_language(language_labels));
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
