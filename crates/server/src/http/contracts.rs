//! The contract as the server tells it: OpenAPI for HTTP, AsyncAPI for WebSockets, and a page for people. All three are
//! made of the tables in the code and the schemas of the protocol, once in the life of a process.

mod asyncapi;
mod dialogue;
mod openapi;
mod page;
mod shape;
#[cfg(test)]
mod tests;

use super::accounts;
use axum::response::Response;
use http::{HeaderValue, header};
use serde_json::{Map, Value};
use std::convert::Infallible;
use std::sync::LazyLock;

/// `GET /openapi.json`
pub(super) async fn open_api() -> Result<Response, Infallible> {
    static DOCUMENT: LazyLock<String> = LazyLock::new(|| openapi::document().to_string());
    Ok(lasting(super::json(200, DOCUMENT.clone())))
}

/// `GET /asyncapi.json`
pub(super) async fn async_api() -> Result<Response, Infallible> {
    static DOCUMENT: LazyLock<String> = LazyLock::new(|| asyncapi::document().to_string());
    Ok(lasting(super::json(200, DOCUMENT.clone())))
}

/// `GET /docs`
pub(super) async fn page() -> Result<Response, Infallible> {
    static PAGE: LazyLock<String> = LazyLock::new(|| page::page().into_string());
    Ok(lasting(accounts::page(PAGE.clone())))
}

/// It changes with the server only, and may be read by anyone.
fn lasting(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("max-age=300"));
    response
}

/// The definitions that a document needs: whatever it refers to at `place`, and what that refers to in turn.
fn needed(place: &str, document: &Value) -> Map<String, Value> {
    let mut all = headcount_protocol::schemas::definitions(place);
    let mut found = Map::new();
    let mut waiting = references(place, document);
    while let Some(name) = waiting.pop() {
        if let Some(schema) = all.remove(&name) {
            waiting.extend(references(place, &schema));
            found.insert(name, schema);
        }
    }
    found
}

/// The names of the definitions at `place` that `document` refers to.
fn references(place: &str, document: &Value) -> Vec<String> {
    match document {
        Value::Object(members) => {
            let own =
                members.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix(place));
            let below = members.values().flat_map(|value| references(place, value));
            own.map(str::to_owned).into_iter().chain(below).collect()
        }
        Value::Array(items) => items.iter().flat_map(|item| references(place, item)).collect(),
        _ => Vec::new(),
    }
}
