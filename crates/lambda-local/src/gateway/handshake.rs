//! The opening handshake: nobody is connected whom the function does not let in.

use super::Gateway;
use super::answer::{Answer, internal_error, message};
use super::event::{Client, Occasion};
use super::socket::Visit;
use crate::function::InvokeError;
use crate::ids;
use axum::Json;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{ConnectInfo, Path, RawQuery, State};
use axum::http::header::{HOST, USER_AGENT};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;

/// Any path that is no stage.
pub(super) async fn forbidden() -> Response {
    (StatusCode::FORBIDDEN, Json(json!({ "message": "Forbidden" }))).into_response()
}

/// A client asks to speak WebSocket.
pub(super) async fn upgrade(
    State(gateway): State<Arc<Gateway>>,
    Path(stage): Path<String>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if stage != gateway.stage {
        return forbidden().await;
    }
    let Ok(upgrade) = upgrade else {
        let text = "This is a WebSocket API; connect with a WebSocket client";
        return (StatusCode::UPGRADE_REQUIRED, Json(json!({ "message": text }))).into_response();
    };
    if !gateway.connections.have_room() {
        return (StatusCode::TOO_MANY_REQUESTS, Json(json!({ "message": "Limit Exceeded" }))).into_response();
    }
    let header = |name: HeaderName| Some(headers.get(name)?.to_str().ok()?.to_owned());
    let client = Client {
        connection: ids::connection_id(),
        connected_at: gateway.clock.now(),
        source_ip: peer.ip().to_canonical(),
        user_agent: header(USER_AGENT),
        host: header(HOST),
    };
    let (max_frame, max_message) = (gateway.limits.max_frame, gateway.limits.max_message);
    // On a task of its own: if the client hangs up meanwhile, whoever was let in is seen out again.
    let entered = tokio::spawn(enter(Arc::clone(&gateway), client, headers, query.unwrap_or_default()));
    match entered.await {
        Ok(Ok(entered)) => {
            let mut upgrade = upgrade.max_frame_size(max_frame).max_message_size(max_message);
            if let Some(protocol) = entered.subprotocol {
                upgrade.set_selected_protocol(protocol);
            }
            // If the upgrade fails, the visit is dropped, which tells the function.
            upgrade.on_upgrade(move |socket| entered.visit.stay(socket))
        }
        Ok(Err(refused)) => refused,
        // The task has panicked or was stopped.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// A client that was let in.
struct Entered {
    visit: Visit,
    subprotocol: Option<HeaderValue>,
}

async fn enter(
    gateway: Arc<Gateway>,
    client: Client,
    headers: HeaderMap,
    query: String,
) -> Result<Entered, Response> {
    let occasion = Occasion::of(&client);
    let event = gateway.connect_event(&client, &occasion, &headers, &query);
    let returned = gateway.function.invoke(event).await;
    match Answer::read(&returned) {
        Some(answer) if answer.admits() => {
            let subprotocol = answer.subprotocol.and_then(|name| HeaderValue::try_from(name).ok());
            let present = gateway.connections.enter(client);
            Ok(Entered { visit: Visit::new(gateway, present), subprotocol })
        }
        Some(answer) => {
            let reason = answer.status.canonical_reason().unwrap_or("Refused");
            Err((answer.status, Json(message(reason, &occasion))).into_response())
        }
        None => {
            note_no_answer(&returned);
            Err((StatusCode::BAD_GATEWAY, Json(internal_error(&occasion))).into_response())
        }
    }
}

/// Tells of a function that returned, but nothing that API Gateway could read.
pub(super) fn note_no_answer<T>(returned: &Result<T, InvokeError>) {
    if returned.is_ok() {
        tracing::warn!("the function returned what is no answer: a statusCode is needed");
    }
}
