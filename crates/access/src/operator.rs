//! Operators: whoever has one of the configured tokens.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{Digest, SHA256, digest};

#[cfg(test)]
mod tests;

/// How long an operator token may be, in characters.
const LENGTHS: std::ops::RangeInclusive<usize> = 16..=1_024;

/// The tokens that make their bearer an operator. Without one configured, nobody is.
#[derive(Clone, Default)]
pub struct OperatorAuth {
    /// Digests, not tokens: all are of one length, so that comparing them tells nothing, not even a length.
    digests: Vec<Digest>,
}

/// A configured operator token is too weak or cannot be sent. The token itself is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "operator token {position} must have 16 to 1024 characters, only letters, digits and -._~+/ (then =); \
     make one with: openssl rand -hex 32"
)]
pub struct InvalidOperatorToken {
    /// Which of the configured tokens, counted from 1.
    pub position: usize,
}

impl OperatorAuth {
    /// Takes the configured `tokens`.
    ///
    /// # Errors
    /// Every token that is shorter than 16 or longer than 1,024 characters or that no bearer header could carry.
    pub fn new<T: AsRef<str>>(
        tokens: impl IntoIterator<Item = T>,
    ) -> Result<Self, Vec<InvalidOperatorToken>> {
        let (mut digests, mut problems) = (Vec::new(), Vec::new());
        for (index, token) in tokens.into_iter().enumerate() {
            let token = token.as_ref();
            if LENGTHS.contains(&token.len()) && crate::bearer::is_token68(token) {
                digests.push(sha256(token));
            } else {
                problems.push(InvalidOperatorToken { position: index + 1 });
            }
        }
        if problems.is_empty() { Ok(Self { digests }) } else { Err(problems) }
    }

    /// Whether any token is configured.
    #[must_use]
    pub const fn is_configured(&self) -> bool {
        !self.digests.is_empty()
    }

    /// Whether `token` is one of the configured. It takes the same time whichever it resembles.
    #[must_use]
    pub fn is_operator(&self, token: &str) -> bool {
        let given = sha256(token);
        // All are compared, so that the time does not tell which one it was.
        self.digests.iter().fold(false, |found, known| found | is_same(known, &given))
    }
}

fn is_same(known: &Digest, given: &Digest) -> bool {
    verify_slices_are_equal(known.as_ref(), given.as_ref()).is_ok()
}

fn sha256(token: &str) -> Digest {
    digest(&SHA256, token.as_bytes())
}
