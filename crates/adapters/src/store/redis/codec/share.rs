//! What one node says of one session's listeners.

use super::values::{Counts, Node};
use super::{Version, parsed, text};
use headcount_core::Timestamp;
use headcount_core::cluster::{Share, Transfers};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One letter a member: shares are most of what is written. Members that are empty are left out.
#[derive(Serialize, Deserialize)]
struct Written {
    v: Version,
    /// The node.
    n: Node,
    /// The sequence.
    q: u64,
    /// Heard.
    #[serde(default, skip_serializing_if = "Counts::is_empty")]
    h: Counts,
    /// Reconnecting.
    #[serde(default)]
    r: u64,
    /// Joins.
    #[serde(default)]
    j: u64,
    /// Leaves.
    #[serde(default)]
    l: u64,
    /// The peak and when that was.
    p: (u64, u64),
    /// Taken.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    t: BTreeMap<Node, Counts>,
    /// Given.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    g: BTreeMap<Node, Counts>,
    /// Asking.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    a: BTreeMap<Node, Counts>,
}

pub(in crate::store::redis) fn write_share(share: &Share) -> String {
    text(&Written {
        v: Version,
        n: Node(share.node),
        q: share.sequence,
        h: Counts(share.heard.clone()),
        r: share.reconnecting,
        j: share.joins,
        l: share.leaves,
        p: (share.peak.0, share.peak.1.as_millis()),
        t: write_transfers(&share.taken),
        g: write_transfers(&share.given),
        a: write_transfers(&share.asking),
    })
}

pub(in crate::store::redis) fn read_share(text: &[u8]) -> Option<Share> {
    let written: Written = parsed(text)?;
    Some(Share {
        node: written.n.0,
        sequence: written.q,
        heard: written.h.0,
        reconnecting: written.r,
        joins: written.j,
        leaves: written.l,
        peak: (written.p.0, Timestamp::from_millis(written.p.1)),
        taken: read_transfers(written.t),
        given: read_transfers(written.g),
        asking: read_transfers(written.a),
    })
}

fn write_transfers(transfers: &Transfers) -> BTreeMap<Node, Counts> {
    transfers.iter().map(|(node, counts)| (Node(*node), Counts(counts.clone()))).collect()
}

fn read_transfers(written: BTreeMap<Node, Counts>) -> Transfers {
    written.into_iter().map(|(node, counts)| (node.0, counts.0)).collect()
}
