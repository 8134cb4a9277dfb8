//! Who is at the other end of a TCP connection, and whether it is counted.

use crate::app::App;
use headcount_access::{CapReached, ConnectionPermit};
use http::{HeaderMap, HeaderValue};
use std::net::IpAddr;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// The other end of a TCP connection.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    /// Its address; that of a proxy, where there is one.
    pub(crate) address: IpAddr,
    /// Whether it came through TLS.
    pub(crate) tls: bool,
    /// Its place under the caps.
    pub(crate) admission: Admission,
    /// Ends the connection at once, whatever is under way on it.
    pub(crate) hang_up: CancellationToken,
}

/// Whether a TCP connection has a place under the caps on connections.
#[derive(Clone, Debug)]
pub(crate) enum Admission {
    /// It has.
    Counted(Arc<ConnectionPermit>),
    /// It comes from a trusted proxy: its clients are counted, each under its own address.
    Proxy,
    /// A cap was reached: every request is refused.
    Refused(CapReached),
}

impl Peer {
    /// A peer that has just connected.
    pub(crate) fn new(app: &App, address: IpAddr) -> Self {
        let admission = if app.proxies.trusts(address) {
            Admission::Proxy
        } else {
            app.caps
                .admit(address)
                .map_or_else(Admission::Refused, |permit| Admission::Counted(Arc::new(permit)))
        };
        Self { address, tls: false, admission, hang_up: CancellationToken::new() }
    }

    /// The client's address: the peer's, unless a trusted proxy says otherwise.
    pub(crate) fn client(&self, app: &App, headers: &HeaderMap) -> IpAddr {
        // HeaderMap's iterator is followed once only, so what it gives is kept; a request has few such headers.
        let values: Vec<&[u8]> =
            headers.get_all(app.proxies.header().name()).iter().map(HeaderValue::as_bytes).collect();
        app.proxies.client(self.address, values.into_iter())
    }

    /// The permit under which a client's WebSocket is kept.
    pub(crate) fn permit(&self, app: &App, client: IpAddr) -> Result<Arc<ConnectionPermit>, CapReached> {
        match &self.admission {
            Admission::Counted(permit) => Ok(Arc::clone(permit)),
            Admission::Proxy => app.caps.admit(client).map(Arc::new),
            Admission::Refused(cap) => Err(*cap),
        }
    }
}
