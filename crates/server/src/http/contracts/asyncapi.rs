//! The AsyncAPI document (3.0), made of the table of exchanges and the schemas of the protocol.

use super::dialogue::{EXCHANGES, Exchange, PUSHES, Push};
use super::needed;
use headcount_protocol::schemas::definitions;
use headcount_protocol::{ClientMessage, MessageKind, SUBPROTOCOL};
use serde_json::{Map, Value, json};

const SCHEMAS: &str = "#/components/schemas/";
const CHANNEL: &str = "#/channels/connection";

/// The whole document.
pub(super) fn document() -> Value {
    let names = || ClientMessage::ACTIONS.into_iter().chain(MessageKind::NAMES);
    let listed =
        names().map(|name| (name.to_owned(), json!({ "$ref": format!("#/components/messages/{name}") })));
    let messages = Value::Object(names().map(|name| (name.to_owned(), message(name))).collect());
    // The binding wants the query in place; a reference in it could be read in two ways.
    let query = definitions(SCHEMAS).remove("ConnectQuery");
    let channels = json!({
        "connection": {
            "address": "/",
            "title": "One connection of a speaker or a listener",
            "description": format!(
                "A WebSocket at the root, or at any single path segment. Offer the subprotocol {SUBPROTOCOL} to read a refusal as a message."
            ),
            "messages": listed.collect::<Map<_, _>>(),
            "bindings": { "ws": { "method": "GET", "query": query, "bindingVersion": "0.1.0" } },
        },
    });
    let mut schemas = needed(SCHEMAS, &messages);
    schemas.extend(needed(SCHEMAS, &channels));
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Headcount over WebSocket",
            "version": crate::VERSION,
            "description": "Who is listening to a live translated broadcast, right now. The HTTP interface is in `openapi.json`.",
            "license": { "name": "MIT OR Apache-2.0" },
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations(),
        "components": { "messages": messages, "schemas": schemas },
    })
}

fn named(definition: &str) -> Value {
    json!({ "$ref": format!("{SCHEMAS}{definition}") })
}

fn message(name: &str) -> Value {
    json!({ "name": name, "payload": named(name) })
}

/// What the server does: receive what clients send, with its answer, and send what comes unasked.
fn operations() -> Map<String, Value> {
    let asked = EXCHANGES.iter().map(|exchange| (exchange.action.to_owned(), receive(exchange)));
    asked.chain(PUSHES.iter().map(|push| (push.name.to_owned(), send(push)))).collect()
}

fn receive(exchange: &Exchange) -> Value {
    let who = exchange.role.map_or_else(|| "any connection".to_owned(), |role| format!("a {role}"));
    let answers = exchange.answers.iter().copied().chain([MessageKind::Error]);
    json!({
        "action": "receive",
        "channel": { "$ref": CHANNEL },
        "summary": format!("What {who} may send"),
        "messages": [in_channel(exchange.action)],
        "reply": {
            "channel": { "$ref": CHANNEL },
            "messages": answers.map(|kind| in_channel(kind.as_str())).collect::<Vec<_>>(),
        },
    })
}

fn send(push: &Push) -> Value {
    let messages: Vec<Value> = push.messages.iter().map(|kind| in_channel(kind.as_str())).collect();
    json!({
        "action": "send",
        "channel": { "$ref": CHANNEL },
        "summary": format!("What a {} is told without having asked", push.to),
        "messages": messages,
    })
}

fn in_channel(name: &str) -> Value {
    json!({ "$ref": format!("{CHANNEL}/messages/{name}") })
}
