//! What the API shows of one connection.

use super::times::iso;
use headcount_core::Timestamp;
use serde::Serialize;
use std::net::IpAddr;

/// What is known of a connection that is there.
#[derive(Clone, Debug)]
pub struct ConnectionFacts {
    /// When it was opened.
    pub connected_at: Timestamp,
    /// When it last sent something or was sent something.
    pub last_active_at: Timestamp,
    /// The client's address.
    pub source_ip: IpAddr,
    /// The `User-Agent` of its handshake.
    pub user_agent: Option<String>,
}

/// The body of the answer to GET.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FactsAnswer {
    connected_at: String,
    identity: Identity,
    last_active_at: String,
}

/// Both members are required by the service's model, so an unknown user agent is empty rather than absent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Identity {
    source_ip: IpAddr,
    user_agent: String,
}

impl From<ConnectionFacts> for FactsAnswer {
    fn from(facts: ConnectionFacts) -> Self {
        Self {
            connected_at: iso(facts.connected_at),
            identity: Identity {
                // An IPv4 client of a socket for both families comes as an IPv6 address.
                source_ip: facts.source_ip.to_canonical(),
                user_agent: facts.user_agent.unwrap_or_default(),
            },
            last_active_at: iso(facts.last_active_at),
        }
    }
}
