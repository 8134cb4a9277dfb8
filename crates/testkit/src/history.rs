//! Accounts of which only what was told can be looked at, and signals that are found when a test says so.

use async_trait::async_trait;
use headcount_core::ports::{HistoryStore, StoreError};
use headcount_core::{
    Account, Ended, Findings, Language, SessionId, Signal, SignalRules, StatusUpdate, Timestamp,
};
use parking_lot::Mutex;
use std::collections::BTreeSet;

/// Keeps every update that it is given, in order; knows of no session.
#[derive(Debug, Default)]
pub struct RecordingHistory {
    told: Mutex<Vec<StatusUpdate>>,
    to_find: Mutex<Findings>,
    unserved: Mutex<BTreeSet<Language>>,
}

impl RecordingHistory {
    /// The updates since this was last asked.
    #[must_use]
    pub fn take(&self) -> Vec<StatusUpdate> {
        std::mem::take(&mut *self.told.lock())
    }

    /// Whoever looks next for signals finds these.
    pub fn will_find(&self, findings: Findings) {
        *self.to_find.lock() = findings;
    }
}

#[async_trait]
impl HistoryStore for RecordingHistory {
    fn told(&self, _: &SessionId, update: &StatusUpdate) {
        self.told.lock().push(update.clone());
    }

    fn signals(&self, _: &SessionId, _: &SignalRules, _: Timestamp) -> Findings {
        std::mem::take(&mut *self.to_find.lock())
    }

    fn asked_in_vain(&self, _: &SessionId, language: &Language) -> Option<Signal> {
        let first = self.unserved.lock().insert(language.clone());
        first.then(|| Signal::UnservedLanguage { language: language.clone() })
    }

    async fn account(&self, _: &SessionId, _: Timestamp) -> Result<Option<Account>, StoreError> {
        Ok(None)
    }

    async fn ended(&self, _: Option<u64>, _: usize) -> Result<Vec<Ended>, StoreError> {
        Ok(Vec::new())
    }
}
