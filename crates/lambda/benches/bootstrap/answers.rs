//! A DynamoDB that answers at once: three tables in memory, and an index that is numbers only.
//!
//! The rows of listeners of tables that others write are not there, only how many there are of each language: nothing
//! else of them is asked for. How many a page holds is worked out from their size, as DynamoDB ends a page at 1 MB of
//! what it has read.

use crate::conditions::{Comparison, Expressions};
use crate::items::{Item, Table, text};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The index of connections.
const INDEX: &str = "sessionId-targetLanguage-index";

/// Rows of a connection on a page of 1 MB. A row of 12 attributes with an id, an address and a user agent takes some
/// 350 bytes.
const PAGE: u64 = 3_000;

/// Everything that there is.
#[derive(Clone)]
pub(crate) struct Tables {
    pub(crate) sessions: Table,
    pub(crate) connections: Table,
    pub(crate) status: Table,
    /// How many listeners of a session have each language, where others write.
    pub(crate) index: BTreeMap<String, BTreeMap<String, u64>>,
}

impl Default for Tables {
    fn default() -> Self {
        Self {
            sessions: Table::new(&["sessionId"]),
            connections: Table::new(&["connectionId"]),
            status: Table::new(&["pk", "sk"]),
            index: BTreeMap::new(),
        }
    }
}

/// An answer, or what is unknown here.
type Answer = Result<Value, String>;

impl Tables {
    /// The answer to a call.
    pub(crate) fn answer(&mut self, operation: &str, body: &[u8]) -> Result<String, String> {
        let request: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        let answer = match operation {
            "GetItem" => self.get(&request),
            "BatchGetItem" => self.batch_get(&request),
            "TransactGetItems" => self.transact_get(&request),
            "PutItem" | "DeleteItem" | "UpdateItem" => self.write(operation, &request),
            "TransactWriteItems" => self.transact_write(&request),
            "Query" if request["IndexName"] == INDEX => self.query_index(&request),
            "Query" => self.query(&request),
            "Scan" => self.scan(&request),
            _ => Err("the operation".to_owned()),
        };
        answer.map(|answer| answer.to_string())
    }

    fn table(&mut self, name: &Value) -> Result<&mut Table, String> {
        match name.as_str() {
            Some("Sessions") => Ok(&mut self.sessions),
            Some("Connections") => Ok(&mut self.connections),
            Some("SessionStatus") => Ok(&mut self.status),
            _ => Err(format!("the table {name}")),
        }
    }

    fn get(&mut self, request: &Value) -> Answer {
        let item = self.table(&request["TableName"])?.get(object(&request["Key"])?);
        Ok(item.map_or_else(|| json!({}), |item| json!({ "Item": item })))
    }

    fn batch_get(&mut self, request: &Value) -> Answer {
        let mut responses = Map::new();
        for (name, wanted) in object(&request["RequestItems"])? {
            let table = self.table(&json!(name))?;
            let mut found = Vec::new();
            for key in list(&wanted["Keys"]) {
                found.extend(table.get(object(key)?).map(|item| json!(item)));
            }
            responses.insert(name.clone(), json!(found));
        }
        Ok(json!({ "Responses": responses, "UnprocessedKeys": {} }))
    }

    fn transact_get(&mut self, request: &Value) -> Answer {
        let gets = list(&request["TransactItems"]).iter().map(|item| self.get(&item["Get"]));
        Ok(json!({ "Responses": gets.collect::<Result<Vec<_>, _>>()? }))
    }

    fn transact_write(&mut self, request: &Value) -> Answer {
        for item in list(&request["TransactItems"]) {
            for (kind, write) in object(item)? {
                match kind.as_str() {
                    "Put" => self.write("PutItem", write)?,
                    "Delete" => self.write("DeleteItem", write)?,
                    "Update" => self.write("UpdateItem", write)?,
                    // Nobody else writes, so it holds.
                    _ => Value::Null,
                };
            }
        }
        Ok(json!({}))
    }

    fn write(&mut self, operation: &str, request: &Value) -> Answer {
        let table = self.table(&request["TableName"])?;
        match operation {
            "PutItem" => table.put(object(&request["Item"])?.clone()),
            "DeleteItem" => table.delete(object(&request["Key"])?),
            _ => Expressions(request).update(table.change(object(&request["Key"])?)),
        }
        Ok(json!({}))
    }

