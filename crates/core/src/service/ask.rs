//! The speaker asks, or somebody looks without the speaker's knowing.

use super::StatusService;
use super::occasion::Occasion;
use super::tell::Look;
use super::turn::Turn;
use crate::ports::StoreError;
use crate::{
    ConnectionId, LanguageDistribution, Measurement, Role, Scope, Session, SessionId, SessionStatus,
    StatusDetail, StatusUpdate, UpdateReason,
};
use std::sync::Arc;

/// The answer to a question. Nothing else is sent to this speaker while it is held: drop it once the answer is
/// queued on its way, or a later update could overtake it.
pub struct Answer<'a> {
    /// The answer.
    pub update: StatusUpdate,
    _turn: Turn<'a>,
}

/// Why there is no answer, or no other thing that only a speaker may do.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The connection has no role.
    #[error("the connection has no role")]
    NoRole,
    /// It is a listener.
    #[error("the connection is a listener")]
    Listener,
    /// It was the speaker until another connection took its place.
    #[error("another connection has become the speaker")]
    Superseded,
    /// Its session has ended.
    #[error("the session has ended")]
    SessionNotFound,
    /// The store could not say.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl StatusService {
    /// The session that `connection` is the speaker of.
    ///
    /// # Errors
    /// [`QueryError`] if it is not, and why.
    pub async fn spoken_by(&self, connection: &ConnectionId) -> Result<Arc<Session>, QueryError> {
        let found = self.ports.presence.connection(connection).await?.ok_or(QueryError::NoRole)?;
        if found.role != Role::Speaker {
            return Err(QueryError::Listener);
        }
        let session = self.session(&found.session).await?.ok_or(QueryError::SessionNotFound)?;
        if session.speaker.connection() == Some(connection) {
            Ok(session)
        } else {
            Err(QueryError::Superseded)
        }
    }

    /// Answers the speaker's question at once; the answer becomes what the speaker was last told. `detail`
    /// overrides what the connection asked for when it came.
    ///
    /// # Errors
    /// [`QueryError`] if the connection may not ask, or if the store does not answer.
    pub async fn query_status(
        &self,
        connection: &ConnectionId,
        detail: Option<StatusDetail>,
    ) -> Result<Answer<'_>, QueryError> {
        let session = self.spoken_by(connection).await?;
        let turn = self.turns.take(&session.id).await;
        let answer = match self.look(&session.id, Occasion::Question { by: connection, detail }).await? {
            Look::Claimed(mut told) => {
                self.arm_after(&mut told).await;
                told.update
            }
            // A question is always answered, if need be without becoming the baseline.
            Look::Lost(unrecorded) => unrecorded.update,
            Look::Quiet(_) => return Err(QueryError::Superseded),
            Look::Ended => return Err(QueryError::SessionNotFound),
        };
        self.told(&answer);
        self.record(&Measurement::UpdateSent { reason: UpdateReason::Requested });
        Ok(Answer { update: answer, _turn: turn })
    }

    /// The status as anyone but the speaker sees it: what the speaker was told stays as it is. `None` without
    /// such a session.
    ///
    /// # Errors
    /// What the store could not do.
    pub async fn peek_status(&self, id: &SessionId) -> Result<Option<StatusUpdate>, StoreError> {
        let view = self.view(id).await?;
        Ok(view.map(|view| {
            let (update, _) = view.update(UpdateReason::Requested, StatusDetail::Basic);
            StatusUpdate { revision: view.ledger.revision(), ..update }
        }))
    }

    /// As [`Self::peek_status`], with nothing of the audience but those who `scope` shows.
    ///
    /// # Errors
    /// What the store could not do.
    pub async fn peek_scope(
        &self,
        id: &SessionId,
        scope: &Scope,
    ) -> Result<Option<StatusUpdate>, StoreError> {
        let Some(language) = scope.language() else { return self.peek_status(id).await };
        let Some(view) = self.view(id).await? else { return Ok(None) };
        // Counted, not shown: where many languages are heard, what is shown has this one among the others perhaps.
        let heard = view.counted.distribution.iter().filter(|(heard, _)| *heard == language);
        let shown = heard.collect::<LanguageDistribution>().shown(1);
        let status = SessionStatus::at(&view.session, shown, &view.counted.quality, view.now);
        let (reason, revision) = (UpdateReason::Requested, view.ledger.revision());
        Ok(Some(StatusUpdate { status, reason, revision, audience: None }))
    }
}
