//! The three stores that belong together.

use headcount_core::ports::{LedgerStore, PresenceStore, SessionStore};
use std::any::Any;
use std::sync::Arc;

/// One store, seen through its three ports.
#[derive(Clone)]
pub struct Stores {
    /// Sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// Who is connected.
    pub presence: Arc<dyn PresenceStore>,
    /// What speakers have been told.
    pub ledgers: Arc<dyn LedgerStore>,
    kept: Vec<Arc<dyn Any + Send + Sync>>,
}

impl Stores {
    /// The ports of `store`.
    pub fn of<S: SessionStore + PresenceStore + LedgerStore + 'static>(store: S) -> Self {
        let store = Arc::new(store);
        let (sessions, presence, ledgers) = (Arc::clone(&store), Arc::clone(&store), store);
        Self { sessions, presence, ledgers, kept: Vec::new() }
    }

    /// Keeps `guard`, such as a temporary directory, for as long as the stores.
    #[must_use]
    pub fn keeping(mut self, guard: impl Any + Send + Sync) -> Self {
        self.kept.push(Arc::new(guard));
        self
    }
}
