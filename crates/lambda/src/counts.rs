//! Counts that somebody looks at before they are used.

use async_trait::async_trait;
use headcount_core::ports::{Admission, Counted, Departed, Departure, Joiner, PresenceStore, StoreError};
use headcount_core::{Connection, ConnectionId, Language, SessionId, Timestamp};
use std::sync::Arc;

/// Somebody who looks at counts.
#[async_trait]
pub(crate) trait Look: Send + Sync {
    /// Looks at the count of `session`, which `store` has just made, and may correct it.
    async fn look(
        &self,
        store: &dyn PresenceStore,
        session: &SessionId,
        counted: &mut Counted,
    ) -> Result<(), StoreError>;
}

/// Another store, whose audiences are looked at.
pub(crate) struct LookedAt {
    inner: Arc<dyn PresenceStore>,
    look: Arc<dyn Look>,
}

impl LookedAt {
    pub(crate) fn new(inner: Arc<dyn PresenceStore>, look: Arc<dyn Look>) -> Self {
        Self { inner, look }
    }
}

#[async_trait]
impl PresenceStore for LookedAt {
    async fn join(&self, joiner: Joiner) -> Result<Option<Admission>, StoreError> {
        self.inner.join(joiner).await
    }

    async fn leave(
        &self,
        connection: &ConnectionId,
        departure: Departure,
        now: Timestamp,
    ) -> Result<Option<Departed>, StoreError> {
        self.inner.leave(connection, departure, now).await
    }

    async fn switch_language(
        &self,
        connection: &ConnectionId,
        language: &Language,
        now: Timestamp,
    ) -> Result<Option<Counted>, StoreError> {
        self.inner.switch_language(connection, language, now).await
    }

    async fn connection(&self, id: &ConnectionId) -> Result<Option<Connection>, StoreError> {
        self.inner.connection(id).await
    }

    async fn audience(&self, session: &SessionId, now: Timestamp) -> Result<Option<Counted>, StoreError> {
        let mut counted = self.inner.audience(session, now).await?;
        if let Some(counted) = &mut counted {
            self.look.look(&*self.inner, session, counted).await?;
        }
        Ok(counted)
    }
}
