//! A count with those in it who have just come.
//!
//! The index that is counted follows the table with a delay, so the listener whose joining has woken us may not be in
//! it yet. The table itself is read without one: where a language shows fewer listeners than the batch has brought to
//! it, those are looked up one by one, and as many as are really there is the least that it has.

use crate::counts::Look;
use async_trait::async_trait;
use headcount_core::ports::{Counted, PresenceStore, StoreError};
use headcount_core::{ConnectionId, Language, Role, SessionId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many connections are looked up at the most. Beyond that the count is as the index has it; it is right a moment
/// later.
const LOOKED_UP: usize = 64;

/// The joins of one batch, to be laid over the counts of one session.
pub(super) struct Overlay {
    session: SessionId,
    joined: BTreeMap<Language, Vec<ConnectionId>>,
}

impl Overlay {
    pub(super) fn new(session: SessionId, joins: Vec<(ConnectionId, Language)>) -> Self {
        let mut joined: BTreeMap<Language, Vec<ConnectionId>> = BTreeMap::new();
        for (connection, language) in joins {
            joined.entry(language).or_default().push(connection);
        }
        Self { session, joined }
    }

    /// Adds what the count is short of.
    async fn complete(&self, store: &dyn PresenceStore, counted: &mut Counted) -> Result<(), StoreError> {
        let mut left = LOOKED_UP;
        for (language, connections) in &self.joined {
            let count = counted.distribution.count(language);
            if count >= connections.len() as u64 {
                continue;
            }
            let mut there = 0;
            for connection in connections.iter().take(left) {
                there += u64::from(self.hears(store, connection, language).await?);
            }
            left = left.saturating_sub(connections.len());
            if there > count {
                Arc::make_mut(&mut counted.distribution).add_many(language, there - count);
            }
        }
        Ok(())
    }

    async fn hears(
        &self,
        store: &dyn PresenceStore,
        connection: &ConnectionId,
        language: &Language,
    ) -> Result<bool, StoreError> {
        let found = store.connection(connection).await?;
        Ok(found.is_some_and(|found| {
            found.session == self.session && found.role == Role::Listener { language: language.clone() }
        }))
    }
}

#[async_trait]
impl Look for Overlay {
    async fn look(
        &self,
        store: &dyn PresenceStore,
        session: &SessionId,
        counted: &mut Counted,
    ) -> Result<(), StoreError> {
        if *session == self.session { self.complete(store, counted).await } else { Ok(()) }
    }
}
