//! What speakers of a cluster have been told: claimed in the engine, so that of all nodes one tells.

use super::ClusterStore;
use async_trait::async_trait;
use headcount_core::ports::{Claim, LedgerStore, StoreError};
use headcount_core::{SessionId, UpdateLedger};
use std::sync::Arc;

#[async_trait]
impl LedgerStore for ClusterStore {
    async fn ledger(&self, session: &SessionId) -> Result<Option<Arc<UpdateLedger>>, StoreError> {
        if self.followed(session).is_none() && self.follow(session, self.now()).await?.is_none() {
            return Ok(None);
        }
        Ok(self.rooms.ledger(session))
    }

    async fn advance(&self, session: &SessionId, next: UpdateLedger) -> Result<Claim, StoreError> {
        let now = self.now();
        let Some(followed) = self.follow(session, now).await? else { return Ok(Claim::Lost) };
        let Some(known) = self.rooms.ledger(session) else { return Ok(Claim::Lost) };
        if known.revision().checked_add(1) != Some(next.revision()) {
            return Ok(Claim::Lost);
        }
        match self.engine.sessions.advance(session, &next).await {
            Ok(Claim::Won) => {
                self.rooms.raise_ledger(session, next);
                Ok(Claim::Won)
            }
            Ok(Claim::Lost) => {
                self.read_again(&followed, now).await?;
                Ok(Claim::Lost)
            }
            Err(failed) if !self.may_go_on_alone(&followed) => Err(failed),
            // Whoever has the speaker goes on telling it. Of several claims here one wins all the same.
            Err(_) => {
                let claim = self.rooms.advance(session, next).0;
                if claim == Claim::Won {
                    self.change_alone(&followed);
                }
                Ok(claim)
            }
        }
    }
}
