//! Sessions over HTTP: made, shown, changed, ended.

use super::{Caller, Name, answer, error, json, no_content, session_id, unreadable};
use crate::app::App;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use headcount_core::service::Steering;
use headcount_core::{EndReason, Session, SessionId};
use headcount_protocol::http::{Activity, Answer, Counted, ListSessions, Listed, NewSession, SessionPatch};
use headcount_protocol::{ProtocolError, ServerMessage};
use http::{HeaderValue, header};
use std::sync::Arc;

type Body = Result<Bytes, BytesRejection>;

/// `POST /sessions`
pub(super) async fn create(State(app): State<Arc<App>>, caller: Caller, body: Body) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return unreadable(&app, &rejection),
    };
    let opening = Arc::clone(&app);
    let session = match app.see_through(async move { open(&opening, &caller, &body).await }).await {
        Ok(session) => session,
        Err(refused) => return error(&app, &refused),
    };
    let speaker_token = app.gate.speaker_token(&session);
    let mut response = answer(&Answer::SessionCreated { session: &session, speaker_token: &speaker_token });
    if let Ok(location) = HeaderValue::from_str(&format!("/sessions/{}", session.id)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

async fn open(app: &App, caller: &Caller, body: &[u8]) -> Result<Arc<Session>, ProtocolError> {
    let owner = app.gate.login(caller.token.as_ref()).await?;
    let NewSession { source_language, quality_tier, languages } = NewSession::parse(body)?;
    app.check_declared(&languages)?;
    let client = caller.peer.client(app, &caller.headers);
    let may = app.limits.create_session(owner.as_ref(), client);
    may.map_err(|retry| app.too_often("sessions", retry))?;
    let new = headcount_core::service::NewSession { owner, source_language, quality_tier, languages };
    app.service.open_session(new).await.map_err(|failed| app.refused(&failed))
}

/// `GET /sessions`
pub(super) async fn list(State(app): State<Arc<App>>, caller: Caller, RawQuery(query): RawQuery) -> Response {
    match page(&app, &caller, query.as_deref().unwrap_or_default()).await {
        Ok(response) => response,
        Err(refused) => error(&app, &refused),
    }
}

async fn page(app: &App, caller: &Caller, query: &str) -> Result<Response, ProtocolError> {
    app.gate.operator(caller.token.as_ref())?;
    let asked = ListSessions::parse(form_urlencoded::parse(query.as_bytes()))?;
    let found = app.service.sessions(asked.after.as_ref(), asked.limit + 1).await;
    let found = found.map_err(|failed| app.store_failed(&failed))?;
    let page: Vec<Listed<'_>> =
        found.iter().take(asked.limit).map(|(session, audience)| Listed { session, audience }).collect();
    let more = found.len() > asked.limit;
    let next = page.last().filter(|_| more).map(|last| &last.session.id);
    Ok(answer(&Answer::Sessions { page: &page, next }))
}

/// `GET /sessions/{id}`
pub(super) async fn show(State(app): State<Arc<App>>, name: Name) -> Response {
    match find(&app, name).await {
        Ok(session) => answer(&Answer::PublicSession { session: &session, supported: app.offered(&session) }),
        Err(refused) => error(&app, &refused),
    }
}

/// `GET /sessions/{id}/status`
pub(super) async fn status(State(app): State<Arc<App>>, caller: Caller, name: Name) -> Response {
    match peek(&app, &caller, name).await {
        Ok(text) => json(200, text),
        Err(refused) => error(&app, &refused),
    }
}

async fn peek(app: &Arc<App>, caller: &Caller, name: Name) -> Result<String, ProtocolError> {
    let session = find(app, name).await?;
    let viewer = app.gate.viewer(caller.token.as_ref(), &session, app.now()).await?;
    viewer.may_ask(app, &session.id)?;
    let update = app.service.peek_scope(&session.id, viewer.scope()).await;
    let update = update.map_err(|failed| app.store_failed(&failed))?;
    let update = update.ok_or_else(ProtocolError::session_not_found)?;
    Ok(ServerMessage::SessionStatus(&update).to_json(app.now()))
}

/// `PATCH /sessions/{id}`
pub(super) async fn change(State(app): State<Arc<App>>, caller: Caller, name: Name, body: Body) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return unreadable(&app, &rejection),
    };
    let changing = Arc::clone(&app);
    match app.see_through(async move { patch(&changing, &caller, name, &body).await }).await {
        Ok(response) => response,
        Err(refused) => error(&app, &refused),
    }
}

async fn patch(app: &Arc<App>, caller: &Caller, name: Name, body: &[u8]) -> Result<Response, ProtocolError> {
    let session = find(app, name).await?;
    app.gate.speaks_for(caller.token.as_ref(), &session).await?;
    let patch = SessionPatch::parse(body)?;
    let gone = ProtocolError::session_not_found;
    let mut after = session;
    let SessionPatch { status, source_language, quality_tier, languages } = patch;
    if let Some(languages) = &languages {
        app.check_declared(languages)?;
    }
    if source_language.is_some() || quality_tier.is_some() || languages.is_some() {
        let described = app.service.describe(&after.id, source_language, quality_tier, languages).await;
        after = described.map_err(|failed| app.store_failed(&failed))?.ok_or_else(gone)?;
    }
    let listener_count = match app.service.peek_status(&after.id).await {
        Ok(update) => update.ok_or_else(gone)?.status.listener_count(),
        Err(failed) => return Err(app.store_failed(&failed)),
    };
    match status {
        Some(Activity::Paused) => after = steer(app, &after.id, Steering::Pause).await?,
        Some(Activity::Active) => after = steer(app, &after.id, Steering::Resume).await?,
        Some(Activity::Ended) => {
            close(app, &after.id).await?;
            let ended = Session { broadcast: after.broadcast.ended(app.now()), ..Session::clone(&after) };
            return Ok(answer(&Answer::Session(Counted { session: &ended, listener_count: 0 })));
        }
        None => {}
    }
    Ok(answer(&Answer::Session(Counted { session: &after, listener_count })))
}

async fn steer(app: &App, id: &SessionId, steering: Steering) -> Result<Arc<Session>, ProtocolError> {
    let steered = app.service.steer(id, steering).await.map_err(|failed| app.store_failed(&failed))?;
    steered.map(|steered| steered.session).ok_or_else(ProtocolError::session_not_found)
}

/// `DELETE /sessions/{id}`
pub(super) async fn end(State(app): State<Arc<App>>, caller: Caller, name: Name) -> Response {
    let ending = Arc::clone(&app);
    let ended = app.see_through(async move {
        let session = find(&ending, name).await?;
        if !ending.gate.is_operator(caller.token.as_ref()) {
            ending.gate.speaks_for(caller.token.as_ref(), &session).await?;
        }
        close(&ending, &session.id).await
    });
    match ended.await {
        Ok(()) => no_content(),
        Err(refused) => error(&app, &refused),
    }
}

async fn close(app: &App, id: &SessionId) -> Result<(), ProtocolError> {
    match app.service.close_session(id, EndReason::Ended(None)).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(ProtocolError::session_not_found()),
        Err(failed) => Err(app.store_failed(&failed)),
    }
}

async fn find(app: &Arc<App>, name: Name) -> Result<Arc<Session>, ProtocolError> {
    app.live_session(&session_id(name)?).await
}
