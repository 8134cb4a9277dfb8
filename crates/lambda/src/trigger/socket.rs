//! What API Gateway says about a WebSocket.

use super::reading::{millis, number, text};
use headcount_core::{ConnectionId, Timestamp, UserId};
use headcount_protocol::Token;
use serde_json::Value;
use std::net::IpAddr;

/// Something that happened on one connection.
#[derive(Clone, Debug, PartialEq)]
pub struct SocketEvent {
    /// What happened.
    pub kind: SocketKind,
    /// To which connection; `None` if the event names none that could be one.
    pub connection: Option<ConnectionId>,
    /// When it connected, where the event says so.
    pub connected_at: Option<Timestamp>,
    /// The address of the client, where the event says so.
    pub client: Option<IpAddr>,
    /// The user that an authorizer in front of us has found.
    pub user: Option<UserId>,
    /// The bearer token of the upgrade.
    pub bearer: Option<Token>,
    /// The decoded parameters of the upgrade's query, in the order of their names; repeated ones stay repeated.
    pub query: Vec<(String, String)>,
    /// The origin of the web page that connects, and the host that it connects to.
    pub origin: Option<String>,
    /// See `origin`.
    pub host: Option<String>,
    /// The subprotocols that the client offers.
    pub subprotocols: Vec<String>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum SocketKind {
    /// A client wants to connect.
    Connect,
    /// It sent something.
    Message(Body),
    /// It is gone.
    Disconnect {
        /// The close code (RFC 6455 §7.4), where there is one.
        code: Option<u64>,
    },
}

/// What a client sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A text frame.
    Text(String),
    /// A binary frame.
    Binary,
    /// No frame at all, as only an event made by hand has it.
    None,
}

impl SocketKind {
    /// Its name in logs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Message(_) => "message",
            Self::Disconnect { .. } => "disconnect",
        }
    }
}

impl SocketEvent {
    pub(super) fn read(event: &Value) -> Self {
        let connection = text(event, "/requestContext/connectionId");
        Self {
            kind: kind(event),
            connection: connection.and_then(|id| ConnectionId::parse(id).ok()),
            connected_at: millis(event, "/requestContext/connectedAt"),
            client: text(event, "/requestContext/identity/sourceIp").and_then(|ip| ip.parse().ok()),
            user: user(event),
            bearer: header(event, "authorization").and_then(headcount_access::bearer).map(Token::new),
            query: query(event),
            origin: header(event, "origin").map(str::to_owned),
            host: header(event, "host").map(str::to_owned),
            subprotocols: subprotocols(event),
        }
    }

    /// Whether the client reads refusals as messages.
    #[must_use]
    pub fn reads_refusals(&self) -> bool {
        self.subprotocols.iter().any(|offered| offered == headcount_protocol::SUBPROTOCOL)
    }
}

/// By the type of the event; by its route, where that is missing.
fn kind(event: &Value) -> SocketKind {
    let name = text(event, "/requestContext/eventType").or_else(|| text(event, "/requestContext/routeKey"));
    match name {
        Some("CONNECT" | "$connect") => SocketKind::Connect,
        Some("DISCONNECT" | "$disconnect") => {
            SocketKind::Disconnect { code: number(event, "/requestContext/disconnectStatusCode") }
        }
        _ => SocketKind::Message(body(event)),
    }
}

fn body(event: &Value) -> Body {
    match event.get("body") {
        // Text frames come as they are; only bytes are encoded.
        Some(Value::String(_)) if event.get("isBase64Encoded") == Some(&Value::Bool(true)) => Body::Binary,
        Some(Value::String(text)) => Body::Text(text.clone()),
        // A person with a console writes the message where its text should be. It is read as that text.
        Some(value @ (Value::Object(_) | Value::Array(_) | Value::Number(_) | Value::Bool(_))) => {
            Body::Text(value.to_string())
        }
        Some(Value::Null) | None => Body::None,
    }
}

/// Lambda authorizers put what they found beside or below `authorizer`.
fn user(event: &Value) -> Option<UserId> {
    let places = ["/requestContext/authorizer/userId", "/requestContext/authorizer/principalId"];
    places.into_iter().find_map(|place| UserId::parse(text(event, place)?).ok())
}

fn query(event: &Value) -> Vec<(String, String)> {
    let owned = |name: &String, value: &Value| Some((name.clone(), value.as_str()?.to_owned()));
    if let Some(lists) = event.get("multiValueQueryStringParameters").and_then(Value::as_object) {
        let values = lists.iter().flat_map(|(name, values)| {
            values.as_array().into_iter().flatten().filter_map(move |value| owned(name, value))
        });
        return values.collect();
    }
    let single = event.get("queryStringParameters").and_then(Value::as_object);
    single.into_iter().flatten().filter_map(|(name, value)| owned(name, value)).collect()
}

/// The value of a header, whose name is given in lower case.
fn header<'a>(event: &'a Value, name: &str) -> Option<&'a str> {
    let headers = event.get("headers")?.as_object()?;
    headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name))?.1.as_str()
}

fn subprotocols(event: &Value) -> Vec<String> {
    let offered = header(event, "sec-websocket-protocol").unwrap_or_default();
    offered.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}
