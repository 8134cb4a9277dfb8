//! Who created a session, as the identity provider names them.

use smol_str::SmolStr;
use std::fmt;

/// The subject of a verified login token: 1 to 256 bytes, opaque to Headcount.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UserId(SmolStr);

/// The text is not a user id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a user id has 1 to 256 bytes")]
pub struct InvalidUserId;

impl UserId {
    /// Checks `text` and makes it an id.
    ///
    /// # Errors
    /// [`InvalidUserId`] if it is empty or longer than 256 bytes.
    pub fn parse(text: &str) -> Result<Self, InvalidUserId> {
        if (1..=256).contains(&text.len()) { Ok(Self(SmolStr::new(text))) } else { Err(InvalidUserId) }
    }

    /// The id as the identity provider wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Shows no id: it is personal.
impl fmt::Debug for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserId(…)")
    }
}
