//! Names that are the same in every run.

use headcount_core::{ConnectionId, ports::Ids};
use std::sync::atomic::{AtomicU64, Ordering};

/// Ids in an order that its seed decides. Easily guessed: for tests only.
#[derive(Debug)]
pub struct SeededIds(AtomicU64);

impl SeededIds {
    /// The ids of `seed`.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Default for SeededIds {
    fn default() -> Self {
        Self::new(0)
    }
}

impl Ids for SeededIds {
    /// The next number of the SplitMix64 sequence (Steele, Lea and Flood 2014): every number once in a period.
    fn entropy(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut z = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn connection_id(&self) -> ConnectionId {
        // As long as the ids of the server.
        let text = format!("{:011x}{:011x}", self.entropy() >> 20, self.entropy() >> 20);
        ConnectionId::parse(&text).unwrap_or_else(|_| unreachable!("hexadecimal digits are visible ASCII"))
    }
}
