//! Sessions of a cluster: changed in the engine first, here when it has said yes.

use super::followed::Followed;
use super::{ClusterStore, Versioned};
use async_trait::async_trait;
use headcount_core::ports::{Claim, Creation, Ending, SessionStore, StoreError, Updated};
use headcount_core::{EndReason, Session, SessionChange, SessionId, SpeakerSeat, Timestamp, UpdateLedger};
use std::sync::Arc;

/// How often a change is tried on a newer version. Others that change the same session win every time; more than a few
/// at once there are not.
const TRIES: usize = 8;

#[async_trait]
impl SessionStore for ClusterStore {
    async fn create(&self, session: Session, ledger: UpdateLedger) -> Result<Creation, StoreError> {
        if !self.is_connected() {
            return Err(StoreError::Unavailable("the shared store is out of reach".to_owned()));
        }
        let created = self.engine.sessions.create(&session, &ledger).await?;
        if created == Creation::Created {
            // It is there, whether or not it can be followed yet; whoever needs it follows it then.
            drop(self.follow(&session.id, self.now()).await);
        }
        Ok(created)
    }

    async fn session(&self, id: &SessionId) -> Result<Option<Arc<Session>>, StoreError> {
        if self.followed(id).is_none() && self.follow(id, self.now()).await?.is_none() {
            return Ok(None);
        }
        Ok(self.rooms.session(id))
    }

    /// A node that starts takes the seat from no speaker that is connected to another:
    /// [`SessionChange::LoseSpeaker`] without a connection is meant for a store whose connections have all gone.
    async fn update(
        &self,
        id: &SessionId,
        change: &SessionChange,
        now: Timestamp,
    ) -> Result<Option<Updated>, StoreError> {
        for _ in 0..TRIES {
            let Some(followed) = self.follow(id, now).await? else { return Ok(None) };
            let Some((before, next)) = self.next_version(&followed, change, now) else { return Ok(None) };
            if *before == next.session {
                self.seat(&followed, change);
                return Ok(Some(Updated { after: Arc::clone(&before), before }));
            }
            match self.engine.sessions.replace(&next).await {
                Ok(Some(Claim::Won)) => {}
                Ok(Some(Claim::Lost)) => {
                    self.read_again(&followed, now).await?;
                    continue;
                }
                Ok(None) => {
                    self.read_again(&followed, now).await?;
                    return Ok(None);
                }
                Err(failed) if !self.may_go_on_alone(&followed) => return Err(failed),
                Err(_) => self.change_alone(&followed),
            }
            let after = Arc::new(next.session.clone());
            self.seat(&followed, change);
            self.adopt(&followed, next, now).await;
            return Ok(Some(Updated { before, after }));
        }
        Err(StoreError::Unavailable("others change the same session all the time".to_owned()))
    }

    async fn end(
        &self,
        id: &SessionId,
        reason: &EndReason,
        now: Timestamp,
    ) -> Result<Option<Ending>, StoreError> {
        let Some(followed) = self.follow(id, now).await? else { return Ok(None) };
        let Some(session) = self.rooms.session(id) else { return Ok(None) };
        let Some(own) = self.rooms.audience(id, now) else { return Ok(None) };
        let counted = self.of_all(&followed, own, now);
        let listeners = counted.distribution.listener_count() + counted.graces_ended;
        if !self.engine.sessions.end(&session, reason, listeners, now).await? {
            self.read_again(&followed, now).await?;
            return Ok(None);
        }
        self.close(&followed, reason, now).await;
        Ok(Some(Ending { session, listeners }))
    }

    async fn live(&self, after: Option<&SessionId>, limit: usize) -> Result<Vec<Arc<Session>>, StoreError> {
        let page = self.engine.sessions.live(after, limit).await?;
        Ok(page.into_iter().map(|versioned| Arc::new(versioned.session)).collect())
    }
}

impl ClusterStore {
    /// The session as it is here, and as it is to be; `None` where it has ended.
    pub(super) fn next_version(
        &self,
        followed: &Followed,
        change: &SessionChange,
        now: Timestamp,
    ) -> Option<(Arc<Session>, Versioned)> {
        let state = followed.state.lock();
        let before = self.rooms.session(&followed.id)?;
        let mut session = Session::clone(&before);
        let elsewhere = state.speaker_at.is_some_and(|node| node != self.node);
        if !(elsewhere && matches!(change, SessionChange::LoseSpeaker { connection: None, .. })) {
            session.apply(change, now);
        }
        let speaker_at = match &session.speaker {
            SpeakerSeat::Attached { .. } if session.speaker != before.speaker => Some(self.node),
            SpeakerSeat::Attached { .. } => state.speaker_at,
            SpeakerSeat::Never | SpeakerSeat::Lost { .. } => None,
        };
        Some((before, Versioned { session, version: state.version + 1, speaker_at }))
    }

    /// Remembers whom this node has put into the seat.
    fn seat(&self, followed: &Followed, change: &SessionChange) {
        if let SessionChange::AttachSpeaker { connection, detail } = change {
            followed.state.lock().seated = Some((connection.clone(), *detail));
        }
    }

    /// Whether this node may change a session while the engine is out of reach: if the speaker is here, so that most
    /// likely nobody else changes it meanwhile.
    pub(super) fn may_go_on_alone(&self, followed: &Followed) -> bool {
        let state = followed.state.lock();
        state.speaker_at == Some(self.node) || state.unrestored
    }

    /// What is changed now is to be brought to the engine when it is back.
    pub(super) fn change_alone(&self, followed: &Followed) {
        let mut state = followed.state.lock();
        (state.unrestored, state.due) = (true, true);
        drop(state);
        self.some_are_stale();
    }
}
