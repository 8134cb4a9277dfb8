//! A question and its counter, side by side.
//!
//! Counting a question before it is looked into would make the speaker wait for one more call each time. So both go on
//! at once, up to the claim: an answer that is claimed counts as told, and must not be claimed for a question that is
//! refused. The claim waits for the counter, which by then has mostly answered.

use crate::limits::Limits;
use async_trait::async_trait;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use headcount_core::ports::{Claim, LedgerStore, StoreError};
use headcount_core::{ConnectionId, SessionId, UpdateLedger};
use headcount_protocol::ProtocolError;
use std::sync::Arc;

/// Whether a question may be answered, as soon as somebody waits for it. All who do are told the same.
pub(crate) type Permit = Shared<BoxFuture<'static, Result<(), ProtocolError>>>;

/// Asks for the permit of one question of `speaker`.
pub(crate) fn ask(limits: &Arc<Limits>, speaker: &ConnectionId) -> Permit {
    let (limits, speaker) = (Arc::clone(limits), speaker.clone());
    async move { limits.query_status(&speaker).await }.boxed().shared()
}

/// Ledgers of which nothing is claimed without a permit.
pub(crate) struct Permitted {
    pub(crate) inner: Arc<dyn LedgerStore>,
    pub(crate) permit: Permit,
}

#[async_trait]
impl LedgerStore for Permitted {
    async fn ledger(&self, session: &SessionId) -> Result<Option<Arc<UpdateLedger>>, StoreError> {
        self.inner.ledger(session).await
    }

    async fn advance(&self, session: &SessionId, next: UpdateLedger) -> Result<Claim, StoreError> {
        match self.permit.clone().await {
            Ok(()) => self.inner.advance(session, next).await,
            // Nobody reads this: who has asked too often is told so.
            Err(_) => Err(StoreError::Unavailable("it was asked too often".to_owned())),
        }
    }
}
