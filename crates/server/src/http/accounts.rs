//! What happened in a session: its history and its report, while it lives and after; and the list of those that ended.
//!
//! The speaker of a session reads them with the session's own token, which is good for them after the end too; operators
//! read all.

use super::{Caller, Name, error, json, session_id};
use crate::app::App;
use crate::past;
use crate::viewer::Viewer;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use headcount_core::{Account, BroadcastState, ServedLanguages, Session, SpeakerSeat};
use headcount_protocol::http::Answer;
use headcount_protocol::{ErrorCode, HistoryQuery, ProtocolError};
use headcount_report::{Report, Table};
use http::{HeaderValue, header};
use serde_json::{Value, json as value};
use std::sync::Arc;

/// How many ended sessions one page shows, unless the query says otherwise, and at the most.
const ENDED: std::ops::RangeInclusive<usize> = 1..=1_000;
const ENDED_UNLESS_SAID: usize = 100;

/// `GET /sessions/{id}/history`
pub(super) async fn history(
    State(app): State<Arc<App>>,
    caller: Caller,
    name: Name,
    RawQuery(query): RawQuery,
) -> Response {
    let asked = async {
        let asked =
            HistoryQuery::parse(form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes()))?;
        let (account, viewer) = account(&app, &caller, name).await?;
        let now = app.now();
        let account = viewer.scope().cut(account);
        app.aside(move || Ok(Answer::History(&past::history(&account, asked, now)?).to_json())).await?
    };
    match asked.await {
        Ok(history) => json(200, history),
        Err(refused) => error(&app, &refused),
    }
}

/// `GET /sessions/{id}/report`
pub(super) async fn report(
    State(app): State<Arc<App>>,
    caller: Caller,
    name: Name,
    RawQuery(query): RawQuery,
) -> Response {
    let asked = async {
        let form = Form::parse(query.as_deref().unwrap_or_default())?;
        let (account, viewer) = account(&app, &caller, name).await?;
        viewer.sees_all()?;
        let now = app.now();
        app.aside(move || form.answer(&Report::of(&account, now))).await
    };
    match asked.await {
        Ok(response) => response,
        Err(refused) => error(&app, &refused),
    }
}

/// What a report is written as.
enum Form {
    Json,
    Csv(Table),
    Html,
}

impl Form {
    fn parse(query: &str) -> Result<Self, ProtocolError> {
        let (mut format, mut table) = (String::new(), Table::default());
        for (name, text) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "format" => format = text.into_owned(),
                "table" => {
                    let unknown =
                        || ProtocolError::invalid_parameter("table", "languages, curve or switches");
                    table = Table::from_name(&text).ok_or_else(unknown)?;
                }
                _ => {}
            }
        }
        match format.as_str() {
            "" | "json" => Ok(Self::Json),
            "csv" => Ok(Self::Csv(table)),
            "html" => Ok(Self::Html),
            _ => Err(ProtocolError::invalid_parameter("format", "json, csv or html")),
        }
    }

    fn answer(self, report: &Report) -> Response {
        match self {
            Self::Json => json(200, report.to_json()),
            Self::Csv(table) => file(report.to_csv(table), "text/csv; charset=utf-8"),
            Self::Html => page(report.to_html()),
        }
    }
}

fn file(text: String, kind: &'static str) -> Response {
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// A page that shows what clients have sent, so it may load nothing and run nothing.
pub(super) fn page(text: String) -> Response {
    let mut response = file(text, "text/html; charset=utf-8");
    let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// The account of a session, and who reads it. It is read once it is clear that they may, for it may be long.
async fn account(app: &Arc<App>, caller: &Caller, name: Name) -> Result<(Account, Viewer), ProtocolError> {
    let (id, token) = (session_id(name)?, caller.token.as_ref());
    match app.live_session(&id).await {
        Err(refused) if refused.code() == ErrorCode::SessionNotFound => {
            let account = app.account(&id).await?;
            // Links end with their session.
            let viewer = app.gate.was_viewer(token, &as_it_began(&account))?;
            viewer.may_ask(app, &id)?;
            Ok((account, viewer))
        }
        session => {
            let viewer = app.gate.viewer(token, &*session?, app.now()).await?;
            viewer.may_ask(app, &id)?;
            Ok((app.account(&id).await?, viewer))
        }
    }
}

/// The session of an account as its speaker token knows it. Who owned it is not kept.
pub(super) fn as_it_began(account: &Account) -> Session {
    Session {
        id: account.session.clone(),
        owner: None,
        source_language: account.source_language.clone(),
        quality_tier: account.quality_tier,
        created_at: account.created_at,
        updated_at: account.created_at,
        expires_at: account.created_at,
        broadcast: BroadcastState::initial(account.created_at),
        paused_since: None,
        speaker: SpeakerSeat::Never,
        languages: ServedLanguages::default(),
        links: Vec::new(),
    }
}

/// `GET /reports`: sessions that have ended, the last one first, for operators.
pub(super) async fn ended(
    State(app): State<Arc<App>>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Response {
    let asked = async {
        app.gate.operator(caller.token.as_ref())?;
        let (before, limit) = ended_page(query.as_deref().unwrap_or_default())?;
        let found = app.history.ended(before, limit + 1).await.map_err(|failed| app.store_failed(&failed))?;
        let next =
            (found.len() > limit).then(|| found.get(limit - 1)).flatten().map(|last| last.number.to_string());
        let sessions: Vec<Value> = found.iter().take(limit).map(line).collect();
        Ok(value!({ "sessions": sessions, "nextCursor": next }))
    };
    match asked.await {
        Ok(page) => json(200, page.to_string()),
        Err(refused) => error(&app, &refused),
    }
}

fn ended_page(query: &str) -> Result<(Option<u64>, usize), ProtocolError> {
    let (mut before, mut limit) = (None, ENDED_UNLESS_SAID);
    for (name, text) in form_urlencoded::parse(query.as_bytes()).filter(|(_, text)| !text.is_empty()) {
        match name.as_ref() {
            "limit" => {
                let outside = || ProtocolError::invalid_parameter("limit", "a whole number from 1 to 1000");
                limit = text.parse().ok().filter(|limit| ENDED.contains(limit)).ok_or_else(outside)?;
            }
            "cursor" => {
                let unknown =
                    || ProtocolError::invalid_parameter("cursor", "the nextCursor of the page before");
                before = Some(text.parse().map_err(|_| unknown())?);
            }
            _ => {}
        }
    }
    Ok((before, limit))
}

fn line(ended: &headcount_core::Ended) -> Value {
    value!({
        "sessionId": ended.session.as_str(),
        "sourceLanguage": ended.source_language.as_str(),
        "createdAt": ended.created_at.as_millis(),
        "endedAt": ended.end.at.as_millis(),
        "endReason": ended.end.kind.as_str(),
        "listenersAtEnd": ended.end.listeners,
        "peakListenerCount": ended.peak,
        "totalJoins": ended.joins,
    })
}
