//! The audience of all nodes, as one of them knows it.

use crate::{LanguageDistribution, Quality, Timestamp};

/// The audience of all nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    /// Listeners by language, those in grace included.
    pub distribution: LanguageDistribution,
    /// How many of them are in their reconnect grace.
    pub reconnecting: u64,
    /// How often somebody has joined, on any node.
    pub joins: u64,
    /// How often somebody has left. Who was on a node that is gone has left.
    pub leaves: u64,
    /// The most listeners that any node has ever seen at once on all, and when.
    pub peak: (u64, Timestamp),
    /// How far this can be trusted.
    pub quality: Quality,
}
