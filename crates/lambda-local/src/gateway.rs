//! API Gateway's WebSocket side: every handshake, message and end of a connection becomes an event of the function
//! `requests`, and what that returns goes back to the client.
//!
//! The way of a connection: `handshake` asks the function whether it may come in, `connections` knows it from then on,
//! `socket` keeps it until it ends. `event` writes what the function is told, `answer` reads what it says.

mod answer;
mod connections;
mod event;
mod handshake;
mod limits;
mod socket;
#[cfg(test)]
mod tests;

pub(crate) use connections::Connections;
pub use limits::ConnectionLimits;

use crate::function::{Clock, Invoke};
use crate::stack::Routes;
use axum::Router;
use axum::routing::get;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// One stage of a WebSocket API.
pub(crate) struct Gateway {
    pub(crate) stage: String,
    /// The name that events give to the API's domain.
    pub(crate) domain: String,
    pub(crate) routes: Routes,
    pub(crate) limits: ConnectionLimits,
    pub(crate) function: Arc<dyn Invoke>,
    pub(crate) connections: Connections,
    pub(crate) clock: Clock,
    pub(crate) stopping: CancellationToken,
    pub(crate) tasks: TaskTracker,
}

impl Gateway {
    /// The routes of HTTP. They want to know the addresses of clients (`into_make_service_with_connect_info`).
    pub(crate) fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/{stage}", get(handshake::upgrade))
            .fallback(handshake::forbidden)
            .with_state(self)
    }
}
