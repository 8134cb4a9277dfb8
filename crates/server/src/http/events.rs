//! `GET /sessions/{id}/events`: what happens in a session, as Server-Sent Events.

mod stream;

use super::{Caller, Name, error, no_content, session_id};
use crate::app::App;
use crate::feed::Wanted;
use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use futures_util::stream as streams;
use headcount_access::RetryAfter;
use headcount_core::SessionId;
use headcount_protocol::{ErrorCode, ProtocolError, Token};
use http::{HeaderValue, StatusCode, header};
use std::convert::Infallible;
use std::sync::Arc;
use stream::EventStream;

/// When a client comes back that was refused because there are too many.
const TOO_MANY: RetryAfter = RetryAfter { seconds: 10 };

/// What a browser that comes back by itself sends along.
const LAST_EVENT_ID: &str = "last-event-id";

pub(super) async fn watch(
    State(app): State<Arc<App>>,
    caller: Caller,
    name: Name,
    RawQuery(query): RawQuery,
) -> Response {
    match open(&app, caller, name, query.as_deref().unwrap_or_default()).await {
        Ok(response) => response,
        Err(refused) => error(&app, &refused),
    }
}

/// Who asks, and where they left off. A browser can set no header of an `EventSource`, so both may be in the query, which
/// nothing logs; the headers win.
struct Asked {
    token: Option<Token>,
    last: Option<String>,
}

impl Asked {
    fn of(caller: &Caller, query: &str) -> Self {
        let (mut token, mut last) = (None, None);
        for (name, text) in form_urlencoded::parse(query.as_bytes()).filter(|(_, text)| !text.is_empty()) {
            match name.as_ref() {
                "access_token" => token = Some(Token::new(text)),
                "lastEventId" => last = Some(text.into_owned()),
                _ => {}
            }
        }
        let header = caller.headers.get(LAST_EVENT_ID).and_then(|value| value.to_str().ok());
        let header = header.filter(|value| !value.is_empty()).map(str::to_owned);
        Self { token: caller.token.clone().or(token), last: header.or(last) }
    }
}

async fn open(app: &Arc<App>, caller: Caller, name: Name, query: &str) -> Result<Response, ProtocolError> {
    let id = session_id(name)?;
    let asked = Asked::of(&caller, query);
    let client = caller.peer.client(app, &caller.headers);
    let permit = caller.peer.permit(app, client);
    let permit = permit.map_err(|cap| app.too_often("connections", cap.retry_after()))?;
    app.limits.connect(client).map_err(|retry| app.too_often("connectionRate", retry))?;
    let session = match app.live_session(&id).await {
        Err(refused) if refused.code() == ErrorCode::SessionNotFound => return ended(app, &asked, &id).await,
        session => session?,
    };
    let viewer = app.gate.viewer(asked.token.as_ref(), &session, app.now()).await?;
    let wanted = Wanted {
        session: &session,
        scope: viewer.scope(),
        link: viewer.link(),
        last: asked.last.as_deref(),
        hang_up: caller.peer.hang_up.clone(),
    };
    let watcher = app.feeds.watch(wanted).map_err(|_| app.too_often("watchers", TOO_MANY))?;
    // Looked at again now that nothing is missed any more: what ended it before, or took the link back, is found here, and
    // what does so from here on ends the stream.
    let Some(update) =
        app.service.peek_scope(&id, viewer.scope()).await.map_err(|failed| app.store_failed(&failed))?
    else {
        return ended(app, &asked, &id).await;
    };
    let session = app.live_session(&id).await?;
    app.gate.viewer(asked.token.as_ref(), &session, app.now()).await?;
    let stream = EventStream::new(Arc::clone(app), watcher, viewer, &update, permit);
    Ok(streaming(Body::from_stream(streams::unfold(stream, |mut stream| async move {
        let text = stream.next().await?;
        Some((Ok::<_, Infallible>(text), stream))
    }))))
}

/// The answer to somebody who comes back to a session that has ended: what they have not heard of its end, else nothing,
/// by which an `EventSource` knows that it should not come again. Nobody else learns that there was such a session.
async fn ended(app: &Arc<App>, asked: &Asked, id: &SessionId) -> Result<Response, ProtocolError> {
    let not_found = ProtocolError::session_not_found;
    let last = asked.last.as_deref().ok_or_else(not_found)?;
    if let Some(session) = app.feeds.ended(id) {
        let viewer = app.gate.was_viewer(asked.token.as_ref(), &session).map_err(|_| not_found())?;
        let rest: Bytes = app.feeds.rest(id, viewer.scope(), last).concat().into();
        return Ok(if rest.is_empty() { no_content() } else { streaming(Body::from(rest)) });
    }
    let account = app.account(id).await?;
    let session = super::accounts::as_it_began(&account);
    let knew = account.end.is_some() && app.gate.knew(asked.token.as_ref(), &session);
    if knew { Ok(no_content()) } else { Err(not_found()) }
}

/// RFC 9111: `no-store` keeps caches out of it; the other header is how nginx is told not to hold events back.
fn streaming(body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::OK;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}
