//! Three empty tables of their own for every test.

use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};

/// The tables of one test.
pub(crate) struct Tables {
    prefix: String,
}

impl Tables {
    /// Makes them as the template does.
    pub(crate) fn create() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let tables = Self { prefix: format!("T{}", COUNT.fetch_add(1, Ordering::Relaxed)) };
        tables.make(
            "Sessions",
            &["sessionId"],
            Some(("activeShard-sessionId-index", ["activeShard", "sessionId"])),
        );
        let listeners = ("sessionId-targetLanguage-index", ["sessionId", "targetLanguage"]);
        tables.make("Connections", &["connectionId"], Some(listeners));
        tables.make("SessionStatus", &["pk", "sk"], None);
        tables
    }

    pub(crate) fn name(&self, table: &str) -> String {
        format!("{}-{table}", self.prefix)
    }

    fn make(&self, table: &str, key: &[&str], index: Option<(&str, [&str; 2])>) {
        let mut names: Vec<&str> = key.to_vec();
        names.extend(index.iter().flat_map(|(_, key)| key).filter(|name| !key.contains(name)));
        let attributes: Vec<Value> =
            names.iter().map(|name| json!({ "AttributeName": name, "AttributeType": "S" })).collect();
        let mut request = json!({
            "TableName": self.name(table), "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": attributes, "KeySchema": schema(key),
        });
        if let Some((name, key)) = index {
            let projection = json!({ "ProjectionType": "ALL" });
            let index = json!({ "IndexName": name, "KeySchema": schema(&key), "Projection": projection });
            request["GlobalSecondaryIndexes"] = json!([index]);
        }
        call("CreateTable", &request);
    }

    /// Puts an item into a table, as those do who write it elsewhere.
    pub(crate) fn put(&self, table: &str, item: &Value) {
        call("PutItem", &json!({ "TableName": self.name(table), "Item": item }));
    }

    /// The item of that key, as it is now.
    pub(crate) fn get(&self, table: &str, key: &Value) -> Value {
        call("GetItem", &json!({ "TableName": self.name(table), "Key": key, "ConsistentRead": true }))
    }
}

/// One call of the emulator, which wants a signature and does not look at it.
fn call(operation: &str, request: &Value) -> Value {
    let mut answer = ureq::post(crate::emulator::endpoint())
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
        .header(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=pretend/20270115/eu-central-1/dynamodb/aws4_request, \
                 SignedHeaders=host;x-amz-date, Signature=pretend",
        )
        .header("x-amz-date", "20270115T080000Z")
        .send(request.to_string().as_bytes())
        .unwrap_or_else(|error| panic!("{operation}: {error}"));
    serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap()
}

fn schema(key: &[&str]) -> Vec<Value> {
    let kinds = ["HASH", "RANGE"];
    key.iter().zip(kinds).map(|(name, kind)| json!({ "AttributeName": name, "KeyType": kind })).collect()
}
