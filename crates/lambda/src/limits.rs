//! How much one client may do, counted where all instances see it.
//!
//! A limit of what is dear, or of what is asked seldom, is counted for every request: creating a session, asking for
//! the status. That is one write each. Connections and messages are many and mostly cheap, and a write for each would
//! cost as much as they do: there an instance looks at what it has heard itself first ([`FirstLook`]), refuses what is
//! too much already, and has only those counted that it hears often. A heartbeat writes nothing; a flood is held to
//! the limit and a tenth of it for each instance that it reaches.
//!
//! What cannot be counted is let through: a limit keeps a service alive, and must not be what ends it.

use async_trait::async_trait;
use headcount_access::{FirstLook, Heard, Quotas, Rate, RetryAfter, network_of};
use headcount_core::ports::{Clock, Metrics, StoreError};
use headcount_core::{ConnectionId, Measurement, Timestamp, UserId};
use headcount_protocol::ProtocolError;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How long a counter is waited for; what has not answered by then is let through. It is half of what a question has.
const PATIENCE: Duration = Duration::from_millis(250);

/// The names of the limits in metrics, and in those of their counters.
const CONNECTIONS: &str = "connectionRate";
const MESSAGES: &str = "controlMessages";
const SESSIONS: &str = "sessions";
const QUESTIONS: &str = "statusQueries";

/// Where all instances count.
#[async_trait]
pub trait Counters: Send + Sync {
    /// Takes one of what `rate` allows of `counter` at `now`; where nothing is left, says how long it takes until there
    /// is. The name of a counter holds what it counts by, an address or a user: it MUST NOT be kept or logged as it is.
    async fn take(
        &self,
        counter: &str,
        rate: Rate,
        now: Timestamp,
    ) -> Result<Result<(), Duration>, StoreError>;
}

/// The limits of one instance.
pub(crate) struct Limits {
    counters: Arc<dyn Counters>,
    clock: Arc<dyn Clock>,
    metrics: Arc<dyn Metrics>,
    sessions: Option<Rate>,
    questions: Option<Looked<ConnectionId>>,
    connections: Option<Looked<IpAddr>>,
    messages: Option<Looked<ConnectionId>>,
}

/// A limit that is looked at here before it is counted.
struct Looked<K: Hash + Eq + Clone> {
    look: FirstLook<K>,
    rate: Rate,
}

impl<K: Hash + Eq + Clone> Looked<K> {
    fn new(rate: Rate, clock: &Arc<dyn Clock>) -> Self {
        Self { look: FirstLook::new(rate, clock), rate }
    }
}

impl Limits {
    /// The limits that `quotas` sets. How many connections there may be at a time is API Gateway's affair.
    pub(crate) fn new(
        quotas: &Quotas,
        counters: Arc<dyn Counters>,
        clock: Arc<dyn Clock>,
        metrics: Arc<dyn Metrics>,
    ) -> Self {
        Self {
            sessions: quotas.session_rate(),
            questions: quotas.status_query_rate().map(|rate| Looked::new(rate, &clock)),
            connections: quotas.connection_rate().map(|rate| Looked::new(rate, &clock)),
            messages: quotas.control_message_rate().map(|rate| Looked::new(rate, &clock)),
            counters,
            clock,
            metrics,
        }
    }

    /// Whether `address` may open one more connection. What has no address, as in an event that somebody made by hand,
    /// is not limited by it.
    pub(crate) async fn connect(&self, address: Option<IpAddr>) -> Result<(), ProtocolError> {
        let Some(network) = address.map(network_of) else { return Ok(()) };
        self.look(CONNECTIONS, self.connections.as_ref(), &network, &network.to_string()).await
    }

    /// Whether `connection` may say one more thing.
    pub(crate) async fn control_message(&self, connection: &ConnectionId) -> Result<(), ProtocolError> {
        self.look(MESSAGES, self.messages.as_ref(), connection, connection.as_str()).await
    }

    /// Whether `user`, or `address` where there is no user, may create one more session.
    pub(crate) async fn create_session(
        &self,
        user: Option<&UserId>,
        address: Option<IpAddr>,
    ) -> Result<(), ProtocolError> {
        let creator = match (user, address) {
            (Some(user), _) => format!("user#{}", user.as_str()),
            (None, Some(address)) => format!("address#{}", network_of(address)),
            (None, None) => return Ok(()),
        };
        match self.sessions {
            Some(rate) => self.count(SESSIONS, rate, &creator).await,
            None => Ok(()),
        }
    }

    /// Whether `speaker` may ask once more. A session has one connection at a time that is answered, so this is as good
    /// as counting by session, and does not wait until somebody has looked which session it is. A question counts as a
    /// message only where questions have no limit of their own.
    pub(crate) async fn query_status(&self, speaker: &ConnectionId) -> Result<(), ProtocolError> {
        let Some(Looked { look, rate }) = &self.questions else { return self.control_message(speaker).await };
        look.check(speaker).map_err(|retry| self.too_often(QUESTIONS, retry))?;
        self.count(QUESTIONS, *rate, speaker.as_str()).await
    }

    async fn look<K: Hash + Eq + Clone>(
        &self,
        limit: &'static str,
        looked: Option<&Looked<K>>,
        key: &K,
        whose: &str,
    ) -> Result<(), ProtocolError> {
        let Some(looked) = looked else { return Ok(()) };
        match looked.look.check(key) {
            Ok(Heard::Seldom) => Ok(()),
            Ok(Heard::Often) => self.count(limit, looked.rate, whose).await,
            Err(retry) => Err(self.too_often(limit, retry)),
        }
    }

    async fn count(&self, limit: &'static str, rate: Rate, whose: &str) -> Result<(), ProtocolError> {
        let counter = format!("{limit}#{whose}");
        let silent = |_| Err(StoreError::Unavailable("there was no answer in time".to_owned()));
        let counted = timeout(PATIENCE, self.counters.take(&counter, rate, self.clock.now())).await;
        match counted.unwrap_or_else(silent) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(wait)) => Err(self.too_often(limit, RetryAfter::waiting(wait))),
            Err(error) => {
                tracing::warn!(limit, %error, "limit not counted");
                self.metrics.record(&Measurement::LimitNotCounted { limit });
                Ok(())
            }
        }
    }

    fn too_often(&self, limit: &'static str, retry: RetryAfter) -> ProtocolError {
        self.metrics.record(&Measurement::RateLimited { limit });
        ProtocolError::rate_limited(retry.seconds)
    }
}
