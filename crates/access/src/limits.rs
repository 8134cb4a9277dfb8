//! How much of anything one client may do.

mod address;
mod bounded_states;
mod caps;
mod connection_rate;
mod first_look;
mod keyed_rate;
mod port_clock;
mod quotas;
mod rate;
mod retry_after;

#[cfg(test)]
mod tests;

use address::AddressKey;
use governor::clock::{Clock, MonotonicClock};
use headcount_core::{LinkId, SessionId, UserId};
use keyed_rate::KeyedRate;
use std::net::IpAddr;

pub use address::network_of;
pub use caps::{CapReached, ConnectionCaps, ConnectionPermit};
pub use connection_rate::ConnectionRate;
pub use first_look::{FirstLook, Heard};
pub use quotas::Quotas;
pub use rate::Rate;
pub use retry_after::RetryAfter;

/// The rate limits of a server. Those of single connections it only makes; each connection's task keeps its own.
/// Those by address, user and session tell 100,000 of each apart, at 30 to 80 bytes a key and the text of
/// a long user id; beyond that newcomers share one.
pub struct Limits<C: Clock = MonotonicClock> {
    quotas: Quotas,
    clock: C,
    connections: Option<KeyedRate<AddressKey, C>>,
    sessions: Option<KeyedRate<Creator, C>>,
    status_queries: Option<KeyedRate<Asker, C>>,
}

/// Whose creations of sessions are counted together.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Creator {
    User(UserId),
    Address(AddressKey),
}

/// Whose questions are counted together. Those who look on by a link must not use up what the speaker may ask.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Asker {
    Speaker(SessionId),
    Link(LinkId),
}

impl Limits {
    /// The limits that `quotas` sets, from now on.
    #[must_use]
    pub fn new(quotas: Quotas) -> Self {
        Self::with_clock(quotas, MonotonicClock)
    }
}

impl<C: Clock + Clone> Limits<C> {
    /// The limits that `quotas` sets, by another clock.
    #[must_use]
    pub fn with_clock(quotas: Quotas, clock: C) -> Self {
        let connections = quotas.connections().map(|quota| KeyedRate::new(quota, clock.clone()));
        let sessions = quotas.sessions().map(|quota| KeyedRate::new(quota, clock.clone()));
        let status_queries = quotas.status_queries().map(|quota| KeyedRate::new(quota, clock.clone()));
        Self { quotas, clock, connections, sessions, status_queries }
    }

    /// Whether `address` may open one more connection now. A connection with a verified resume token is to be counted
    /// only once it turns out that it cannot have its place: a token that is spent verifies still, and could otherwise
    /// be used for any number of connections.
    ///
    /// # Errors
    /// [`RetryAfter`] if not.
    pub fn connect(&self, address: IpAddr) -> Result<(), RetryAfter> {
        self.connections.as_ref().map_or(Ok(()), |rate| rate.check(&address.into()))
    }

    /// Whether `user`, or `address` where there is no user, may create one more session now.
    ///
    /// # Errors
    /// [`RetryAfter`] if not.
    pub fn create_session(&self, user: Option<&UserId>, address: IpAddr) -> Result<(), RetryAfter> {
        let creator =
            user.map_or_else(|| Creator::Address(address.into()), |user| Creator::User(user.clone()));
        self.sessions.as_ref().map_or(Ok(()), |rate| rate.check(&creator))
    }

    /// The limit of control messages for a new connection.
    #[must_use]
    pub fn control_messages(&self) -> ConnectionRate<C> {
        ConnectionRate::new(self.quotas.control_messages(), &self.clock)
    }

    /// Whether the speaker of `session` may ask for its status once more now, from whichever of their connections or
    /// by HTTP.
    ///
    /// # Errors
    /// [`RetryAfter`] if not.
    pub fn query_status(&self, session: &SessionId) -> Result<(), RetryAfter> {
        self.status_queries.as_ref().map_or(Ok(()), |rate| rate.check(&Asker::Speaker(session.clone())))
    }

    /// Whether those who look on by `link` may ask once more now; it has a rate of its own, as high as a speaker's.
    ///
    /// # Errors
    /// [`RetryAfter`] if not.
    pub fn query_by_link(&self, link: &LinkId) -> Result<(), RetryAfter> {
        self.status_queries.as_ref().map_or(Ok(()), |rate| rate.check(&Asker::Link(link.clone())))
    }
}
