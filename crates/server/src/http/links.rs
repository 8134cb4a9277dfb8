//! Links: made, listed and taken back by those who may show a session to others.

use super::{Caller, Name, answer, error, no_content, session_id, unreadable};
use crate::app::App;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::response::Response;
use headcount_core::service::{Linked, NewLink};
use headcount_core::{Link, LinkId, Session};
use headcount_protocol::ProtocolError;
use headcount_protocol::http::{Answer, NewLink as Wanted};
use http::{HeaderValue, header};
use std::sync::Arc;

/// `POST /sessions/{id}/links`
pub(super) async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    name: Name,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return unreadable(&app, &rejection),
    };
    let making = Arc::clone(&app);
    match app.see_through(async move { make(&making, &caller, name, &body).await }).await {
        Ok((session, link)) => created(&app, &session, &link),
        Err(refused) => error(&app, &refused),
    }
}

async fn make(
    app: &Arc<App>,
    caller: &Caller,
    name: Name,
    body: &[u8],
) -> Result<(Arc<Session>, Link), ProtocolError> {
    let session = may_show(app, caller, name).await?;
    let Wanted { scope, expires_in, label } = Wanted::parse(body)?;
    let new = NewLink { scope, label, good_for: expires_in };
    match app.service.add_link(&session.id, new).await.map_err(|failed| app.store_failed(&failed))? {
        Linked::Added { session, link } => Ok((session, link)),
        Linked::Full => Err(ProtocolError::too_many_links()),
        Linked::SessionNotFound => Err(ProtocolError::session_not_found()),
    }
}

fn created(app: &App, session: &Session, link: &Link) -> Response {
    let token = app.gate.link_token(session, &link.id);
    let mut response = answer(&Answer::LinkCreated { session: &session.id, link, token: &token });
    if let Ok(location) = HeaderValue::from_str(&format!("/sessions/{}/links/{}", session.id, link.id)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// `GET /sessions/{id}/links`
pub(super) async fn list(State(app): State<Arc<App>>, caller: Caller, name: Name) -> Response {
    match may_show(&app, &caller, name).await {
        Ok(session) => {
            let now = app.now();
            let good: Vec<Link> = session.links.iter().filter(|link| link.is_good(now)).cloned().collect();
            answer(&Answer::Links(&good))
        }
        Err(refused) => error(&app, &refused),
    }
}

/// `DELETE /sessions/{id}/links/{linkId}`
pub(super) async fn revoke(
    State(app): State<Arc<App>>,
    caller: Caller,
    names: Result<Path<(String, String)>, PathRejection>,
) -> Response {
    let revoking = Arc::clone(&app);
    let revoked = app.see_through(async move {
        let (name, link) = match names {
            Ok(Path((name, link))) => (Ok(Path(name)), LinkId::parse(&link)),
            Err(rejection) => (Err(rejection), None),
        };
        let session = may_show(&revoking, &caller, name).await?;
        let link = link.ok_or_else(ProtocolError::link_not_found)?;
        let removed = revoking.service.remove_link(&session.id, &link).await;
        let removed = removed.map_err(|failed| revoking.store_failed(&failed))?;
        // Whoever comes from here on is refused; these came before.
        revoking.feeds.revoke(&session.id, &link);
        if removed { Ok(()) } else { Err(ProtocolError::link_not_found()) }
    });
    match revoked.await {
        Ok(()) => no_content(),
        Err(refused) => error(&app, &refused),
    }
}

/// The session, for those who may let others look on: its speaker and operators. Who looks on by a link may not.
async fn may_show(app: &Arc<App>, caller: &Caller, name: Name) -> Result<Arc<Session>, ProtocolError> {
    let session = app.live_session(&session_id(name)?).await?;
    if !app.gate.is_operator(caller.token.as_ref()) {
        app.gate.speaks_for(caller.token.as_ref(), &session).await?;
    }
    Ok(session)
}
