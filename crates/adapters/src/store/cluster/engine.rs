//! The engine that the nodes share, by each of its parts.

use super::{SharedAccounts, SharedBus, SharedCounts, SharedSessions};
use std::sync::Arc;

/// What the nodes share; the parts are those of one engine.
#[derive(Clone)]
pub struct Engine {
    /// Sessions and ledgers.
    pub sessions: Arc<dyn SharedSessions>,
    /// Counts and nodes.
    pub counts: Arc<dyn SharedCounts>,
    /// Accounts.
    pub accounts: Arc<dyn SharedAccounts>,
    /// Messages.
    pub bus: Arc<dyn SharedBus>,
}

impl Engine {
    /// The engine that `engine` is.
    pub fn of<E>(engine: E) -> Self
    where
        E: SharedSessions + SharedCounts + SharedAccounts + SharedBus + 'static,
    {
        let engine = Arc::new(engine);
        Self {
            sessions: Arc::clone(&engine) as _,
            counts: Arc::clone(&engine) as _,
            accounts: Arc::clone(&engine) as _,
            bus: engine,
        }
    }
}
