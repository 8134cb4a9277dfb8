//! The OpenAPI document (3.1), made of the table of operations and the schemas of the protocol.

use super::needed;
use crate::http::operation::{Kind, Operation, Parameter, Who};
use crate::http::operations;
use headcount_protocol::ErrorCode;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const SCHEMAS: &str = "#/components/schemas/";

/// The whole document.
pub(super) fn document() -> Value {
    let mut paths = Map::new();
    for operation in &operations::ALL {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method.as_str()] = self::operation(operation);
    }
    let paths = Value::Object(paths);
    json!({
        "openapi": "3.1.1",
        "info": {
            "title": "Headcount over HTTP",
            "version": crate::VERSION,
            "description": "Who is listening to a live translated broadcast, right now. The WebSocket protocol is in `asyncapi.json`.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "components": {
            "schemas": needed(SCHEMAS, &paths),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A login token, the speaker token of a session, what opens a link, or an operator token.",
                },
            },
        },
        "paths": paths,
    })
}

fn operation(operation: &Operation) -> Value {
    let mut described = json!({
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.about,
        "security": security(operation.who),
        "responses": responses(operation),
    });
    let parameters: Vec<Value> =
        in_path(operation.path).chain(operation.query.iter().map(parameter)).collect();
    if !parameters.is_empty() {
        described["parameters"] = parameters.into();
    }
    if let Some(name) = operation.body {
        let content = json!({ "application/json": { "schema": named(name) } });
        described["requestBody"] = json!({ "required": true, "content": content });
    }
    described
}

fn named(definition: &str) -> Value {
    json!({ "$ref": format!("{SCHEMAS}{definition}") })
}

/// Each member of the list would do; the empty one is no token at all.
fn security(who: Who) -> Value {
    match who {
        Who::Anyone => json!([]),
        Who::User | Who::AsConfigured => json!([{}, { "bearer": [] }]),
        Who::Speaker | Who::SpeakerOrOperator | Who::Viewer | Who::Operator => json!([{ "bearer": [] }]),
    }
}

/// What stands for itself in a path, and what it names.
const IN_PATHS: [(&str, &str, &str); 2] =
    [("id", "The session.", "SessionId"), ("linkId", "The link.", "LinkId")];

fn in_path(path: &str) -> impl Iterator<Item = Value> {
    let there = IN_PATHS.into_iter().filter(move |(name, ..)| path.contains(&format!("{{{name}}}")));
    there.map(|(name, about, definition)| {
        json!({ "name": name, "in": "path", "required": true, "description": about, "schema": named(definition) })
    })
}

fn parameter(parameter: &Parameter) -> Value {
    let schema = match &parameter.kind {
        Kind::Milliseconds => json!({ "type": "integer", "minimum": 0 }),
        Kind::UpTo { most, usual } => {
            json!({ "type": "integer", "minimum": 1, "maximum": most, "default": usual })
        }
        Kind::OneOf(names) => json!({ "enum": names, "default": names.first() }),
        Kind::Cursor | Kind::Text => json!({ "type": "string" }),
    };
    json!({ "name": parameter.name, "in": "query", "description": parameter.about, "schema": schema })
}

fn responses(operation: &Operation) -> Value {
    let mut answers = BTreeMap::new();
    for success in operation.answers {
        let content = success.content.iter().map(|(media, definition)| {
            let schema = definition.map_or_else(|| json!({}), named);
            ((*media).to_owned(), json!({ "schema": schema }))
        });
        let mut answer = json!({ "description": success.about });
        if !success.content.is_empty() {
            answer["content"] = content.collect::<Map<_, _>>().into();
        }
        if success.status == 201 {
            answer["headers"] =
                json!({ "Location": { "description": "Its path.", "schema": { "type": "string" } } });
        }
        answers.insert(success.status, answer);
    }
    for (status, codes) in refusals(operation) {
        let refused = refusal(status, &codes);
        answers.entry(status).and_modify(|answer| *answer = either(answer, &refused)).or_insert(refused);
    }
    answers.into_iter().map(|(status, answer)| (status.to_string(), answer)).collect::<Map<_, _>>().into()
}

/// The codes of an operation's refusals by their statuses.
fn refusals(operation: &Operation) -> BTreeMap<u16, Vec<ErrorCode>> {
    let mut by_status = BTreeMap::<u16, Vec<ErrorCode>>::new();
    for code in operation.all_refusals() {
        by_status.entry(code.status()).or_default().push(code);
    }
    if operation.may_be_absent {
        by_status.entry(404).or_default().push(ErrorCode::InvalidAction);
    }
    by_status
}

fn refusal(status: u16, codes: &[ErrorCode]) -> Value {
    let names: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
    let mut schema = named("error");
    schema["properties"] = json!({ "code": { "enum": names } });
    let mut answer = json!({
        "description": names.join(", "),
        "content": { "application/json": { "schema": schema } },
    });
    if matches!(status, 429 | 503) {
        let about = "Seconds until another try makes sense, where `details.retryAfter` says so.";
        answer["headers"] =
            json!({ "Retry-After": { "description": about, "schema": { "type": "integer", "minimum": 0 } } });
    }
    answer
}

/// One status, two answers.
fn either(one: &Value, other: &Value) -> Value {
    let schema = |answer: &Value| answer["content"]["application/json"]["schema"].clone();
    let about = |answer: &Value| answer["description"].as_str().unwrap_or_default().to_owned();
    let mut both = other.clone();
    both["description"] = format!("{} Or {}", about(one), about(other)).into();
    both["content"]["application/json"]["schema"] = json!({ "anyOf": [schema(one), schema(other)] });
    both
}
