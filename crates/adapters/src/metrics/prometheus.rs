//! Metrics in the OpenMetrics text format, as Prometheus scrapes them.
//!
//! What happens is counted as it happens, by [`Metrics::record`]. What *is* (sessions, connections, listeners) comes
//! in with every scrape as a [`Snapshot`], so no gauge can drift from the truth, and all return to zero with it.
//! No label names a session, a connection or a person; every label has a bounded number of values.

mod counts;
mod process;
mod snapshot;
mod webhooks;

pub use snapshot::Snapshot;
pub use webhooks::WebhookFigures;

use counts::Counts;
use headcount_core::{Measurement, Timestamp, ports::Metrics};
use prometheus_client::{
    encoding::text::{encode_eof, encode_registry},
    metrics::{gauge::ConstGauge, info::Info},
    registry::{Registry, Unit},
};

/// The content type of [`PrometheusMetrics::render`] (OpenMetrics 1.0, "Overall Structure").
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// How many languages have a label of their own unless a setting says otherwise.
pub const DEFAULT_LANGUAGE_LABELS: usize = 50;

const PREFIX: &str = "headcount";

/// What a metrics page says about the process itself.
#[derive(Clone, Copy, Debug)]
pub struct Process {
    /// The version of the program.
    pub version: &'static str,
    /// When it started.
    pub started: Timestamp,
}

/// Counts for Prometheus.
pub struct PrometheusMetrics {
    counts: Counts,
    registry: Registry,
    language_labels: usize,
}

impl PrometheusMetrics {
    /// Metrics of a process in which nothing has happened. The `language_labels` languages with the most listeners
    /// have a label each, the rest share the label `other`.
    #[must_use]
    pub fn new(process: Process, language_labels: usize) -> Self {
        let mut registry = Registry::default();
        // Prometheus knows this one by its name without a prefix.
        let started = ConstGauge::new(seconds(process.started));
        let help = "Start time of the process since the Unix epoch";
        registry.register_with_unit("process_start_time", help, Unit::Seconds, started);
        let ours = registry.sub_registry_with_prefix(PREFIX);
        ours.register("build", "What is running", Info::new([("version", process.version)]));
        let counts = Counts::registered(ours);
        Self { counts, registry, language_labels }
    }

    /// The page for a scrape, of type [`CONTENT_TYPE`].
    #[must_use]
    pub fn render(&self, snapshot: &Snapshot) -> String {
        let mut page = String::new();
        let written = encode_registry(&mut page, &self.registry)
            .and_then(|()| encode_registry(&mut page, &snapshot.registry(self.language_labels)))
            .and_then(|()| encode_registry(&mut page, &process::registry()))
            .and_then(|()| encode_eof(&mut page));
        written.expect("writing to a string does not fail");
        page
    }
}

impl Metrics for PrometheusMetrics {
    fn record(&self, measurement: &Measurement) {
        self.counts.record(measurement);
    }
}

#[expect(clippy::cast_precision_loss, reason = "a double is exact to the millisecond for 285,000 years")]
fn seconds(at: Timestamp) -> f64 {
    at.as_millis() as f64 / 1_000.0
}

#[cfg(test)]
mod tests;
