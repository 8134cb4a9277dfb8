//! Who is connected to this node, and the counts of all nodes that follow from it.

use super::ClusterStore;
use super::followed::Followed;
use async_trait::async_trait;
use headcount_core::ports::{
    Admission, Counted, Departed, Departure, Joiner, PresenceStore, StoreError, WantedRole,
};
use headcount_core::{Connection, ConnectionId, Language, Role, SessionId, Timestamp};

#[async_trait]
impl PresenceStore for ClusterStore {
    async fn join(&self, mut joiner: Joiner) -> Result<Option<Admission>, StoreError> {
        let now = joiner.now;
        let Some(followed) = self.follow(&joiner.session, now).await? else { return Ok(None) };
        if let WantedRole::Listener { max_listeners, .. } = &mut joiner.role {
            // The others' listeners need room, too. Several nodes at once may admit a few too many.
            *max_listeners = max_listeners.saturating_sub(self.counted_elsewhere(&followed, now));
        }
        let admission = match self.home_elsewhere(&joiner) {
            Some(home) => self.join_from(home, joiner, &followed).await?,
            None => self.rooms.join(&joiner),
        };
        Ok(admission.map(|admission| self.admitted(&followed, admission, now)))
    }

    async fn leave(
        &self,
        connection: &ConnectionId,
        departure: Departure,
        now: Timestamp,
    ) -> Result<Option<Departed>, StoreError> {
        let Some(departed) = self.rooms.leave(connection, departure, now) else { return Ok(None) };
        let counted = self.of_all_in(&departed.connection.session, departed.counted, now);
        Ok(Some(Departed { counted, ..departed }))
    }

    async fn switch_language(
        &self,
        connection: &ConnectionId,
        language: &Language,
        now: Timestamp,
    ) -> Result<Option<Counted>, StoreError> {
        let Some(session) = self.rooms.connection(connection).map(|found| found.session) else {
            return Ok(None);
        };
        let Some(counted) = self.rooms.switch(connection, language, now) else { return Ok(None) };
        let Some(followed) = self.followed(&session) else { return Ok(Some(counted)) };
        self.hurry_for(&followed, language);
        Ok(Some(self.of_all(&followed, counted, now)))
    }

    async fn connection(&self, id: &ConnectionId) -> Result<Option<Connection>, StoreError> {
        Ok(self.rooms.connection(id))
    }

    async fn audience(&self, session: &SessionId, now: Timestamp) -> Result<Option<Counted>, StoreError> {
        let Some(followed) = self.follow(session, now).await? else { return Ok(None) };
        let own = self.rooms.audience(session, now);
        Ok(own.map(|own| self.of_all(&followed, own, now)))
    }
}

impl ClusterStore {
    /// The answer for somebody who was admitted here: with the audience of all nodes, and this one as its home.
    fn admitted(&self, followed: &Followed, admission: Admission, now: Timestamp) -> Admission {
        let Admission::Joined(mut joined) = admission else { return admission };
        joined.counted = self.of_all(followed, joined.counted, now);
        joined.place.home = Some(self.node);
        if let Role::Listener { language } = &joined.connection.role {
            self.hurry_for(followed, language);
        }
        Admission::Joined(joined)
    }

    /// A language that this node has never published is published at once: whoever has the speaker may have to tell it.
    fn hurry_for(&self, followed: &Followed, language: &Language) {
        if !followed.state.lock().own.languages.contains(language) {
            self.dirty.hurry();
        }
    }
}
