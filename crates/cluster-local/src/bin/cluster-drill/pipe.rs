//! What the main process and its workers tell each other: JSON, one message a line.

use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

/// What a worker is told, on its standard input. When that ends, so does the worker.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Order {
    /// The first order: whom to bring.
    Begin(Plan),
    /// Drop every connection at once, without a close frame.
    Cut,
}

/// The listeners of one worker.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// The nodes; the first listener comes to the first, the next to the next.
    pub(crate) nodes: Vec<SocketAddr>,
    /// The session.
    pub(crate) session: String,
    /// How many listeners.
    pub(crate) listeners: usize,
    /// Their languages, in turn.
    pub(crate) languages: Vec<String>,
    /// How many arrive a second.
    pub(crate) rate: f64,
    /// How long the servers count somebody whose connection was cut, in milliseconds.
    pub(crate) grace_ms: u64,
}

/// How the listeners of one worker stand at one moment. All totals are since its start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sample {
    /// When, by the machine's monotonic clock, in microseconds.
    pub(crate) at: u64,
    /// How many are connected and have their join acknowledged, by language.
    pub(crate) here: Vec<u64>,
    /// How many a server may count: those, those whose join is under way, and those who were cut off less than a grace
    /// ago.
    pub(crate) most: u64,
    /// How many connections were lost.
    pub(crate) lost: u64,
    /// How many joins were acknowledged of those who had been there before.
    pub(crate) returned: u64,
    /// How many tries came to nothing.
    pub(crate) failed: u64,
}

/// One message as a line.
pub(crate) fn line(message: &impl Serialize) -> String {
    // These types have no maps with keys that are not strings, which is all that JSON cannot write.
    let mut line = serde_json::to_string(message).unwrap_or_default();
    line.push('\n');
    line
}
