//! Accounts of sessions: written as they happen, read by those who ask later.

use super::StoreError;
use crate::{Account, Ended, Findings, Language, SessionId, Signal, SignalRules, StatusUpdate, Timestamp};
use async_trait::async_trait;

/// What happened in sessions, for those who ask later.
#[async_trait]
pub trait HistoryStore: Send + Sync {
    /// The speaker of `session` is told `update`, which is kept as it shows the counts. MUST be cheap, MUST NOT fail;
    /// without such a session, nothing happens.
    fn told(&self, session: &SessionId, update: &StatusUpdate);

    /// The account of the live session of that name, else of the one that ended last; `None` without either (any
    /// more), and where no accounts are kept.
    async fn account(&self, session: &SessionId, now: Timestamp) -> Result<Option<Account>, StoreError>;

    /// Sessions that have ended, the last one first: those of a lower [`Ended::number`] than `before`, all without it,
    /// at most `limit`.
    async fn ended(&self, before: Option<u64>, limit: usize) -> Result<Vec<Ended>, StoreError>;

    /// Looks for what is to be signalled in `session` at `now`, and notes it for the account. Each signal is found once,
    /// by whoever looks first. MUST be cheap, MUST NOT fail, MUST find nothing while the count may be short. Where no
    /// accounts are kept there is nothing to find.
    fn signals(&self, _session: &SessionId, _rules: &SignalRules, _now: Timestamp) -> Findings {
        Findings::default()
    }

    /// Somebody asked in `session` for `language`, which is not served: noted for the account, and the signal where it is
    /// the first time. MUST be cheap, MUST NOT fail.
    fn asked_in_vain(&self, _session: &SessionId, _language: &Language) -> Option<Signal> {
        None
    }
}

/// No accounts are kept.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHistory;

#[async_trait]
impl HistoryStore for NoHistory {
    fn told(&self, _: &SessionId, _: &StatusUpdate) {}

    async fn account(&self, _: &SessionId, _: Timestamp) -> Result<Option<Account>, StoreError> {
        Ok(None)
    }

    async fn ended(&self, _: Option<u64>, _: usize) -> Result<Vec<Ended>, StoreError> {
        Ok(Vec::new())
    }
}
