//! The calls that the store makes, each in the words of DynamoDB once.

use super::failure::{Written, failed, is_busy, unbuilt, written};
use super::item::{Item, s, text};
use super::known;
use super::patience::Patience;
use super::settings::Tables;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, Delete, Get, KeysAndAttributes, Put, TransactGetItem, TransactWriteItem,
};
use headcount_core::ports::StoreError;
use headcount_core::{ConnectionId, SessionId};

/// How many items one call reads at most: a limit of BatchGetItem.
pub(super) const BATCH: usize = 100;

/// Where one item is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Key {
    Session(SessionId),
    Connection(ConnectionId),
    /// Something of a session's in the SessionStatus table, by its sort key.
    Status(SessionId, String),
    /// What was last seen of a connection, in the SessionStatus table.
    Mark {
        partition: String,
        connection: ConnectionId,
    },
    /// The line of a session in the list of those that are known, in the SessionStatus table.
    Known(SessionId),
}

impl Key {
    pub(super) fn status(session: &SessionId, sort: &str) -> Self {
        Self::Status(session.clone(), sort.to_owned())
    }

    fn table<'a>(&self, tables: &'a Tables) -> &'a str {
        match self {
            Self::Session(_) => &tables.sessions,
            Self::Connection(_) => &tables.connections,
            Self::Status(..) | Self::Mark { .. } | Self::Known(_) => &tables.status,
        }
    }

    /// Its attributes; the second one is empty where there is only one.
    fn pairs(&self) -> [(&'static str, &str); 2] {
        match self {
            Self::Session(id) => [("sessionId", id.as_str()), ("", "")],
            Self::Connection(id) => [("connectionId", id.as_str()), ("", "")],
            Self::Status(id, sort) => [("pk", id.as_str()), ("sk", sort.as_str())],
            Self::Mark { partition, connection } => [("pk", partition), ("sk", connection.as_str())],
            Self::Known(id) => [("pk", known::PARTITION), ("sk", id.as_str())],
        }
    }

    pub(super) fn attributes(&self) -> Item {
        let pairs = self.pairs().into_iter().filter(|(name, _)| !name.is_empty());
        pairs.map(|(name, value)| (name.to_owned(), s(value))).collect()
    }

    fn is_of(&self, item: &Item) -> bool {
        self.pairs().into_iter().all(|(name, value)| name.is_empty() || text(item, name) == Some(value))
    }
}

/// What must hold for a write to happen.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub(super) expression: &'static str,
    pub(super) values: Vec<(&'static str, AttributeValue)>,
}

impl Condition {
    pub(super) fn plain(expression: &'static str) -> Self {
        Self { expression, values: Vec::new() }
    }

    fn into_parts(self) -> (Option<String>, Option<Item>) {
        let values: Item = self.values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        (Some(self.expression.to_owned()), (!values.is_empty()).then_some(values))
    }
}

/// One item to write.
pub(super) enum Write {
    Put(Key, Item, Option<Condition>),
    Delete(Key, Option<Condition>),
}

/// DynamoDB, with the names of the tables.
pub(super) struct Reach {
    pub(super) client: Client,
    pub(super) tables: Tables,
}

impl Reach {
    /// One item as it is now.
    pub(super) async fn get(&self, key: &Key) -> Result<Option<Item>, StoreError> {
        let request = self.client.get_item().table_name(key.table(&self.tables)).consistent_read(true);
        let answer = request.set_key(Some(key.attributes())).send().await.map_err(failed)?;
        Ok(answer.item)
    }

    /// Several items, each as it is now, in one call; not necessarily all of one moment.
    pub(super) async fn get_all<const N: usize>(
        &self,
        keys: [Key; N],
    ) -> Result<[Option<Item>; N], StoreError> {
        let found = self.get_each(&keys).await?;
        Ok(found.try_into().unwrap_or([const { None }; N]))
    }

    /// As [`Self::get_all`], for at most [`BATCH`] different keys; what was found is in their order.
    pub(super) async fn get_each(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        self.read_each(keys, true).await
    }

    /// As [`Self::get_each`], for half the price, and not necessarily what is there by now.
    pub(super) async fn glance_at_each(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        self.read_each(keys, false).await
    }

