//! What a function is told of a connection.
//!
//! Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html>

use super::Gateway;
use crate::ids;
use axum::extract::ws::Message;
use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use headcount_core::{ConnectionId, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Who is at the other end.
#[derive(Clone, Debug)]
pub(super) struct Client {
    pub(super) connection: ConnectionId,
    pub(super) connected_at: Timestamp,
    pub(super) source_ip: IpAddr,
    pub(super) user_agent: Option<String>,
    /// The host that it has connected to.
    pub(super) host: Option<String>,
}

/// One thing that happens on a connection, and its name.
#[derive(Clone, Debug)]
pub(super) struct Occasion {
    pub(super) connection: ConnectionId,
    pub(super) request_id: String,
}

impl Occasion {
    pub(super) fn of(client: &Client) -> Self {
        Self { connection: client.connection.clone(), request_id: ids::gateway_id() }
    }
}

impl Gateway {
    /// A client wants to connect, with these `headers` and this query.
    pub(super) fn connect_event(
        &self,
        client: &Client,
        occasion: &Occasion,
        headers: &HeaderMap,
        query: &str,
    ) -> Value {
        let mut event = json!({
            "requestContext": self.context(client, occasion, "CONNECT", "$connect"),
            "isBase64Encoded": false,
        });
        let values = |values: &Vec<String>| values.last().cloned().unwrap_or_default();
        let headers = by_name(headers.iter().map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        }));
        event["headers"] = headers.iter().map(|(name, all)| (name.clone(), values(all))).collect();
        event["multiValueHeaders"] = json!(headers);
        let query = by_name(form_urlencoded::parse(query.as_bytes()).into_owned());
        if !query.is_empty() {
            event["queryStringParameters"] =
                query.iter().map(|(name, all)| (name.clone(), values(all))).collect();
            event["multiValueQueryStringParameters"] = json!(query);
        }
        event
    }

    /// A client has sent `message`, which goes by `route`.
    pub(super) fn message_event(
        &self,
        client: &Client,
        occasion: &Occasion,
        route: &str,
        message: &Message,
    ) -> Value {
        let (body, is_base64) = match message {
            Message::Binary(bytes) => (STANDARD.encode(bytes), true),
            other => (other.to_text().unwrap_or_default().to_owned(), false),
        };
        let mut context = self.context(client, occasion, "MESSAGE", route);
        context["messageId"] = ids::gateway_id().into();
        json!({ "requestContext": context, "body": body, "isBase64Encoded": is_base64 })
    }

    /// A client is gone. `code` and `reason` are of the close frame, or of RFC 6455 §7.4.1 where there was none.
    pub(super) fn disconnect_event(&self, client: &Client, code: u16, reason: &str) -> Value {
        let mut context = self.context(client, &Occasion::of(client), "DISCONNECT", "$disconnect");
        context["disconnectStatusCode"] = code.into();
        context["disconnectReason"] = reason.into();
        let host = client.host.as_deref().unwrap_or(&self.domain);
        json!({
            "requestContext": context,
            "headers": { "Host": host }, "multiValueHeaders": { "Host": [host] },
            "isBase64Encoded": false,
        })
    }

    fn context(&self, client: &Client, occasion: &Occasion, kind: &str, route: &str) -> Value {
        let now = self.clock.now();
        json!({
            "routeKey": route,
            "eventType": kind,
            "messageDirection": "IN",
            "connectionId": client.connection.as_str(),
            "connectedAt": client.connected_at.as_millis(),
            "requestId": occasion.request_id,
            "extendedRequestId": occasion.request_id,
            "requestTime": common_log_time(now),
            "requestTimeEpoch": now.as_millis(),
            "stage": self.stage,
            "apiId": "local",
            "domainName": self.domain,
            "identity": { "sourceIp": client.source_ip, "userAgent": client.user_agent },
        })
    }
}

/// All values of each name, in their order.
fn by_name(pairs: impl Iterator<Item = (String, String)>) -> BTreeMap<String, Vec<String>> {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in pairs {
        names.entry(name).or_default().push(value);
    }
    names
}

/// `at` as API Gateway writes it, `25/Nov/2026:02:41:06 +0000`.
fn common_log_time(at: Timestamp) -> String {
    let millis = i64::try_from(at.as_millis()).unwrap_or(i64::MAX);
    let at = jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX);
    at.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string()
}
