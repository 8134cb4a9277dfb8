//! The HTTP interface, section 7 of the contract: its routes, and how answers and refusals are written.

mod accounts;
mod console;
mod contracts;
mod events;
mod health;
mod links;
mod metrics;
mod operation;
mod operations;
mod sessions;
#[cfg(test)]
mod tests;

use crate::app::App;
use crate::peer::Peer;
use ::http::request::Parts;
use ::http::{HeaderValue, StatusCode, header};
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, Request};
use axum::response::{IntoResponse, Response};
use headcount_core::SessionId;
use headcount_protocol::http::Answer;
use headcount_protocol::{ProtocolError, Token};
use std::convert::Infallible;
use std::sync::Arc;

/// The most bytes of a request's body. What is asked for here fits into a fraction of it.
const MAX_BODY: usize = 16 * 1024;

/// All routes.
pub(crate) fn routes(app: Arc<App>) -> Router {
    let routes = operations::ALL.iter().fold(Router::new(), |routes, operation| operation.route(routes));
    routes
        .merge(console::routes())
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(app)
}

/// Whether `path` says how the server is. That is answered over every cap: a supervisor that is refused would take a
/// server that is full for a dead one, and restart it.
pub(crate) fn is_health(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz")
}

/// An error of the contract as an answer.
pub(crate) fn error(app: &App, error: &ProtocolError) -> Response {
    let mut response = json(error.code().status(), app.error_text(error));
    if let Some(seconds) = error.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    // RFC 9110 §15.5.2: a 401 says what would be believed.
    if response.status() == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// A body of JSON, never to be kept by a cache: it is true for a moment, and some of it is secret.
fn json(status: u16, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn answer(answer: &Answer<'_>) -> Response {
    json(answer.status(), answer.to_json())
}

/// Done, and there is nothing to say.
fn no_content() -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// The token of `Authorization: Bearer …`.
pub(crate) fn bearer(headers: &::http::HeaderMap) -> Option<Token> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    headcount_access::bearer(value).map(Token::new)
}

/// The name in the path, unless it is no text.
type Name = Result<Path<String>, PathRejection>;

/// The session that a path names.
fn session_id(name: Name) -> Result<SessionId, ProtocolError> {
    let name = name.map_or_else(|_| char::REPLACEMENT_CHARACTER.to_string(), |Path(name)| name);
    SessionId::parse(&name).map_err(|_| ProtocolError::invalid_session_id(&name))
}

/// What every handler needs of a request: who asks, and with what token.
struct Caller {
    token: Option<Token>,
    peer: Peer,
    headers: ::http::HeaderMap,
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, StatusCode> {
        let peer = parts.extensions.get::<Peer>().cloned().ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
        Ok(Self { token: bearer(&parts.headers), peer, headers: parts.headers.clone() })
    }
}

/// The console for a browser; a word about the address for everybody else.
async fn about(asked: ::http::HeaderMap) -> Result<Response, Infallible> {
    if let Some(mut page) = console::page(&asked) {
        page.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
        return Ok(page);
    }
    let text = "Headcount: who is listening, right now, in which languages.\n\n\
        Connect by WebSocket to this address, for example as a listener with\n\
        ?sessionId=golden-eagle-427&targetLanguage=es\n\n\
        Over HTTP: POST /sessions, GET /sessions/{id}, GET /sessions/{id}/status, GET /sessions/{id}/events,\n\
        /healthz, /metrics\n\n\
        All of it: /docs for people, /openapi.json and /asyncapi.json for machines\n";
    Ok(text.into_response())
}

async fn nothing_here(axum::extract::State(app): axum::extract::State<Arc<App>>) -> Response {
    let mut response = error(&app, &ProtocolError::no_such_resource());
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

async fn wrong_method(
    axum::extract::State(app): axum::extract::State<Arc<App>>,
    _request: Request,
) -> Response {
    let mut response = error(&app, &ProtocolError::no_such_resource());
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}

/// The refusal of a body that could not be read.
fn unreadable(app: &App, rejection: &axum::extract::rejection::BytesRejection) -> Response {
    let too_large = rejection.status() == StatusCode::PAYLOAD_TOO_LARGE;
    let refusal =
        if too_large { ProtocolError::message_too_large(MAX_BODY) } else { ProtocolError::unreadable_body() };
    error(app, &refusal)
}
