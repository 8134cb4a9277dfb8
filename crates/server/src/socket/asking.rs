//! What a speaker asks: who is listening, who was, and how it went.

use super::conversation::Conversation;
use crate::past;
use headcount_core::{Account, Measurement, StatusDetail, Timestamp};
use headcount_protocol::{HistoryQuery, ProtocolError, ServerMessage};
use tokio::time::Instant;

impl Conversation {
    /// `getSessionStatus`
    pub(super) async fn status(
        &self,
        action: &'static str,
        detail: Option<StatusDetail>,
    ) -> Result<(), ProtocolError> {
        let arrived = Instant::now();
        self.may_ask()?;
        let answer = self.app.service.query_status(self.id(), detail).await;
        let answer = answer.map_err(|failed| self.app.refused((action, &failed)))?;
        self.answer(&ServerMessage::SessionStatus(&answer.update));
        drop(answer);
        self.app.record(&Measurement::QueryAnswered { took: arrived.elapsed() });
        Ok(())
    }

    /// `getSessionStatus` with a moment. It is no question in the sense of the policy: the next update comes when, and
    /// because of what, it would have come.
    pub(super) async fn status_at(&self, action: &'static str, at: Timestamp) -> Result<(), ProtocolError> {
        let account = self.own_account(action).await?;
        let now = self.app.now();
        let update = self.app.aside(move || past::told(&account, at, now)).await??;
        self.answer(&ServerMessage::SessionStatus(&update));
        Ok(())
    }

    /// `getSessionHistory`. An answer is kept to half of what may wait for the connection, so that updates have room
    /// beside it.
    pub(super) async fn history(
        &self,
        action: &'static str,
        asked: HistoryQuery,
    ) -> Result<(), ProtocolError> {
        let account = self.own_account(action).await?;
        let (now, longest) = (self.app.now(), self.app.sockets.queue_bytes / 2);
        let answer = self.app.aside(move || past::history_within(longest, &account, asked, now)).await??;
        self.outbox.push(answer);
        Ok(())
    }

    /// The account of the session that this connection speaks in, if it may ask now.
    async fn own_account(&self, action: &'static str) -> Result<Account, ProtocolError> {
        self.may_ask()?;
        let spoken = self.app.service.spoken_by(self.id()).await;
        let session = spoken.map_err(|failed| self.app.refused((action, &failed)))?;
        self.app.account(&session.id).await
    }

    fn may_ask(&self) -> Result<(), ProtocolError> {
        let (session, _) = self.standing.role().ok_or_else(ProtocolError::connection_not_found)?;
        let may = self.app.limits.query_status(session);
        may.map_err(|retry| self.app.too_often("statusQueries", retry))
    }
}
