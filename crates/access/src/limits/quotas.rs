//! The settings of all limits.

use super::Rate;
use governor::Quota;
use std::num::NonZeroU32;

/// How much is allowed. Zero turns a limit off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// Status queries a second by the speaker of one session, and as many at once.
    pub status_queries_per_second: u32,
    /// Control messages a second on one connection, and as many at once.
    pub control_messages_per_second: u32,
    /// Sessions an hour that one user may create, or one address where users have no names; and as many at once.
    pub sessions_per_hour: u32,
    /// New connections a minute from one address. Generous: a hall of people is one address behind NAT.
    pub connections_per_minute: u32,
    /// New connections from one address at once, however slowly they are replenished; at least one.
    pub connection_burst: u32,
    /// Connections at a time, in total.
    pub max_connections: u32,
    /// Connections at a time from one address.
    pub max_connections_per_address: u32,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            status_queries_per_second: 2,
            control_messages_per_second: 10,
            sessions_per_hour: 50,
            connections_per_minute: 600,
            connection_burst: 1_000,
            max_connections: 100_000,
            max_connections_per_address: 20_000,
        }
    }
}

impl Quotas {
    /// The library multiplies the burst by the interval in nanoseconds; with a minute's, a million still fits
    /// (6e16 of 1.8e19).
    const MAX_BURST: u32 = 1_000_000;

    /// The rate of status queries; `None` where it is not limited, as of the others.
    #[must_use]
    pub fn status_query_rate(&self) -> Option<Rate> {
        self.status_queries().map(Rate::from)
    }

    /// The rate of control messages.
    #[must_use]
    pub fn control_message_rate(&self) -> Option<Rate> {
        self.control_messages().map(Rate::from)
    }

    /// The rate of new sessions.
    #[must_use]
    pub fn session_rate(&self) -> Option<Rate> {
        self.sessions().map(Rate::from)
    }

    /// The rate of new connections.
    #[must_use]
    pub fn connection_rate(&self) -> Option<Rate> {
        self.connections().map(Rate::from)
    }

    pub(crate) fn status_queries(&self) -> Option<Quota> {
        NonZeroU32::new(self.status_queries_per_second).map(Quota::per_second)
    }

    pub(crate) fn control_messages(&self) -> Option<Quota> {
        NonZeroU32::new(self.control_messages_per_second).map(Quota::per_second)
    }

    pub(crate) fn sessions(&self) -> Option<Quota> {
        NonZeroU32::new(self.sessions_per_hour).map(Quota::per_hour)
    }

    pub(crate) fn connections(&self) -> Option<Quota> {
        let burst = NonZeroU32::new(self.connection_burst.min(Self::MAX_BURST)).unwrap_or(NonZeroU32::MIN);
        NonZeroU32::new(self.connections_per_minute).map(|rate| Quota::per_minute(rate).allow_burst(burst))
    }
}
