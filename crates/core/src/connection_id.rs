//! The name of one connection: opaque, shown to its own client only, and no proof of anything.

use smol_str::SmolStr;
use std::fmt;

/// An opaque connection id of 1 to 128 visible ASCII characters.
///
/// The standalone server makes its own of 128 random bits; API Gateway brings ones like `L0SM9cOFvHcCIhw=`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(SmolStr);

/// The text is not a connection id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a connection id has 1 to 128 visible ASCII characters")]
pub struct InvalidConnectionId;

impl ConnectionId {
    /// Checks `text` and makes it an id.
    ///
    /// # Errors
    /// [`InvalidConnectionId`] if it is empty, longer than 128 characters or has others than visible ASCII.
    pub fn parse(text: &str) -> Result<Self, InvalidConnectionId> {
        let ok = (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if ok { Ok(Self(SmolStr::new(text))) } else { Err(InvalidConnectionId) }
    }

    /// The id as its client sees it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Shows no id: what reaches a log by `{:?}` must not name a connection.
impl fmt::Debug for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConnectionId(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_ours_and_api_gateways_and_nothing_else() {
        assert_eq!(ConnectionId::parse("L0SM9cOFvHcCIhw=").unwrap().as_str(), "L0SM9cOFvHcCIhw=");
        for bad in ["", "a b", "a\nb", "é", &"x".repeat(129)] {
            assert_eq!(ConnectionId::parse(bad), Err(InvalidConnectionId));
        }
    }
}
