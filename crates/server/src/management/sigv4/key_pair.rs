//! The key pair of those who sign.

use super::authorization::Scope;
use aws_lc_rs::hmac::{HMAC_SHA256, Key, Tag, sign};
use std::fmt;

/// How long an access key id may be, in characters; AWS's own have 20. It is no secret, so it may be short.
const ID_LENGTHS: std::ops::RangeInclusive<usize> = 1..=128;

/// How long a secret may be, in characters; AWS's own have 40.
const SECRET_LENGTHS: std::ops::RangeInclusive<usize> = 16..=128;

/// An access key id and its secret, as an SDK is configured with. Not one of AWS's: make a pair for this
/// server alone.
#[derive(Clone)]
pub struct AwsKeyPair {
    id: String,
    /// The secret with `AWS4` before it: where the derivation of every signing key begins.
    seed: String,
}

/// A configured key pair cannot be used. The secret is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKeyPair {
    /// The id is not one.
    #[error("the management access key id must have 1 to 128 letters, digits and underscores")]
    Id,
    /// The secret is too weak or cannot be typed.
    #[error(
        "the management secret key must have 16 to 128 visible ASCII characters; make one with: \
         openssl rand -hex 20"
    )]
    Secret,
}

impl AwsKeyPair {
    /// Takes a configured pair.
    ///
    /// # Errors
    /// [`InvalidKeyPair`] for the first of the two that cannot be used.
    pub fn new(id: &str, secret: &str) -> Result<Self, InvalidKeyPair> {
        if !ID_LENGTHS.contains(&id.len()) || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Err(InvalidKeyPair::Id);
        }
        if !SECRET_LENGTHS.contains(&secret.len()) || !secret.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(InvalidKeyPair::Secret);
        }
        Ok(Self { id: id.to_owned(), seed: format!("AWS4{secret}") })
    }

    /// The access key id, which is no secret.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The key that signs within `scope`.
    pub(super) fn signing_key(&self, scope: &Scope<'_>) -> Key {
        let derived = [scope.day, scope.region, scope.service, "aws4_request"];
        derived.into_iter().fold(hmac_key(self.seed.as_bytes()), |key, part| {
            let tag: Tag = sign(&key, part.as_bytes());
            hmac_key(tag.as_ref())
        })
    }
}

fn hmac_key(bytes: &[u8]) -> Key {
    Key::new(HMAC_SHA256, bytes)
}

/// Shows the id only.
impl fmt::Debug for AwsKeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsKeyPair").field("id", &self.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef";

    #[test]
    fn refuses_what_no_sdk_could_use_or_anybody_could_guess() {
        for id in ["", "a/b", "a b", &"A".repeat(129)] {
            assert_eq!(AwsKeyPair::new(id, SECRET).unwrap_err(), InvalidKeyPair::Id);
        }
        for secret in ["", "test", "0123456789 abcdef", &"s".repeat(129)] {
            assert_eq!(AwsKeyPair::new("HEADCOUNT_MANAGER", secret).unwrap_err(), InvalidKeyPair::Secret);
        }
    }

    #[test]
    fn does_not_show_its_secret() {
        let shown = format!("{:?}", AwsKeyPair::new("HEADCOUNT_MANAGER", SECRET).unwrap());
        assert!(shown.contains("HEADCOUNT_MANAGER") && !shown.contains(SECRET), "{shown}");
    }
}
