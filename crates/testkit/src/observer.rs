//! An observer whose sights can be looked at one by one.

use headcount_core::{Event, ports::Observer};
use parking_lot::Mutex;

/// Keeps every event, in order.
#[derive(Debug, Default)]
pub struct RecordingObserver(Mutex<Vec<Event>>);

impl RecordingObserver {
    /// What it has seen since it was last asked.
    #[must_use]
    pub fn take(&self) -> Vec<Event> {
        std::mem::take(&mut self.0.lock())
    }
}

impl Observer for RecordingObserver {
    fn observe(&self, event: &Event) {
        self.0.lock().push(event.clone());
    }
}
