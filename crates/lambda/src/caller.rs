//! Who sent a message or wants to connect, as far as the event says.

use crate::trigger::SocketEvent;
use headcount_core::{ConnectionId, StatusDetail, Timestamp, UserId};
use headcount_protocol::Token;
use std::net::IpAddr;

/// The other end of a connection.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) connection: ConnectionId,
    pub(crate) connected_at: Option<Timestamp>,
    /// Where it is, which limits count by.
    pub(crate) address: Option<IpAddr>,
    /// The user that an authorizer in front of us has found.
    pub(crate) authorized: Option<UserId>,
    /// The user that we have found ourselves when it connected without a role.
    pub(crate) logged_in: Option<UserId>,
    /// The token of the upgrade, for requests that bring none. Only the upgrade itself shows it.
    pub(crate) token: Option<Token>,
    /// How much the statuses for it are to say.
    pub(crate) detail: StatusDetail,
}

impl Caller {
    /// Whom `event` comes from; `None` where it names no connection.
    pub(crate) fn of(event: &SocketEvent) -> Option<Self> {
        Some(Self {
            connected_at: event.connected_at,
            address: event.client,
            authorized: event.user.clone(),
            token: event.bearer.clone(),
            ..Self::named(event.connection.clone()?)
        })
    }

    /// `connection`, of which nothing else is known.
    pub(crate) fn named(connection: ConnectionId) -> Self {
        Self {
            connection,
            connected_at: None,
            address: None,
            authorized: None,
            logged_in: None,
            token: None,
            detail: StatusDetail::default(),
        }
    }
}
