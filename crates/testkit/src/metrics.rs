//! Metrics that can be looked at one by one.

use headcount_core::{Measurement, ports::Metrics};
use parking_lot::Mutex;

/// Keeps every measurement, in order.
#[derive(Debug, Default)]
pub struct RecordingMetrics(Mutex<Vec<Measurement>>);

impl RecordingMetrics {
    /// What was measured so far.
    #[must_use]
    pub fn measurements(&self) -> Vec<Measurement> {
        self.0.lock().clone()
    }

    /// How many measurements `which` picks.
    #[must_use]
    pub fn count(&self, which: impl Fn(&Measurement) -> bool) -> usize {
        self.0.lock().iter().filter(|measurement| which(measurement)).count()
    }
}

impl Metrics for RecordingMetrics {
    fn record(&self, measurement: &Measurement) {
        self.0.lock().push(measurement.clone());
    }
}
