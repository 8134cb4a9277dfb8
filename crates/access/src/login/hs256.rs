//! Login tokens signed with a secret that we share with the issuer.

use super::claims::{self, Expected};
use crate::Cause;
use headcount_core::{Timestamp, UserId};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};

/// The fewest bytes of a secret (RFC 7518 §3.2).
const MIN_SECRET_LEN: usize = 32;

/// The HS256 secret can be guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the HS256 secret has {0} bytes, it must have 32 or more; make one with: openssl rand -hex 32")]
pub struct SecretTooShort(pub usize);

/// Passes `secret` on if it is long enough.
pub(crate) fn strong(secret: &[u8]) -> Result<&[u8], SecretTooShort> {
    if secret.len() < MIN_SECRET_LEN { Err(SecretTooShort(secret.len())) } else { Ok(secret) }
}

pub(crate) struct Hs256 {
    key: DecodingKey,
    validation: Validation,
}

impl Hs256 {
    pub(crate) fn new(secret: &[u8], expected: &Expected) -> Result<Self, SecretTooShort> {
        let key = DecodingKey::from_secret(strong(secret)?);
        Ok(Self { key, validation: expected.validation(Algorithm::HS256) })
    }

    pub(crate) fn verify(&self, token: &str, now: Timestamp) -> Result<UserId, Cause> {
        claims::header(token)?;
        claims::verify(token, &self.key, &self.validation, now)
    }
}
