//! The key that signs capabilities, kept where all instances find the same one.

use super::DynamoStore;
use super::failure::failed;
use super::item::s;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use headcount_core::ports::StoreError;

/// The partition that belongs to no session: no session has such a name.
const PARTITION: &str = "HEADCOUNT";
const SORT: &str = "SIGNING-KEY";

impl DynamoStore {
    /// The key that is kept; `candidate`, which is kept from now on, where there was none. Of several callers with
    /// candidates of their own, all get the same.
    ///
    /// # Errors
    /// The table could not be read or written, or holds a key that is none.
    pub async fn signing_key(&self, candidate: [u8; 32]) -> Result<[u8; 32], StoreError> {
        if let Some(kept) = self.kept_key().await? {
            return Ok(kept);
        }
        let put = self.reach.client.put_item().table_name(&self.reach.tables.status);
        let put = put
            .item("pk", s(PARTITION))
            .item("sk", s(SORT))
            .item("key", AttributeValue::B(Blob::new(candidate)))
            .condition_expression("attribute_not_exists(pk)");
        match put.send().await {
            Ok(_) => Ok(candidate),
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(_)) => {
                    let gone = || StoreError::Unavailable("the signing key was there and is gone".to_owned());
                    self.kept_key().await?.ok_or_else(gone)
                }
                _ => Err(failed(error)),
            },
        }
    }

    async fn kept_key(&self) -> Result<Option<[u8; 32]>, StoreError> {
        let get = self.reach.client.get_item().table_name(&self.reach.tables.status).consistent_read(true);
        let answer = get.key("pk", s(PARTITION)).key("sk", s(SORT)).send().await.map_err(failed)?;
        let Some(item) = answer.item else { return Ok(None) };
        let key = item.get("key").and_then(|value| value.as_b().ok());
        let key = key.and_then(|bytes| <[u8; 32]>::try_from(bytes.as_ref()).ok());
        key.map(Some).ok_or_else(|| StoreError::Unavailable("the signing key is no key".to_owned()))
    }
}
