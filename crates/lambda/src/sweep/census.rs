//! Once a sweep, how many listeners each session has in which languages goes to the metrics.

use crate::app::AudienceLog;
use crate::counts::Look;
use async_trait::async_trait;
use headcount_core::SessionId;
use headcount_core::ports::{Counted, PresenceStore, StoreError};
use parking_lot::Mutex;
use std::collections::HashSet;
use std::sync::Arc;

/// Takes down each session's count, the first time that it is counted.
pub(super) struct Census {
    log: Arc<dyn AudienceLog>,
    /// As many as the sweep has sessions.
    seen: Mutex<HashSet<SessionId>>,
}

impl Census {
    pub(super) fn new(log: Arc<dyn AudienceLog>) -> Self {
        Self { log, seen: Mutex::default() }
    }
}

#[async_trait]
impl Look for Census {
    async fn look(
        &self,
        _store: &dyn PresenceStore,
        session: &SessionId,
        counted: &mut Counted,
    ) -> Result<(), StoreError> {
        if self.seen.lock().insert(session.clone()) {
            self.log.record_audience(session, &counted.distribution);
        }
        Ok(())
    }
}
