//! `GET /metrics`: what is counted, and what is at this moment.

use super::{Caller, error, nothing_here};
use crate::app::App;
use crate::compose::webhooks::figures;
use crate::compose::{METRICS_CONTENT_TYPE, Snapshot};
use crate::config::MetricsAccess;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header;
use std::sync::Arc;

pub(super) async fn scrape(State(app): State<Arc<App>>, caller: Caller) -> Response {
    let may = match app.metrics_access {
        MetricsAccess::Open => Ok(()),
        MetricsAccess::Operator => app.gate.operator(caller.token.as_ref()),
        MetricsAccess::Off => return nothing_here(State(app)).await,
    };
    match may {
        Ok(()) => page(&app).await,
        Err(refused) => error(&app, &refused),
    }
}

async fn page(app: &App) -> Response {
    match app.service.census().await {
        Ok(census) => {
            let snapshot = Snapshot {
                sessions: census.sessions,
                connections: app.hub.connections() as u64,
                connections_limit: app.caps.max_total().into(),
                watchers: app.feeds.watchers() as u64,
                now: app.now(),
                store_ready: app.store.takes_new(),
                store_commits: app.store.commits(),
                webhooks: app.webhooks.as_deref().map(figures).unwrap_or_default(),
                audience: census.audience,
            };
            ([(header::CONTENT_TYPE, METRICS_CONTENT_TYPE)], app.metrics.render(&snapshot)).into_response()
        }
        Err(failed) => error(app, &app.store_failed(&failed)),
    }
}
