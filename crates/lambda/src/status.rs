//! `getSessionStatus`: an answer within the time that there is, whatever the store does.

use crate::app::App;
use crate::permit::{self, Permit, Permitted};
use futures_util::future::join;
use headcount_core::service::QueryError;
use headcount_core::{ConnectionId, Measurement, StatusDetail, StatusUpdate};
use headcount_protocol::{ProtocolError, ServerMessage};
use std::sync::Arc;
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
        let permit = permit::ask(&self.limits, speaker);
        let asked = timeout(self.settings.query_timeout, self.ask(speaker, detail, permit.clone()));
        let update = match join(asked, permit).await {
            (Ok(Ok(update)), Ok(())) => update,
            // Who may not ask at all hears that, however often it does.
            (Ok(Err(refused)), _) if !matches!(refused, QueryError::Store(_)) => {
                self.recent.forget(speaker);
                return Err(self.refused((ACTION, &refused)));
            }
            (_, Err(too_often)) => return Err(too_often),
            (Ok(Err(failed)), Ok(())) => {
                let refusal = self.refused((ACTION, &failed));
                self.last_known(speaker).ok_or(refusal)?
            }
            (Err(_), Ok(())) => {
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
        permit: Permit,
    ) -> Result<StatusUpdate, QueryError> {
        let asked = self.now();
        let same = self.recent.same(speaker, detail, self.settings.status_cache, asked);
        if let Some(update) = same
            && self.still_holds(speaker, &update).await?
        {
            return Ok(update);
        }
        let service = self.service_over(|ports| {
            ports.ledgers = Arc::new(Permitted { inner: Arc::clone(&ports.ledgers), permit });
        });
        let answer = service.query_status(speaker, detail).await?;
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
