//! Whether the server lives, and whether it should be sent anyone.

use super::answer;
use crate::app::App;
use axum::extract::State;
use axum::response::Response;
use headcount_protocol::http::{Answer, Check};
use std::sync::Arc;

/// `GET /healthz`: the process runs and answers. A store that takes nothing new is no reason to restart it.
pub(super) async fn alive(State(_): State<Arc<App>>) -> Response {
    answer(&Answer::Health { version: crate::VERSION, checks: &[] })
}

/// `GET /readyz`: it takes new connections and new sessions.
pub(super) async fn ready(State(app): State<Arc<App>>) -> Response {
    let accepting = Check { name: "accepting", ok: !app.draining.is_cancelled() };
    let store = Check { name: "store", ok: app.store.is_ready() };
    answer(&Answer::Health { version: crate::VERSION, checks: &[accepting, store] })
}
