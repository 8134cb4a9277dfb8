//! `getSessionStatus`: an answer within the time that there is, whatever the store does.

use crate::app::App;
use headcount_core::service::QueryError;
use headcount_core::{ConnectionId, Measurement, StatusDetail, StatusUpdate};
use headcount_protocol::{ProtocolError, ServerMessage};
use tokio::time::{Instant, timeout};

/// The action that this answers.
const ACTION: &str = "getSessionStatus";

impl App {
    /// The answer to the question of `speaker`. What it was told last, marked as not exact, where the store fails or
    /// is slow.
    pub(crate) async fn status(
        &self,
        speaker: &ConnectionId,
        detail: Option<StatusDetail>,
    ) -> Result<String, ProtocolError> {
        let arrived = Instant::now();
        let update = match timeout(self.settings.query_timeout, self.ask(speaker, detail)).await {
            Ok(Ok(update)) => update,
            Ok(Err(QueryError::Store(failed))) => {
                let refusal = self.store_failed(&failed);
                self.last_known(speaker).ok_or(refusal)?
            }
            Ok(Err(refused)) => {
                self.recent.forget(speaker);
                return Err(self.refused((ACTION, &refused)));
            }
            Err(_) => {
                tracing::warn!("the store is slow");
                self.last_known(speaker).ok_or_else(Self::too_slow)?
            }
        };
        let text = ServerMessage::SessionStatus(&update).to_json(update.status.timestamp);
        self.record(&Measurement::QueryAnswered { took: arrived.elapsed() });
        Ok(text)
    }

    fn last_known(&self, speaker: &ConnectionId) -> Option<StatusUpdate> {
        self.recent.last_known(speaker, self.now())
    }

    /// What it was told a moment ago, if nothing has happened since; else what the store says.
    async fn ask(
        &self,
        speaker: &ConnectionId,
        detail: Option<StatusDetail>,
    ) -> Result<StatusUpdate, QueryError> {
        let asked = self.now();
        let same = self.recent.same(speaker, detail, self.settings.status_cache, asked);
        if let Some(update) = same
            && self.still_holds(speaker, &update).await?
        {
            return Ok(update);
        }
        let answer = self.service.query_status(speaker, detail).await?;
        self.recent.keep(speaker, detail, &answer.update, asked);
        Ok(answer.update.clone())
    }

    /// Whether `speaker` may still be told `update`: it is the speaker, has been told nothing since, and the broadcast
    /// is what it was. Only the counting is saved.
    async fn still_holds(&self, speaker: &ConnectionId, update: &StatusUpdate) -> Result<bool, QueryError> {
        let session = self.service.spoken_by(speaker).await?;
        let ledger = self.ports.ledgers.ledger(&session.id).await?;
        Ok(session.id == update.status.session
            && session.broadcast == update.status.broadcast
            && ledger.is_some_and(|ledger| ledger.revision() == update.revision))
    }
}
