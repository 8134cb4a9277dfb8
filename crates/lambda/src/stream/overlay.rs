//! A count with those in it who have just come.
//!
//! The index that is counted follows the table with a delay, so the listener whose joining has woken us may not be in
//! it yet; and where we count ourselves, the count may have been read ahead. The table itself is read as it is: where a
//! language shows fewer listeners than the batch has brought to it, those are looked up one by one, and as many as are
//! really there is the least that it has.

use crate::counts::Look;
use async_trait::async_trait;
use headcount_core::ports::{Counted, PresenceStore, StoreError};
use headcount_core::{ConnectionId, Language, LanguageDistribution, Role, SessionId};
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

    /// Where the count is short of those who are really there, has it made once more, since the store may have read it
    /// before they came; then adds what it is short of still.
    async fn complete(&self, store: &dyn PresenceStore, counted: &mut Counted) -> Result<(), StoreError> {
        let there = self.uncounted(store, &counted.distribution).await?;
        if there.is_empty() {
            return Ok(());
        }
        if let Some(again) = store.audience(&self.session, counted.quality.as_of).await? {
            let graces_ended = counted.graces_ended + again.graces_ended;
            *counted = Counted { graces_ended, ..again };
        }
        for (language, there) in there {
            let count = counted.distribution.count(language);
            if there > count {
                Arc::make_mut(&mut counted.distribution).add_many(language, there - count);
            }
        }
        Ok(())
    }

    /// The languages of which more are really there than `shown` has, and how many at the least.
    async fn uncounted(
        &self,
        store: &dyn PresenceStore,
        shown: &LanguageDistribution,
    ) -> Result<Vec<(&Language, u64)>, StoreError> {
        let (mut left, mut uncounted) = (LOOKED_UP, Vec::new());
        for (language, connections) in &self.joined {
            let count = shown.count(language);
            if count >= connections.len() as u64 {
                continue;
            }
            let mut there = 0;
            for connection in connections.iter().take(left) {
                there += u64::from(self.hears(store, connection, language).await?);
            }
            left = left.saturating_sub(connections.len());
            if there > count {
                uncounted.push((language, there));
            }
        }
        Ok(uncounted)
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
