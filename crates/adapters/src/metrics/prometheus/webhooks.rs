//! What is shown of webhooks. A target is known by its place in the configuration, since a URL may hold a secret.

use headcount_core::Timestamp;
use prometheus_client::{
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::{Registry, Unit},
};
use std::sync::atomic::AtomicU64;

/// One target at the moment of a scrape.
#[derive(Clone, Debug)]
pub struct WebhookFigures {
    /// Its place in the configuration, from 1.
    pub target: usize,
    /// What has become of tries and events since the start, by the name of the outcome.
    pub outcomes: [(&'static str, u64); 4],
    /// How many events wait.
    pub waiting: u64,
    /// Since when the oldest of them does.
    pub oldest: Option<Timestamp>,
    /// Whether it has answered that it is gone.
    pub gone: bool,
}

type Labels<const N: usize> = [(&'static str, String); N];
type Value = Gauge<u64, AtomicU64>;

/// Shows `targets`; nothing where there is none.
pub(super) fn register(registry: &mut Registry, targets: &[WebhookFigures], now: Timestamp) {
    if targets.is_empty() {
        return;
    }
    let deliveries = Family::<Labels<2>, Counter>::default();
    let (waiting, gone) = (Family::<Labels<1>, Value>::default(), Family::<Labels<1>, Value>::default());
    let age = Family::<Labels<1>, Gauge<f64, AtomicU64>>::default();
    for figures in targets {
        let target = ("target", figures.target.to_string());
        for (outcome, count) in figures.outcomes {
            let labels = [target.clone(), ("outcome", outcome.to_owned())];
            deliveries.get_or_create(&labels).inc_by(count);
        }
        let labels = [target];
        waiting.get_or_create(&labels).set(figures.waiting);
        gone.get_or_create(&labels).set(figures.gone.into());
        age.get_or_create(&labels).set(figures.oldest.map_or(0.0, |at| now.since(at).as_secs_f64()));
    }
    let help = "Webhooks by outcome: delivered, failed (and tried again), dead (given up), dropped (no room)";
    registry.register("webhook_deliveries", help, deliveries);
    registry.register("webhook_waiting", "Webhooks that wait to be delivered", waiting);
    let help = "How long the oldest webhook that waits has waited";
    registry.register_with_unit("webhook_oldest", help, Unit::Seconds, age);
    registry.register("webhook_gone", "Whether the target has answered 410 (1), or not (0)", gone);
}
