//! How long and how much, of one connection.

use std::time::Duration;

/// What API Gateway holds a connection to. By default its own quotas, which no account can raise.
///
/// Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// A connection on which no message went either way for so long is closed (1001).
    pub idle: Duration,
    /// A connection that has been there for so long is closed (1001).
    pub life: Duration,
    /// The longest frame, in bytes; a longer one closes the connection (1009).
    pub max_frame: usize,
    /// The longest message, in bytes; a longer one closes the connection (1009).
    pub max_message: usize,
    /// How many messages of one connection are worked on at a time; the next is not read before. API Gateway makes no
    /// promise about the order of messages. With 1 they are worked on in order; more shows what may happen to a client
    /// that does not wait for answers.
    pub messages_at_once: usize,
    /// How many connections there may be; what comes on top is refused (429).
    pub connections: usize,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(10 * 60),
            life: Duration::from_secs(2 * 60 * 60),
            max_frame: 32 * 1_024,
            max_message: 128 * 1_024,
            messages_at_once: 1,
            connections: 10_000,
        }
    }
}
