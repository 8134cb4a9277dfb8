//! Where a name leads.

use async_trait::async_trait;
use std::io;
use std::net::SocketAddr;

/// Resolves names. What it says is not believed: every address is judged before it is connected to.
#[async_trait]
pub trait Resolver: Send + Sync {
    /// The addresses of `host`, with `port`.
    ///
    /// # Errors
    /// There is none, or nobody knows.
    async fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>>;
}

/// The system's way of resolving names.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

#[async_trait]
impl Resolver for SystemResolver {
    async fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((host, port)).await?.collect())
    }
}
