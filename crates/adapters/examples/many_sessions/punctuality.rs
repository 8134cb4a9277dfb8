//! How punctual the periodic updates are, as their readers see it.

use parking_lot::Mutex;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// A speaker is sent an update so long after the last one, of whatever reason.
const PERIOD: Duration = Duration::from_secs(30);

/// How far from it an update may be.
const TOLERANCE_MILLIS: f64 = 1_000.0;

const PERIODIC: &[u8] = br#""updateReason":"periodic""#;

/// What all speakers have heard since the measurement began.
#[derive(Default)]
pub(crate) struct Punctuality(Mutex<Log>);

#[derive(Default)]
struct Log {
    is_on: bool,
    /// When each speaker has last heard anything.
    last: Vec<Instant>,
    /// By how many milliseconds each periodic update was late; early ones are below zero.
    late: Vec<f64>,
    /// Updates of other reasons.
    others: usize,
}

/// The ear of one speaker.
pub(crate) struct Listener {
    all: Arc<Punctuality>,
    number: usize,
}

impl Punctuality {
    /// From now on what is heard counts. Without it, only the time of the last update is kept.
    pub(crate) fn begin(&self) {
        self.0.lock().is_on = true;
    }

    /// An ear for one more speaker, which has just taken its seat: its period starts now.
    pub(crate) fn listen(self: &Arc<Self>) -> Listener {
        let mut log = self.0.lock();
        log.last.push(Instant::now());
        Listener { all: Arc::clone(self), number: log.last.len() - 1 }
    }

    /// The figures, in milliseconds late. `missing` counts the speakers whose next update is overdue by more than the
    /// tolerance, which have not heard what they should.
    pub(crate) fn report(&self) -> Value {
        let mut log = self.0.lock();
        log.late.sort_by(f64::total_cmp);
        let limit = PERIOD + Duration::from_secs_f64(TOLERANCE_MILLIS / 1_000.0);
        let at = |part: f64| log.late.get(((log.late.len() as f64 - 1.0) * part).round() as usize);
        json!({
            "count": log.late.len(),
            "lateMilliseconds": { "min": at(0.0), "median": at(0.5), "p99": at(0.99), "max": at(1.0) },
            "outOfTolerance": log.late.iter().filter(|late| late.abs() > TOLERANCE_MILLIS).count(),
            "missing": log.last.iter().filter(|last| last.elapsed() > limit).count(),
            "updatesOfOtherReasons": log.others,
        })
    }
}

impl Listener {
    /// Notes a message for the speaker.
    pub(crate) fn hear(&mut self, message: &[u8]) {
        let now = Instant::now();
        let mut log = self.all.0.lock();
        let since = now - std::mem::replace(&mut log.last[self.number], now);
        if !log.is_on {
            return;
        }
        if message.windows(PERIODIC.len()).any(|part| part == PERIODIC) {
            log.late.push((since.as_secs_f64() - PERIOD.as_secs_f64()) * 1_000.0);
        } else {
            log.others += 1;
        }
    }
}
