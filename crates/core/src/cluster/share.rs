//! What one node says of one session's listeners.

use super::NodeId;
use crate::{LanguageDistribution, Timestamp};
use std::collections::BTreeMap;

/// Places that have gone from one node to another, by the other node: how many so far, by the language that they
/// counted in at the node they came from. Never goes down.
pub type Transfers = BTreeMap<NodeId, LanguageDistribution>;

/// What one node says of the listeners that it has in one session. A later one replaces an earlier one whole, so one
/// that is lost, repeated or late does no harm.
///
/// A listener that goes from one node to another is never in two shares unseen, nor in none. The new node counts it and
/// says so in [`Self::taken`]; the old one sees that, stops counting it, and says so in [`Self::given`]. As long as more
/// was taken than given, the difference is in both counts, and is taken off their sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// Who says it.
    pub node: NodeId,
    /// The later, the higher; from 1 on.
    pub sequence: u64,
    /// Its listeners by language, those in grace included.
    pub heard: LanguageDistribution,
    /// How many of them are in their reconnect grace.
    pub reconnecting: u64,
    /// How often somebody has joined there. Taking a place again is not joining.
    pub joins: u64,
    /// How often somebody has left there.
    pub leaves: u64,
    /// The most listeners that it has ever seen at once, on all nodes, and when that was first so.
    pub peak: (u64, Timestamp),
    /// Places that it has taken over from another node, which had agreed to that.
    pub taken: Transfers,
    /// Places that it has let another node have, and does not count any more.
    pub given: Transfers,
    /// Listeners that it counts, and that may be in the count of another node, too: that node was asked for their places
    /// and has not answered yet. Goes down when it does.
    pub asking: Transfers,
}

impl Share {
    /// Nobody yet.
    #[must_use]
    pub const fn new(node: NodeId, now: Timestamp) -> Self {
        Self {
            node,
            sequence: 0,
            heard: LanguageDistribution::new(),
            reconnecting: 0,
            joins: 0,
            leaves: 0,
            peak: (0, now),
            taken: Transfers::new(),
            given: Transfers::new(),
            asking: Transfers::new(),
        }
    }
}
