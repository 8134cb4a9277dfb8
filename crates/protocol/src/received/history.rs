//! The history of a session, as a client reads it.

use super::status::in_order;
use serde::Deserialize;

/// How a session went. Times are milliseconds since the Unix epoch.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedHistory {
    /// The session.
    pub session_id: String,
    /// The first moment.
    pub from: u64,
    /// The last moment.
    pub to: u64,
    /// From one point to the next, in milliseconds; the last one may come sooner.
    pub step: u64,
    /// What was true at each of them, oldest first.
    pub points: Vec<ReceivedPoint>,
}

/// What was true at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedPoint {
    /// The moment.
    pub at: u64,
    /// How many listeners there were.
    pub listener_count: u64,
    /// The most that there were since the point before this one.
    pub max: u64,
    /// How many of them heard which language, in the order of the wire: by tag.
    #[serde(deserialize_with = "in_order")]
    pub language_distribution: Vec<(String, u64)>,
}
