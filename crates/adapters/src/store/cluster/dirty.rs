//! Which sessions have something to publish.

use crate::store::rooms::{Journal, Part, Room};
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::Notify;

/// The rooms in which something has changed since they were last looked at. Each is in it once, so it is bounded by the
/// sessions that are followed.
#[derive(Default)]
pub(super) struct Dirty {
    rooms: Mutex<Vec<Arc<Room>>>,
    some: Notify,
    urgent: Notify,
}

impl Dirty {
    /// Something is to be published at once.
    pub(super) fn hurry(&self) {
        self.urgent.notify_one();
    }

    /// There is something to do, though perhaps nothing to publish.
    pub(super) fn nudge(&self) {
        self.some.notify_one();
    }

    /// Waits until there is something to publish, and for what may go with it for `within`, unless it is urgent.
    pub(super) async fn wait(&self, within: Duration) {
        self.some.notified().await;
        let _ = tokio::time::timeout(within, self.urgent.notified()).await;
    }

    /// What has changed so far. What changes from now on is in the next one.
    pub(super) fn take(&self) -> Vec<Arc<Room>> {
        let rooms = std::mem::take(&mut *self.rooms.lock());
        for room in &rooms {
            room.unsaved.fetch_and(!(Part::History as u8), Ordering::AcqRel);
        }
        rooms
    }
}

impl Journal for Dirty {
    fn changed(&self, room: &Arc<Room>, part: Part) {
        let part = match part {
            Part::History => part as u8,
            // Sessions and ledgers are changed in the engine first.
            Part::Session | Part::Ledger => return,
        };
        if room.unsaved.fetch_or(part, Ordering::AcqRel) & part == 0 {
            self.rooms.lock().push(Arc::clone(room));
            self.some.notify_one();
        }
    }
}
