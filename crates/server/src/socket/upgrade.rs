//! A request to become a WebSocket: refused, or let in.

use super::conversation::Conversation;
use super::entrance;
use super::held::Held;
use super::pump;
use crate::app::App;
use crate::http as answers;
use crate::peer::Peer;
use axum::extract::FromRequestParts;
use axum::extract::ws::WebSocketUpgrade;
use axum::response::Response;
use headcount_core::service::Parting;
use headcount_protocol::{Connect, ProtocolError, SUBPROTOCOL};
use http::{Request, StatusCode, header};
use hyper::body::Incoming;
use std::net::IpAddr;
use std::sync::Arc;

/// The buffer for reading, kept for as long as the connection lives: a control message fits several times.
/// tungstenite's default is 128 KiB a connection, which is most of a gigabyte with 10,000 listeners.
const READ_BUFFER: usize = 1_024;

/// Whether `request` wants to become a WebSocket on `/` or on a stage name such as `/prod`.
pub(crate) fn is_upgrade<B>(request: &Request<B>) -> bool {
    let wants = request
        .headers()
        .get_all(header::UPGRADE)
        .iter()
        .any(|value| value.to_str().is_ok_and(|value| value.trim().eq_ignore_ascii_case("websocket")));
    let path = request.uri().path();
    wants && path.strip_prefix('/').is_some_and(|stage| !stage.contains('/'))
}

/// Answers a request to become a WebSocket.
pub(crate) async fn upgrade(app: Arc<App>, peer: Peer, request: Request<Incoming>) -> Response {
    let client = peer.client(&app, request.headers());
    let permit = match peer.permit(&app, client) {
        Ok(permit) => permit,
        Err(cap) => return answers::error(&app, &app.too_often("connections", cap.retry_after())),
    };
    let connect = connect_of(&request);
    let resuming = connect.as_ref().is_ok_and(|connect| entrance::resumes(&app, connect));
    if !resuming && let Err(refused) = may_connect(&app, client) {
        return answers::error(&app, &refused);
    }
    let user_agent =
        request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let upgrade = match handshake(&app, request).await {
        Ok(upgrade) => upgrade,
        Err(status) => {
            let mut refusal = answers::error(&app, &ProtocolError::no_handshake());
            *refusal.status_mut() = status;
            return refusal;
        }
    };
    let entered = match connect {
        Ok(connect) => enter(&app, client, connect, user_agent.as_deref(), resuming).await,
        Err(refused) => Err(refused),
    };
    let reads_messages = upgrade.selected_protocol().is_some();
    let held = Held::new(permit, app.tasks.token());
    match entered {
        Ok(conversation) => upgrade.on_upgrade(move |mut socket| async move {
            match pump::run(&mut socket, conversation).await {
                Some(cut) => cut.app.clone().departures.queue(cut, socket, held),
                None => drop((socket, held)),
            }
        }),
        Err(refused) if reads_messages => {
            let text = app.error_text(&refused);
            upgrade.on_upgrade(move |socket| async move {
                pump::refuse(socket, text, refused.code()).await;
                drop(held);
            })
        }
        Err(refused) => answers::error(&app, &refused),
    }
}

/// The handshake as RFC 6455 has it, with our limits; the status to refuse it with, where it is none.
async fn handshake(app: &App, request: Request<Incoming>) -> Result<WebSocketUpgrade, StatusCode> {
    let (mut parts, _body) = request.into_parts();
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &()).await;
    let upgrade = upgrade.map_err(|rejection| rejection.status())?;
    Ok(upgrade
        .protocols([SUBPROTOCOL])
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_frame_size(app.sockets.max_frame)
        .max_message_size(app.sockets.max_frame))
}

fn connect_of(request: &Request<Incoming>) -> Result<Connect, ProtocolError> {
    let query = request.uri().query().unwrap_or_default();
    Connect::parse(form_urlencoded::parse(query.as_bytes()), answers::bearer(request.headers()))
}

fn may_connect(app: &App, client: IpAddr) -> Result<(), ProtocolError> {
    app.limits.connect(client).map_err(|retry| app.too_often("connectionRate", retry))
}

/// Seats the connection and does what its query asks for.
async fn enter(
    app: &Arc<App>,
    client: IpAddr,
    connect: Connect,
    user_agent: Option<&str>,
    resuming: bool,
) -> Result<Box<Conversation>, ProtocolError> {
    let mut conversation = Box::new(Conversation::new(app, client, &connect, user_agent));
    // Asked now that the hub knows of it: whoever is let in here is among those that the drain closes.
    if app.draining.is_cancelled() {
        return Err(ProtocolError::unavailable(1));
    }
    let entered = conversation.enter(connect.request).await;
    // A token that was used before, or whose session has ended, looks like a valid one until the store has seen it;
    // then it is a connection like any other, and falls under the rate after all.
    if resuming
        && !matches!(entered, Ok(true))
        && let Err(refused) = may_connect(app, client)
    {
        // For good: in a grace it would count, and every use of the old token would be one listener more.
        conversation.leave(Parting::Closed).await;
        return Err(refused);
    }
    entered?;
    Ok(conversation)
}
