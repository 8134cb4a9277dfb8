//! The way of one request: where it comes from, whether that may be, and who answers it.

use crate::app::App;
use crate::peer::{Admission, Peer};
use crate::{http as answers, socket};
use ::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::Router;
use axum::body::Body;
use axum::response::Response;
use headcount_protocol::ProtocolError;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tower_service::Service;

type Request = ::http::Request<hyper::body::Incoming>;

/// How long a request may take from the end of its head to the beginning of its answer, its body included.
const REQUEST_WITHIN: Duration = Duration::from_secs(10);

/// What every connection needs to answer its requests. Clones share it.
#[derive(Clone)]
pub(crate) struct Gateway {
    app: Arc<App>,
    routes: Router,
    side: Side,
}

/// Which of the two listeners it serves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Speakers, listeners and operators.
    Public,
    /// The `@connections` API, which has its own rules for who may ask, and no WebSockets.
    Management,
}

impl Gateway {
    /// The gateway of the protocol.
    pub(crate) fn public(app: Arc<App>) -> Self {
        let routes = answers::routes(Arc::clone(&app));
        Self { app, routes, side: Side::Public }
    }

    /// The gateway of the management API, which `routes` is.
    pub(crate) fn management(app: Arc<App>, routes: Router) -> Self {
        Self { app, routes, side: Side::Management }
    }

    pub(crate) fn app(&self) -> &Arc<App> {
        &self.app
    }

    pub(crate) fn handshake_within(&self) -> Duration {
        self.app.sockets.handshake_within
    }

    pub(crate) fn draining(&self) -> CancellationToken {
        self.app.draining.clone()
    }
}

/// Answers one request.
pub(crate) async fn serve(
    mut gateway: Gateway,
    peer: Peer,
    request: Request,
) -> Result<Response, Infallible> {
    if gateway.side == Side::Management {
        return gateway.routes.call(request).await;
    }
    let app = &gateway.app;
    let (origin, host) = (header_of(&request, &header::ORIGIN), header_of(&request, &header::HOST));
    let (page, name) = (origin.as_ref().map(HeaderValue::as_bytes), host.as_ref().map(HeaderValue::as_bytes));
    if let Err(refused) = app.origins.check(page, name, peer.tls) {
        tracing::debug!(%refused, "origin refused");
        return Ok(answers::error(app, &ProtocolError::origin_not_allowed()));
    }
    let mut answer = answer(gateway.clone(), peer, request).await;
    // The policy has let this origin in, so a page of it may read the answer.
    if let Some(origin) = origin {
        share(answer.headers_mut(), origin);
    }
    answer.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(answer)
}

async fn answer(mut gateway: Gateway, peer: Peer, mut request: Request) -> Response {
    let app = Arc::clone(&gateway.app);
    if let Admission::Refused(cap) = peer.admission {
        let mut answer = match answers::is_health(request.uri().path()) {
            true => route(&mut gateway.routes, request).await,
            false => answers::error(&app, &app.too_often("connections", cap.retry_after())),
        };
        answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        return answer;
    }
    if request.method() == Method::OPTIONS {
        return preflight();
    }
    let answer = async {
        if socket::is_upgrade(&request) {
            return socket::upgrade(app.clone(), peer, request).await;
        }
        request.extensions_mut().insert(peer);
        route(&mut gateway.routes, request).await
    };
    let in_time = tokio::time::timeout(REQUEST_WITHIN, answer).await;
    in_time.unwrap_or_else(|_| answers::error(&app, &ProtocolError::unavailable(1)))
}

async fn route(routes: &mut Router, request: Request) -> Response {
    match routes.call(request).await {
        Ok(answer) => answer,
        Err(never) => match never {},
    }
}

/// The answer to a browser that asks before it sends; whether it may is said by the headers that [`share`] adds.
fn preflight() -> Response {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    let headers = answer.headers_mut();
    headers.insert(header::ALLOW, HeaderValue::from_static("GET, POST, PATCH, DELETE, OPTIONS"));
    answer
}

fn share(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::VARY, HeaderValue::from_static("origin"));
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PATCH, DELETE"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "location, retry-after"),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// A header's value. One that is there twice reads as one that no rule lets pass.
fn header_of(request: &Request, name: &header::HeaderName) -> Option<HeaderValue> {
    let mut values = request.headers().get_all(name).iter();
    let first = values.next()?.clone();
    Some(if values.next().is_some() { HeaderValue::from_static("null") } else { first })
}
