//! Login tokens: whether somebody may speak at all, and who they are.

mod claims;
mod file_keys;
mod hs256;
mod jwks;
mod key_set;
mod key_source;
mod mint;
mod url_keys;

#[cfg(test)]
mod tests;

use crate::{Cause, Unauthorized};
use claims::Expected;
use headcount_core::{Timestamp, UserId};
use hs256::Hs256;
use jwks::Jwks;

pub use file_keys::FileKeys;
pub use hs256::SecretTooShort;
pub use jwks::{RefreshError, Refreshed};
pub use key_source::{FetchError, InvalidKeySource, KeySource};
pub use mint::{Login, MintError, mint_login_token};
pub use url_keys::UrlKeys;

/// The most bytes that a login token may have.
const MAX_LEN: usize = 8 * 1_024;

/// How speakers prove who they are.
///
/// # Keys that are fetched
/// [`Self::verify`] never blocks and never fetches. Whoever owns this calls [`Self::refresh`] where blocking is
/// allowed, whenever [`Self::needs_refresh`] says so: at the start, every minute or so, and after a refusal that
/// [`Unauthorized::wants_refresh`], which is then worth a second [`Self::verify`]. Such callers should queue for one
/// refresh: while it runs, [`Self::needs_refresh`] tells the others that no second one is needed.
pub struct SpeakerAuth(Kind);

enum Kind {
    Anyone,
    Hs256(Box<Hs256>),
    Jwks(Box<Jwks>),
}

/// What is missing in the settings of login tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLogin {
    /// A JWKS without an issuer would accept tokens from any service that shares it.
    #[error("JWKS speaker auth needs the issuer that tokens must come from")]
    IssuerMissing,
    /// A JWKS without an audience would accept tokens made for any other service of the same issuer.
    #[error("JWKS speaker auth needs the audience that tokens must be made for")]
    AudienceMissing,
}

impl SpeakerAuth {
    /// Anybody may speak, nobody has a name.
    #[must_use]
    pub const fn none() -> Self {
        Self(Kind::Anyone)
    }

    /// Tokens signed by HS256 with `secret`, taken as it is: whoever reads it from a file strips the line's end.
    /// Where `issuer` or `audience` is given, tokens must name it; where no audience is given, tokens must name none
    /// (RFC 7519 §4.1.3).
    ///
    /// # Errors
    /// [`SecretTooShort`] under 32 bytes (RFC 7518 §3.2).
    pub fn hs256(
        secret: &[u8],
        issuer: Option<&str>,
        audience: Option<&str>,
    ) -> Result<Self, SecretTooShort> {
        Ok(Self(Kind::Hs256(Box::new(Hs256::new(secret, &Expected::new(issuer, audience))?))))
    }

    /// Tokens signed by RS256, ES256 or EdDSA with a key of the set that `source` gives, from `issuer`, for
    /// `audience`. There are no keys before the first [`Self::refresh`].
    ///
    /// # Errors
    /// An empty `issuer` or `audience`; both problems, where both are there.
    pub fn jwks(
        source: impl KeySource + 'static,
        issuer: &str,
        audience: &str,
    ) -> Result<Self, Vec<InvalidLogin>> {
        let missing = [
            (issuer.is_empty(), InvalidLogin::IssuerMissing),
            (audience.is_empty(), InvalidLogin::AudienceMissing),
        ];
        let problems: Vec<_> = missing.into_iter().filter_map(|(is, what)| is.then_some(what)).collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        let expected = Expected::new(Some(issuer), Some(audience));
        Ok(Self(Kind::Jwks(Box::new(Jwks::new(Box::new(source), expected)))))
    }

    /// Whether anybody may speak. A server that others can reach should not start like this unless told to.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.0, Kind::Anyone)
    }

    /// The user that `token` names; `Ok(None)` where anybody may speak, with or without a token.
    ///
    /// `exp` is required, `nbf` is heeded; both with a leeway of 60 s, since the issuer has a clock of its own.
    ///
    /// # Errors
    /// [`Unauthorized`] for no token and for every token that is not valid at `now`.
    pub fn verify(&self, token: Option<&str>, now: Timestamp) -> Result<Option<UserId>, Unauthorized> {
        let user = match &self.0 {
            Kind::Anyone => return Ok(None),
            Kind::Hs256(hs256) => presentable(token).and_then(|token| hs256.verify(token, now)),
            Kind::Jwks(jwks) => presentable(token).and_then(|token| jwks.verify(token, now)),
        };
        user.map(Some).map_err(Unauthorized::because)
    }

    /// Whether [`Self::refresh`] would fetch keys now: there are none (any more), they are 10 minutes old, or a token
    /// named one that is not among them. Never within a minute of the last attempt, whether that failed or not, or
    /// within 5 s while there are no keys.
    #[must_use]
    pub fn needs_refresh(&self, now: Timestamp) -> bool {
        matches!(&self.0, Kind::Jwks(jwks) if jwks.needs_refresh(now))
    }

    /// Fetches keys if they are needed. **Blocks**, 5 s at the most with the sources of this crate.
    /// The former keys stay in use where this fails, for a day.
    ///
    /// # Errors
    /// [`RefreshError`] if the source gave no usable key; for logs.
    pub fn refresh(&self, now: Timestamp) -> Result<Refreshed, RefreshError> {
        match &self.0 {
            Kind::Jwks(jwks) => jwks.refresh(now),
            Kind::Anyone | Kind::Hs256(_) => Ok(Refreshed::NotNeeded),
        }
    }
}

/// A token that is there and not so long that looking at it would cost something.
fn presentable(token: Option<&str>) -> Result<&str, Cause> {
    match token {
        None => Err(Cause::Missing),
        Some(token) if token.len() > MAX_LEN => Err(Cause::TooLong),
        Some(token) => Ok(token),
    }
}
