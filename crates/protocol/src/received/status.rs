//! The status, as a client reads it.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use std::fmt;

/// Who is listening. Times are milliseconds since the Unix epoch.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedStatus {
    /// The session.
    pub session_id: String,
    /// How many listeners it has.
    pub listener_count: u64,
    /// How many of them hear which language, in the order of the wire: the largest first.
    #[serde(deserialize_with = "in_order")]
    pub language_distribution: Vec<(String, u64)>,
    /// Whole seconds since its creation.
    pub session_duration: u64,
    /// What the broadcast is doing.
    #[serde(rename = "broadcastState")]
    pub broadcast: ReceivedBroadcast,
    /// When the status was made; when the counts were taken, where they are not exact.
    pub timestamp: u64,
    /// `requested`, `periodic`, `listenerCountChange` or `newLanguage`.
    pub update_reason: String,
    /// False if the count may be short.
    #[serde(default = "yes")]
    pub exact: bool,
    /// More, where it was asked for.
    pub audience: Option<ReceivedAudience>,
}

/// What a broadcast is doing.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedBroadcast {
    /// False once the session has ended.
    pub is_active: bool,
    /// The speaker has paused it.
    pub is_paused: bool,
    /// The speaker has muted the microphone.
    pub is_muted: bool,
    /// How loud listeners should play it, 0.0 to 1.0.
    pub volume: f64,
    /// When any of the above last changed.
    pub last_state_change: u64,
}

/// What `detail: "full"` adds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedAudience {
    /// The most listeners that there ever were at once.
    pub peak_listener_count: u64,
    /// When that was first reached.
    pub peak_at: u64,
    /// How often somebody joined.
    pub total_joins: u64,
    /// How often somebody left.
    pub total_leaves: u64,
    /// How many of those counted have lost their connection and may yet resume their place.
    pub reconnecting: u64,
    /// How many languages have ever had a listener.
    pub languages_seen: u64,
    /// The place of this status in the order of all that the speaker was told.
    pub revision: u64,
    /// How far the count can be trusted.
    pub quality: ReceivedQuality,
    /// The count over time as (milliseconds, listeners), oldest first.
    pub trend: Vec<(u64, u64)>,
}

/// How far a count can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedQuality {
    /// Whether it is exact.
    pub exact: bool,
    /// When it was taken.
    pub as_of: u64,
    /// How many nodes it comes from.
    pub nodes_reporting: u32,
    /// How many it should come from.
    pub nodes_expected: u32,
}

const fn yes() -> bool {
    true
}

/// Reads an object of numbers without losing the order of its members.
pub(super) fn in_order<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, u64)>, D::Error> {
    struct InOrder;

    impl<'de> Visitor<'de> for InOrder {
        type Value = Vec<(String, u64)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of numbers")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
            let mut list = Vec::new();
            while let Some(member) = members.next_entry()? {
                list.push(member);
            }
            Ok(list)
        }
    }

    deserializer.deserialize_map(InOrder)
}
