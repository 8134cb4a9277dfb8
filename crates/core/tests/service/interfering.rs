//! Stores in which something happens at the worst moment.

use async_trait::async_trait;
use headcount_core::ports::{
    Admission, Claim, Counted, Departed, Departure, Joiner, LedgerStore, PresenceStore, StoreError,
};
use headcount_core::{Connection, ConnectionId, Language, SessionId, Timestamp, UpdateLedger};
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;

type Event = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Events to come, one at each opportunity.
#[derive(Default)]
pub(crate) struct Events(Mutex<VecDeque<Event>>);

impl Events {
    /// At the next opportunity that is free, this happens.
    pub(crate) fn push(&self, event: impl Future<Output = ()> + Send + 'static) {
        self.0.lock().push_back(Box::pin(event));
    }

    async fn happen(&self) {
        let event = self.0.lock().pop_front();
        if let Some(event) = event {
            event.await;
        }
    }
}

/// A ledger store in which something happens between a look and the claim that follows it.
pub(crate) struct InterferingLedgers {
    pub(crate) inner: Arc<dyn LedgerStore>,
    pub(crate) before_claim: Arc<Events>,
}

#[async_trait]
impl LedgerStore for InterferingLedgers {
    async fn ledger(&self, session: &SessionId) -> Result<Option<Arc<UpdateLedger>>, StoreError> {
        self.inner.ledger(session).await
    }

    async fn advance(&self, session: &SessionId, next: UpdateLedger) -> Result<Claim, StoreError> {
        self.before_claim.happen().await;
        self.inner.advance(session, next).await
    }
}

/// A presence store in which something happens before a join, and whose counts can be called inexact.
pub(crate) struct InterferingPresence {
    pub(crate) inner: Arc<dyn PresenceStore>,
    pub(crate) before_join: Arc<Events>,
    pub(crate) inexact_until: Arc<Mutex<Option<Timestamp>>>,
}

impl InterferingPresence {
    fn judged(&self, mut counted: Counted, now: Timestamp) -> Counted {
        counted.quality.inexact_until = self.inexact_until.lock().filter(|until| now < *until);
        counted
    }
}

#[async_trait]
impl PresenceStore for InterferingPresence {
    async fn join(&self, joiner: Joiner) -> Result<Option<Admission>, StoreError> {
        self.before_join.happen().await;
        let now = joiner.now;
        let mut admission = self.inner.join(joiner).await?;
        if let Some(Admission::Joined(joined)) = &mut admission {
            joined.counted = self.judged(joined.counted.clone(), now);
        }
        Ok(admission)
    }

    async fn leave(
        &self,
        connection: &ConnectionId,
        departure: Departure,
        now: Timestamp,
    ) -> Result<Option<Departed>, StoreError> {
        let departed = self.inner.leave(connection, departure, now).await?;
        Ok(departed.map(|gone| Departed { counted: self.judged(gone.counted, now), ..gone }))
    }

    async fn switch_language(
        &self,
        connection: &ConnectionId,
        language: &Language,
        now: Timestamp,
    ) -> Result<Option<Counted>, StoreError> {
        let counted = self.inner.switch_language(connection, language, now).await?;
        Ok(counted.map(|counted| self.judged(counted, now)))
    }

    async fn connection(&self, id: &ConnectionId) -> Result<Option<Connection>, StoreError> {
        self.inner.connection(id).await
    }

    async fn audience(&self, session: &SessionId, now: Timestamp) -> Result<Option<Counted>, StoreError> {
        let counted = self.inner.audience(session, now).await?;
        Ok(counted.map(|counted| self.judged(counted, now)))
    }
}