    fn query(&mut self, request: &Value) -> Answer {
        let conditions = Expressions(request).key_conditions()?;
        let table = self.table(&request["TableName"])?;
        let fits = |item: &&Item| {
            conditions
                .iter()
                .all(|wanted| text(item, wanted.name).is_some_and(|found| wanted.holds.of(found)))
        };
        let partition = conditions.iter().find_map(|wanted| match wanted.holds {
            Comparison::Equals(value) if table.is_hash(wanted.name) => Some(value),
            _ => None,
        });
        let found: Vec<&Item> = match partition {
            Some(value) => table.partition(value).filter(fits).collect(),
            None => table.iter().filter(fits).collect(),
        };
        Ok(page(table, &found, request))
    }

    fn scan(&mut self, request: &Value) -> Answer {
        let table = self.table(&request["TableName"])?;
        Ok(page(table, &table.iter().collect::<Vec<_>>(), request))
    }

    /// The languages of the first rows, or how many rows have one.
    fn query_index(&mut self, request: &Value) -> Answer {
        let conditions = Expressions(request).key_conditions()?;
        let none = BTreeMap::new();
        let languages = match conditions.first().map(|wanted| &wanted.holds) {
            Some(Comparison::Equals(session)) => self.index.get(*session).unwrap_or(&none),
            _ => return Err("a query of the index without its key".to_owned()),
        };
        match (conditions.get(1).map(|wanted| &wanted.holds), request["Limit"].as_u64()) {
            (None, Some(limit)) => Ok(rows(languages.iter(), limit)),
            (Some(Comparison::After(tag)), Some(limit)) => {
                Ok(rows(languages.iter().filter(|(language, _)| language.as_str() > *tag), limit))
            }
            (Some(Comparison::Equals(tag)), None) if request["Select"] == "COUNT" => {
                Ok(count(languages.get(*tag).copied().unwrap_or(0), request))
            }
            _ => Err(format!("a query of the index: {request}")),
        }
    }
}

/// The first rows, each with its language and nothing more.
fn rows<'a>(languages: impl Iterator<Item = (&'a String, &'a u64)>, limit: u64) -> Value {
    let each = languages.flat_map(|(tag, count)| (0..*count).map(move |_| tag));
    let mut found: Vec<Value> =
        each.take(at_most(limit) + 1).map(|tag| json!({ "targetLanguage": { "S": tag } })).collect();
    let more = found.len() > at_most(limit);
    found.truncate(at_most(limit));
    let mut page = json!({ "Items": found, "Count": found.len(), "ScannedCount": found.len() });
    if more {
        page["LastEvaluatedKey"] = json!({ "connectionId": { "S": "more" } });
    }
    page
}

fn at_most(limit: u64) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX - 1)
}

/// One page of a count of `all` rows.
fn count(all: u64, request: &Value) -> Value {
    let before = request["ExclusiveStartKey"]["connectionId"]["S"].as_str();
    let before: u64 = before.and_then(|rows| rows.parse().ok()).unwrap_or(0);
    let here = PAGE.min(all - before);
    let mut page = json!({ "Count": here, "ScannedCount": here });
    if before + here < all {
        page["LastEvaluatedKey"] = json!({ "connectionId": { "S": (before + here).to_string() } });
    }
    page
}

/// The page of `found` that is asked for.
fn page(table: &Table, found: &[&Item], request: &Value) -> Value {
    let after = request["ExclusiveStartKey"].as_object();
    let begin = after.map_or(0, |after| {
        found.iter().position(|item| table.only_key(item) == table.only_key(after)).map_or(0, |at| at + 1)
    });
    let limit = request["Limit"].as_u64().map_or(usize::MAX, at_most);
    let rest = &found[begin..];
    let here = &rest[..rest.len().min(limit)];
    let mut page = json!({ "Items": here, "Count": here.len(), "ScannedCount": here.len() });
    if let Some(last) = here.last().filter(|_| here.len() < rest.len()) {
        page["LastEvaluatedKey"] = json!(table.only_key(last));
    }
    page
}

fn object(value: &Value) -> Result<&Item, String> {
    value.as_object().ok_or_else(|| "a request without an object where one belongs".to_owned())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
