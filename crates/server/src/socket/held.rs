//! What a WebSocket holds for as long as it has a descriptor.

use headcount_access::ConnectionPermit;
use std::sync::Arc;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// A connection's place under the caps, and the word that the drain has to wait for it. Both are given back when this
/// is dropped.
pub(super) struct Held {
    _permit: Arc<ConnectionPermit>,
    _task: TaskTrackerToken,
}

impl Held {
    pub(super) fn new(permit: Arc<ConnectionPermit>, task: TaskTrackerToken) -> Self {
        Self { _permit: permit, _task: task }
    }
}
