//! How this command speaks to a server: over WebSocket, and over HTTP where one question is enough.

mod api;
mod backoff;
mod endpoint;
mod link;
#[cfg(test)]
pub(crate) mod scripted;
mod socket;
mod trust;

pub(crate) use api::{Api, ApiError};
pub(crate) use backoff::Backoff;
pub(crate) use endpoint::Endpoint;
pub(crate) use link::{Link, LinkEvent};
pub(crate) use socket::{DialError, Dialer, Incoming, Socket};
pub(crate) use trust::Trust;

use crate::failure::Failure;
use tokio::runtime::{Builder, Runtime};

/// A runtime for a command that speaks to a server: one thread, which is enough for a terminal.
///
/// # Errors
/// The system has no descriptors or threads left.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::local("start", &error))
}

/// Makes TLS ready for every `https` and `wss` address of this process: the cryptography of aws-lc, the roots of
/// Mozilla's programme.
pub(crate) fn prepare_tls() {
    // It fails only if it was done before, which is just as well.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}
