//! What was given up. Nobody reads it here: it is told and counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many letters are dead.
#[derive(Clone, Debug, Default)]
pub(crate) struct DeadLetters(Arc<AtomicU64>);

impl DeadLetters {
    /// Gives up what came from `source`. `why` holds nothing of what clients said.
    pub(crate) fn add(&self, source: &'static str, why: &str) {
        self.0.fetch_add(1, Ordering::Relaxed);
        tracing::error!(source, why, "given up: a dead letter");
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
