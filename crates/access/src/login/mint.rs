//! Making login tokens, for the command line and for tests: HS256 only, since other issuers keep their own keys.

use super::hs256::{SecretTooShort, strong};
use headcount_core::{Timestamp, UserId};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::Serialize;
use std::time::Duration;

/// What a new login token says.
#[derive(Clone, Copy, Debug)]
pub struct Login<'a> {
    /// Who may speak with it (`sub`).
    pub user: &'a UserId,
    /// Who vouches for it (`iss`), if the server asks for that.
    pub issuer: Option<&'a str>,
    /// Whom it is for (`aud`), if the server asks for that.
    pub audience: Option<&'a str>,
    /// How long it is good for, in whole seconds; parts of one are left out.
    pub lifetime: Duration,
}

/// No token could be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MintError {
    /// The server would not take it.
    #[error(transparent)]
    SecretTooShort(#[from] SecretTooShort),
    /// The library could not write it down.
    #[error("the login token could not be encoded")]
    Encoding,
}

#[derive(Serialize)]
struct Claims<'a> {
    sub: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<&'a str>,
    iat: u64,
    exp: u64,
}

/// A login token for `login`, signed at `now` by HS256 with `secret`.
///
/// # Errors
/// [`MintError`] if the secret has fewer than 32 bytes or the library fails.
pub fn mint_login_token(secret: &[u8], login: &Login<'_>, now: Timestamp) -> Result<String, MintError> {
    let key = EncodingKey::from_secret(strong(secret)?);
    let iat = now.as_millis() / 1_000;
    let claims = Claims {
        sub: login.user.as_str(),
        iss: login.issuer,
        aud: login.audience,
        iat,
        exp: iat.saturating_add(login.lifetime.as_secs()),
    };
    encode(&Header::new(Algorithm::HS256), &claims, &key).map_err(|_| MintError::Encoding)
}
