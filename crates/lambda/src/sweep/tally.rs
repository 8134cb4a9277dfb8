//! Counts what one sweep sends, while the metrics count it too.

use super::SweepReport;
use headcount_core::{Measurement, SendFailure, ports::Metrics};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Metrics that are looked at on their way.
pub(super) struct Tally {
    metrics: Arc<dyn Metrics>,
    sent: AtomicU64,
    failed: AtomicU64,
}

impl Tally {
    pub(super) fn over(metrics: Arc<dyn Metrics>) -> Self {
        Self { metrics, sent: AtomicU64::new(0), failed: AtomicU64::new(0) }
    }

    /// A session was not looked after, for a reason that the rules do not know. Nobody knows what it was told.
    pub(super) fn missed(&self) {
        self.record(&Measurement::UpdateFailed { kind: SendFailure::Uncertain });
    }

    pub(super) fn report(&self, took: Duration) -> SweepReport {
        SweepReport {
            updates_sent: self.sent.load(Ordering::Relaxed),
            updates_failed: self.failed.load(Ordering::Relaxed),
            duration_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

impl Metrics for Tally {
    fn record(&self, measurement: &Measurement) {
        match measurement {
            Measurement::UpdateSent { .. } => self.sent.fetch_add(1, Ordering::Relaxed),
            Measurement::UpdateFailed { .. } => self.failed.fetch_add(1, Ordering::Relaxed),
            _ => 0,
        };
        self.metrics.record(measurement);
    }
}