    async fn read_each(&self, keys: &[Key], latest: bool) -> Result<Vec<Option<Item>>, StoreError> {
        let mut found = vec![None; keys.len()];
        let mut wanted = keys.to_vec();
        let mut patience = Patience::new();
        while !wanted.is_empty() {
            let mut request = self.client.batch_get_item();
            for table in [&self.tables.sessions, &self.tables.connections, &self.tables.status] {
                let here: Vec<_> = wanted
                    .iter()
                    .filter(|key| key.table(&self.tables) == table)
                    .map(Key::attributes)
                    .collect();
                if !here.is_empty() {
                    let keys = KeysAndAttributes::builder().set_keys(Some(here)).consistent_read(latest);
                    request = request.request_items(table, keys.build().map_err(unbuilt)?);
                }
            }
            let answer = request.send().await.map_err(failed)?;
            for item in answer.responses.unwrap_or_default().into_values().flatten() {
                if let Some(at) = keys.iter().position(|key| key.is_of(&item)) {
                    found[at] = Some(item);
                }
            }
            // DynamoDB may leave some out where it is throttled.
            let left: Vec<_> = answer
                .unprocessed_keys
                .unwrap_or_default()
                .into_values()
                .flat_map(|unprocessed| unprocessed.keys)
                .collect();
            wanted.retain(|key| left.contains(&key.attributes()));
            if !wanted.is_empty() {
                patience.again().await?;
            }
        }
        Ok(found)
    }

    /// Several items as they are together at one moment.
    pub(super) async fn snapshot(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        let mut gets = Vec::with_capacity(keys.len());
        for key in keys {
            let get = Get::builder().table_name(key.table(&self.tables)).set_key(Some(key.attributes()));
            gets.push(TransactGetItem::builder().get(get.build().map_err(unbuilt)?).build());
        }
        let mut patience = Patience::new();
        loop {
            let request = self.client.transact_get_items().set_transact_items(Some(gets.clone()));
            match request.send().await {
                Ok(answer) => {
                    let mut found: Vec<_> =
                        answer.responses.unwrap_or_default().into_iter().map(|found| found.item).collect();
                    found.resize(keys.len(), None);
                    return Ok(found.into_iter().map(|item| item.filter(|item| !item.is_empty())).collect());
                }
                Err(error) if is_busy(&error) => patience.again().await?,
                Err(error) => return Err(failed(error)),
            }
        }
    }

    /// Writes all or nothing.
    pub(super) async fn transact(&self, writes: Vec<Write>) -> Result<Written, StoreError> {
        let mut items = Vec::with_capacity(writes.len());
        for write in writes {
            items.push(self.in_transaction(write)?);
        }
        written(self.client.transact_write_items().set_transact_items(Some(items)).send().await)
    }

    fn in_transaction(&self, write: Write) -> Result<TransactWriteItem, StoreError> {
        let item = TransactWriteItem::builder();
        Ok(match write {
            Write::Put(key, attributes, condition) => {
                let (expression, values) = condition.map(Condition::into_parts).unwrap_or_default();
                let put = Put::builder().table_name(key.table(&self.tables)).set_item(Some(attributes));
                let put = put.set_condition_expression(expression).set_expression_attribute_values(values);
                item.put(put.build().map_err(unbuilt)?).build()
            }
            Write::Delete(key, condition) => {
                let (expression, values) = condition.map(Condition::into_parts).unwrap_or_default();
                let delete =
                    Delete::builder().table_name(key.table(&self.tables)).set_key(Some(key.attributes()));
                let delete =
                    delete.set_condition_expression(expression).set_expression_attribute_values(values);
                item.delete(delete.build().map_err(unbuilt)?).build()
            }
        })
    }

    /// Writes one item, if `condition` holds.
    pub(super) async fn put(
        &self,
        key: &Key,
        item: Item,
        condition: Condition,
    ) -> Result<Written, StoreError> {
        let (expression, values) = condition.into_parts();
        let request = self.client.put_item().table_name(key.table(&self.tables)).set_item(Some(item));
        let request = request.set_condition_expression(expression).set_expression_attribute_values(values);
        match request.send().await {
            Ok(_) => Ok(Written::Done),
            Err(error) => match error.as_service_error() {
                Some(
                    PutItemError::ConditionalCheckFailedException(_)
                    | PutItemError::TransactionConflictException(_),
                ) => Ok(Written::Conflict),
                _ => Err(failed(error)),
            },
        }
    }

    /// Deletes one item, if `condition` holds.
    pub(super) async fn delete(&self, key: &Key, condition: Condition) -> Result<Written, StoreError> {
        let (expression, values) = condition.into_parts();
        let request = self.client.delete_item().table_name(key.table(&self.tables));
        let request = request.set_key(Some(key.attributes())).set_condition_expression(expression);
        match request.set_expression_attribute_values(values).send().await {
            Ok(_) => Ok(Written::Done),
            Err(error) => match error.as_service_error() {
                Some(
                    DeleteItemError::ConditionalCheckFailedException(_)
                    | DeleteItemError::TransactionConflictException(_),
                ) => Ok(Written::Conflict),
                _ => Err(failed(error)),
            },
        }
    }
}
