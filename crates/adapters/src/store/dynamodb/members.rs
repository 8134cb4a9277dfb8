//! Who is connected to a session, for whoever wants to address them all.

use super::counting::INDEX;
use super::failure::failed;
use super::item::{Item, n, s, text};
use super::reach::Key;
use super::{DynamoStore, Writers, session_item};
use headcount_core::ports::StoreError;
use headcount_core::{ConnectionId, SessionId};

/// Some of a session's listeners.
#[derive(Debug)]
pub struct Members {
    /// Their connections. One that has just joined may be missing: the index is a little late.
    pub listeners: Vec<ConnectionId>,
    /// Where the others are; `None` at the end.
    pub next: Option<MembersFrom>,
}

/// Where a page of [`Members`] begins.
#[derive(Debug)]
pub struct MembersFrom {
    life: u64,
    key: Item,
}

impl DynamoStore {
    /// Who speaks in `session`; where it has ended, who spoke when it did, so that it can be told.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn last_speaker(&self, session: &SessionId) -> Result<Option<ConnectionId>, StoreError> {
        let found = self.reach.get(&Key::Session(session.clone())).await?;
        Ok(found.as_ref().and_then(session_item::last_speaker))
    }

    /// A page of the listeners of `session`, the first or the one that begins at `from`. Where it has ended: those
    /// who were there then and whose rows are there still.
    ///
    /// # Errors
    /// If the tables do not answer.
    pub async fn members(
        &self,
        session: &SessionId,
        from: Option<MembersFrom>,
    ) -> Result<Members, StoreError> {
        let (life, key) = match from {
            Some(MembersFrom { life, key }) => (life, Some(key)),
            None => (self.life(session).await?, None),
        };
        let query = self.reach.client.query().table_name(&self.reach.tables.connections).index_name(INDEX);
        let query = query
            .key_condition_expression("sessionId = :session")
            .expression_attribute_values(":session", s(session.as_str()))
            .expression_attribute_names("#role", "role")
            .expression_attribute_values(":listener", s("listener"))
            .projection_expression("connectionId")
            .set_exclusive_start_key(key);
        // Rows that an earlier session of the same name left behind are of other people.
        let query = match self.writers {
            Writers::Ours => query
                .filter_expression("#role = :listener AND life = :life")
                .expression_attribute_values(":life", n(life)),
            Writers::Others { .. } => query.filter_expression("#role = :listener"),
        };
        let page = query.send().await.map_err(failed)?;
        let name = |item: &Item| ConnectionId::parse(text(item, "connectionId")?).ok();
        let listeners = page.items().iter().filter_map(name).collect();
        Ok(Members { listeners, next: page.last_evaluated_key.map(|key| MembersFrom { life, key }) })
    }

    async fn life(&self, session: &SessionId) -> Result<u64, StoreError> {
        let found = self.reach.get(&Key::Session(session.clone())).await?;
        Ok(found.as_ref().map_or(0, session_item::life))
    }
}
