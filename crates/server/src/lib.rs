//! Headcount's standalone server: the WebSocket and HTTP gateway over the rules of `headcount-core`.
//!
//! [`Server`] is all of it, and [`run`] its whole life: the caller brings the listening sockets, a checked [`Config`] and the signal to stop.
//!
//! The way of a request: `accept` takes the connection and counts it, `gateway` looks at where it comes from and
//! sends it on, `http` answers requests, `socket` keeps WebSockets. What they may do, `gate` says; what happens,
//! [`headcount_core::service::StatusService`] does; `feed` hands it to those who look on; `compose` puts it all together.

mod accept;
mod app;
mod compose;
mod config;
mod facts;
mod feed;
mod gate;
mod gateway;
mod http;
pub mod management;
mod observers;
mod past;
mod peer;
mod refusal;
mod run;
mod socket;
mod tls;
mod viewer;
pub mod webhooks;

pub use compose::SystemClock;
pub use config::*;
pub use run::{RunError, Server, run};

/// The version of this server, as `/healthz` shows it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
