//! What speakers have been told.

use super::ahead::{Bundle, Part};
use super::failure::{Written, failed};
use super::item::{millis, ms, n};
use super::reach::{Condition, Key};
use super::{DynamoStore, crowd, ledger_item, session_item};
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use headcount_core::ports::{Claim, StoreError};
use headcount_core::{SessionId, Timestamp, UpdateLedger};
use std::sync::Arc;

impl DynamoStore {
    pub(super) async fn ledger_ours(&self, id: &SessionId) -> Result<Option<Arc<UpdateLedger>>, StoreError> {
        let bundle = self.bundle(id, Part::Ledger).await?;
        Ok(bundle.ledger.as_ref().and_then(ledger_item::read).map(Arc::new))
    }

    /// The ledger goes with its session, so that a claim in an ended one finds none to follow.
    pub(super) async fn advance_ours(
        &self,
        id: &SessionId,
        next: &UpdateLedger,
    ) -> Result<Claim, StoreError> {
        let Some(previous) = next.revision().checked_sub(1) else { return Ok(Claim::Lost) };
        let (changes, values) = ledger_item::changes(next);
        let request = self.reach.client.update_item().table_name(&self.reach.tables.status);
        let request = request
            .set_key(Some(Key::status(id, ledger_item::KEY).attributes()))
            .update_expression(changes)
            .set_expression_attribute_values(Some(values))
            .condition_expression("revision = :previous")
            .expression_attribute_values(":previous", n(previous));
        self.ahead.forget(id);
        let claimed = request.send().await;
        self.ahead.forget(id);
        match claimed {
            Ok(_) => Ok(Claim::Won),
            Err(error) => match error.as_service_error() {
                Some(
                    UpdateItemError::ConditionalCheckFailedException(_)
                    | UpdateItemError::TransactionConflictException(_),
                ) => Ok(Claim::Lost),
                _ => Err(failed(error)),
            },
        }
    }

    /// Where others write the sessions, the first claim makes the ledger. One of an earlier session of the same name
    /// counts for nothing.
    pub(super) async fn advance_others(
        &self,
        id: &SessionId,
        next: &UpdateLedger,
    ) -> Result<Claim, StoreError> {
        let Some(previous) = next.revision().checked_sub(1) else { return Ok(Claim::Lost) };
        let stored = match self.ahead.take(id, Part::Session) {
            Some(bundle) => bundle.session.as_ref().and_then(session_item::read),
            None => self.stored(id).await?,
        };
        let Some(stored) = stored else { return Ok(Claim::Lost) };
        let born = stored.session.created_at;
        let expression = if previous == 0 {
            "attribute_not_exists(pk) OR born <> :born OR revision = :previous"
        } else {
            "born = :born AND revision = :previous"
        };
        let condition =
            Condition { expression, values: vec![(":born", ms(born)), (":previous", n(previous))] };
        let item = ledger_item::write(id, next, born, crowd::expiry(&stored.session));
        self.ahead.forget(id);
        let put = self.reach.put(&Key::status(id, ledger_item::KEY), item, condition).await;
        self.ahead.forget(id);
        Ok(if put? == Written::Done { Claim::Won } else { Claim::Lost })
    }

    pub(super) async fn ledger_others(
        &self,
        id: &SessionId,
    ) -> Result<Option<Arc<UpdateLedger>>, StoreError> {
        let Bundle { session, ledger, .. } = self.bundle(id, Part::Ledger).await?;
        let Some(stored) = session.as_ref().and_then(session_item::read) else { return Ok(None) };
        let born = stored.session.created_at;
        let ledger = ledger.filter(|item| millis(item, "born") == Some(born));
        let told = ledger.as_ref().and_then(ledger_item::read);
        // Nobody was ever told anything, so an update is due whenever the session was created.
        Ok(Some(Arc::new(told.unwrap_or_else(|| UpdateLedger::new(Timestamp::EPOCH)))))
    }
}
