//! Metrics in CloudWatch's Embedded Metric Format: lines of JSON in the log, of which CloudWatch makes metrics.
//!
//! A line costs a write; a call of `PutMetricData` costs some 60 ms and is made nowhere. The dimensions are
//! `service`, `stage` and, where it is worth a metric each, `reason`, whose values are a closed list: every
//! combination is a metric that is paid for. What a session is called stands in a line as a property, for whoever
//! searches the log, and never as a dimension.

mod line;
mod names;

pub use line::Origin;

use headcount_core::{
    LanguageDistribution, Measurement, SessionId,
    ports::{Clock, Metrics},
};
use line::{Line, MAX_VALUES};
use parking_lot::Mutex;
use std::{io::Write, sync::Arc};

/// How many languages of a session are recorded apart unless a setting says otherwise.
pub const DEFAULT_LANGUAGES: usize = 50;

/// The most that can be set: the format takes 100 values of a metric in one line, and one is for `other`.
pub const MAX_LANGUAGES: usize = MAX_VALUES - 1;

/// Writes what happens to a log that CloudWatch reads, on Lambda the standard output.
pub struct EmfMetrics {
    origin: Origin,
    languages: usize,
    clock: Arc<dyn Clock>,
    log: Mutex<Box<dyn Write + Send>>,
}

impl EmfMetrics {
    /// Metrics of `origin`, written to `log` as they are recorded. Of each session the `languages` with the most
    /// listeners are recorded apart, [`MAX_LANGUAGES`] at the most, the rest together as `other`.
    #[must_use]
    pub fn new(origin: Origin, languages: usize, clock: Arc<dyn Clock>, log: Box<dyn Write + Send>) -> Self {
        Self { origin, languages: languages.min(MAX_LANGUAGES), clock, log: Mutex::new(log) }
    }

    /// Records how many listeners each language of `session` has: the values of the metric `ListenersPerLanguage`,
    /// and their languages beside it. Nothing is written for a session that nobody listens to.
    pub fn record_audience(&self, session: &SessionId, audience: &LanguageDistribution) {
        if audience.listener_count() > 0 {
            self.write(&names::audience(session, &audience.shown(self.languages)));
        }
    }

    /// Writes a line, whole, in one call, so that it is not cut by another writer's. A log that takes nothing loses
    /// the measurement: there is nobody to tell, and no reason to fail.
    fn write(&self, line: &Line) {
        let line = line.render(&self.origin, self.clock.now());
        let mut log = self.log.lock();
        drop(log.write_all(&line).and_then(|()| log.flush()));
    }
}

impl Metrics for EmfMetrics {
    fn record(&self, measurement: &Measurement) {
        self.write(&names::of(measurement));
    }
}

#[cfg(test)]
mod tests;
