//! Links: who else may look on at a session.

use super::StatusService;
use crate::ports::StoreError;
use crate::{Link, LinkId, Scope, Session, SessionChange, SessionId};
use std::sync::Arc;
use std::time::Duration;

/// What a link is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLink {
    /// What it shows.
    pub scope: Scope,
    /// What those who make it call it, at most [`Link::MAX_LABEL`] characters.
    pub label: Option<String>,
    /// How long it is good, as long as the session lives; `None` is as long as that.
    pub good_for: Option<Duration>,
}

/// What came of a new link.
#[derive(Clone, Debug)]
pub enum Linked {
    /// It is there.
    Added {
        /// The session with the link.
        session: Arc<Session>,
        /// The link.
        link: Link,
    },
    /// The session has as many links as it may have.
    Full,
    /// There is no such session.
    SessionNotFound,
}

impl StatusService {
    /// Makes a link to `id`, which is committed when this returns.
    ///
    /// # Errors
    /// What the store could not do.
    pub async fn add_link(&self, id: &SessionId, new: NewLink) -> Result<Linked, StoreError> {
        let Some(session) = self.session(id).await? else { return Ok(Linked::SessionNotFound) };
        let now = self.now();
        let ends = new.good_for.map_or(session.expires_at, |life| now.plus(life).min(session.expires_at));
        let link = Link {
            id: LinkId::of(self.ports.ids.entropy()),
            scope: new.scope,
            label: new.label,
            created_at: now,
            expires_at: ends,
        };
        let change = SessionChange::AddLink(link.clone());
        Ok(match self.ports.sessions.update(id, &change, now).await? {
            None => Linked::SessionNotFound,
            Some(updated) if updated.after.link(&link.id) != Some(&link) => Linked::Full,
            Some(updated) => Linked::Added { session: updated.after, link },
        })
    }

    /// Takes a link back, which is committed when this returns. False if there is no such link, or no such session.
    ///
    /// # Errors
    /// What the store could not do; the link may be good still.
    pub async fn remove_link(&self, id: &SessionId, link: &LinkId) -> Result<bool, StoreError> {
        let change = SessionChange::RemoveLink(link.clone());
        let updated = self.ports.sessions.update(id, &change, self.now()).await?;
        Ok(updated.is_some_and(|updated| updated.before.link(link).is_some()))
    }
}
