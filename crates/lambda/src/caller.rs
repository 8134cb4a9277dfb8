//! Who sent a message or wants to connect, as far as the event says.

use crate::trigger::SocketEvent;
use headcount_core::{ConnectionId, StatusDetail, Timestamp, UserId};
use headcount_protocol::Token;

/// The other end of a connection.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) connection: ConnectionId,
    pub(crate) connected_at: Option<Timestamp>,
    /// The user that an authorizer in front of us has found.
    pub(crate) user: Option<UserId>,
    /// The token of the upgrade, for requests that bring none. Only the upgrade itself shows it.
    pub(crate) token: Option<Token>,
    /// How much the statuses for it are to say.
    pub(crate) detail: StatusDetail,
}

impl Caller {
    /// Whom `event` comes from; `None` where it names no connection.
    pub(crate) fn of(event: &SocketEvent) -> Option<Self> {
        Some(Self {
            connection: event.connection.clone()?,
            connected_at: event.connected_at,
            user: event.user.clone(),
            token: event.bearer.clone(),
            detail: StatusDetail::default(),
        })
    }
}
