//! What a login token must say, apart from who signed it.

use crate::Cause;
use headcount_core::{Timestamp, UserId};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use serde::Deserialize;
use std::time::Duration;

/// How far the issuer's clock may be from ours.
const LEEWAY: Duration = Duration::from_secs(60);

/// Whom a token must come from and whom it must be for.
pub(crate) struct Expected {
    issuer: Option<String>,
    audience: Option<String>,
}

impl Expected {
    pub(crate) fn new(issuer: Option<&str>, audience: Option<&str>) -> Self {
        Self { issuer: issuer.map(str::to_owned), audience: audience.map(str::to_owned) }
    }

    /// These expectations of a token signed with `algorithm`, in the words of the library. It would read the
    /// system's clock for `exp` and `nbf`; we are given the time and look at them ourselves, in [`verify`].
    pub(crate) fn validation(&self, algorithm: Algorithm) -> Validation {
        let mut validation = Validation::new(algorithm);
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let mut required = vec!["sub"];
        if let Some(issuer) = &self.issuer {
            validation.set_issuer(&[issuer]);
            required.push("iss");
        }
        if let Some(audience) = &self.audience {
            validation.set_audience(&[audience]);
            required.push("aud");
        }
        validation.set_required_spec_claims(&required);
        validation
    }
}

/// The claims that we read. Times are seconds since the epoch and may have a fraction (RFC 7519 §2).
#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: f64,
    nbf: Option<f64>,
}

/// The header of `token`. Of what it says, only `alg` and `kid` matter: keys that it brings or points to (`jwk`,
/// `jku`, `x5u`, `x5c`) are not looked at.
pub(crate) fn header(token: &str) -> Result<Header, Cause> {
    let header = decode_header(token).map_err(|_| Cause::Malformed)?;
    // What is critical must be understood (RFC 7515 §4.1.11), and we understand no extension.
    if header.crit.is_some() { Err(Cause::Malformed) } else { Ok(header) }
}

/// The user that `token` names, if `key` signed it, it says what it must, and it is valid at `now`.
pub(crate) fn verify(
    token: &str,
    key: &DecodingKey,
    validation: &Validation,
    now: Timestamp,
) -> Result<UserId, Cause> {
    let claims = decode::<Claims>(token, key, validation).map_err(|error| cause(error.kind()))?.claims;
    if now >= timestamp(claims.exp).plus(LEEWAY) {
        return Err(Cause::Expired);
    }
    if claims.nbf.is_some_and(|nbf| timestamp(nbf) > now.plus(LEEWAY)) {
        return Err(Cause::NotYetValid);
    }
    UserId::parse(&claims.sub).map_err(|_| Cause::BadSubject)
}

/// A `NumericDate` as a timestamp; what lies before the epoch is the epoch.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates, as wanted here")]
fn timestamp(seconds: f64) -> Timestamp {
    Timestamp::from_millis((seconds * 1_000.0) as u64)
}

fn cause(error: &ErrorKind) -> Cause {
    match error {
        ErrorKind::InvalidAlgorithm => Cause::WrongAlgorithm,
        ErrorKind::InvalidSignature => Cause::BadSignature,
        ErrorKind::InvalidIssuer => Cause::WrongIssuer,
        ErrorKind::InvalidAudience => Cause::WrongAudience,
        ErrorKind::MissingRequiredClaim(claim) => match claim.as_str() {
            "iss" => Cause::WrongIssuer,
            "aud" => Cause::WrongAudience,
            _ => Cause::BadSubject,
        },
        _ => Cause::Malformed,
    }
}
