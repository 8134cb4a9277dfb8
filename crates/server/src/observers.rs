//! Everybody who looks on, as one observer: the port takes one.

use headcount_core::Event;
use headcount_core::ports::Observer;
use std::sync::Arc;

/// Those who look on, in the order in which they hear of an event.
pub(crate) struct Observers(Arc<[Arc<dyn Observer>]>);

impl Observers {
    /// Lets each of `observers` hear of everything.
    pub(crate) fn new(observers: impl IntoIterator<Item = Arc<dyn Observer>>) -> Self {
        Self(observers.into_iter().collect())
    }
}

impl Observer for Observers {
    fn observe(&self, event: &Event) {
        self.0.iter().for_each(|observer| observer.observe(event));
    }
}
