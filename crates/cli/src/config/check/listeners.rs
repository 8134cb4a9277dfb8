//! The addresses that the server listens at.

use crate::config::reader::Reader;
use crate::config::settings::network::{LISTEN, MANAGEMENT_LISTEN, TRUSTED_PROXY};
use std::net::SocketAddr;

/// Where the server listens, as far as that could be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listeners {
    pub(super) clients: Option<SocketAddr>,
    pub(super) management: Option<SocketAddr>,
    /// Whether some proxy brings clients from elsewhere.
    pub(super) behind_proxy: bool,
}

impl Listeners {
    /// Whether only this machine can reach the clients' listener. An address that could not be read counts as
    /// loopback: what else would be complained about is not known yet.
    pub(super) fn clients_on_loopback(&self) -> bool {
        self.clients.is_none_or(is_loopback)
    }
}

pub(super) fn is_loopback(address: SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

pub(super) fn check(reader: &mut Reader) -> Listeners {
    let clients = reader.parsed(&LISTEN, address);
    let management = reader.parsed(&MANAGEMENT_LISTEN, address);
    if management.is_some() && management == clients && clients.is_some_and(|address| address.port() != 0) {
        reader.problem(&MANAGEMENT_LISTEN, "choose another address or port than that of --listen");
    }
    Listeners { clients, management, behind_proxy: !reader.list(&TRUSTED_PROXY).is_empty() }
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "write an IP address and a port, as 127.0.0.1:8080, [::1]:8080 or 0.0.0.0:8080")
}
