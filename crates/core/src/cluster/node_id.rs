//! The name of a node, which is that of one life of it.

use std::fmt;

/// One life of one node: drawn at random when the process starts, so a node that comes back is another one, and what
/// it said before is not taken for what it says now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u64);

impl NodeId {
    /// The node of those random bits.
    #[must_use]
    pub const fn new(bits: u64) -> Self {
        Self(bits)
    }

    /// Its bits.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// The node that [`fmt::Display`] has written as `text`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let lower = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let bits = u64::from_str_radix(text, 16).ok();
        bits.filter(|_| text.len() == 16 && text.bytes().all(lower)).map(Self)
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}
