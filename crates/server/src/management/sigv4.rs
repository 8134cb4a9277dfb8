//! Verifies AWS Signature Version 4 in the `Authorization` header, against one key pair.
//!
//! Why not a crate: AWS publishes signers only, as part of its SDK, and the one crate that verifies encodes
//! the path once, while every service but S3 has it encoded twice, so an id with `%3D` in it fails there.
//! Deliberately absent: signatures in the query, chunked and unsigned payloads, session tokens. No SDK needs
//! them here. The hash over the payload is always computed, never taken from `x-amz-content-sha256`.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

mod authorization;
mod canonical;
mod key_pair;

#[cfg(test)]
mod tests;

pub(super) use authorization::SCHEME;
pub use key_pair::{AwsKeyPair, InvalidKeyPair};

use super::access::{Forbidden, single};
use super::times::amz_date;
use authorization::{Authorization, Scope};
use aws_lc_rs::{digest, hmac};
use headcount_core::Timestamp;
use http::request::Parts;
use http::{HeaderMap, HeaderName};
use std::time::Duration;

/// The service that an API Gateway's clients sign for, `@connections` included.
const SERVICE: &str = "execute-api";

/// How far the signer's clock may be from ours, either way, as at AWS.
const MAX_SKEW: Duration = Duration::from_secs(300);

const DATE: HeaderName = HeaderName::from_static("x-amz-date");

/// A request whose signature is complete and current, but not yet confirmed.
pub(super) struct Signed<'a> {
    authorization: Authorization<'a>,
    date: &'a str,
    key: &'a AwsKeyPair,
}

impl<'a> Signed<'a> {
    /// Judges all that can be judged without the body: form, scope, time, and whether the key is ours.
    pub(super) fn screen(
        authorization: &'a str,
        headers: &'a HeaderMap,
        key: &'a AwsKeyPair,
        now: Timestamp,
    ) -> Result<Self, Forbidden> {
        let authorization = Authorization::parse(authorization).ok_or(Forbidden::Incomplete)?;
        let date = single(headers, &DATE).ok_or(Forbidden::Incomplete)?;
        let at = amz_date(date).ok_or(Forbidden::Incomplete)?;
        if !date.starts_with(authorization.scope.day) {
            return Err(Forbidden::Incomplete);
        }
        if authorization.scope.service != SERVICE {
            return Err(Forbidden::WrongScope);
        }
        if at.since(now).max(now.since(at)) > MAX_SKEW {
            return Err(Forbidden::NotCurrent);
        }
        if authorization.access_key_id != key.id() {
            return Err(Forbidden::Invalid);
        }
        Ok(Self { authorization, date, key })
    }

    /// Whether the signature is that of our key over this request. The comparison takes the same time
    /// wherever they differ.
    pub(super) fn confirm(&self, head: &Parts, payload: &[u8]) -> Result<(), Forbidden> {
        let Authorization { scope, signed_headers, signature, .. } = &self.authorization;
        let uri = &head.uri;
        let canonical = canonical::request(
            head.method.as_str(),
            (uri.path(), uri.query().unwrap_or_default()),
            &head.headers,
            signed_headers,
            payload,
        )
        .ok_or(Forbidden::Invalid)?;
        let to_sign = string_to_sign(self.date, scope, &canonical);
        hmac::verify(&self.key.signing_key(scope), to_sign.as_bytes(), signature)
            .map_err(|_| Forbidden::Invalid)
    }
}

/// What is signed: the canonical request by its hash, the time and the scope.
fn string_to_sign(date: &str, scope: &Scope<'_>, canonical: &str) -> String {
    let Scope { day, region, service } = scope;
    let hash = hex_sha256(canonical.as_bytes());
    format!("{SCHEME}\n{date}\n{day}/{region}/{service}/aws4_request\n{hash}")
}

/// The SHA-256 of `data` in lower-case hexadecimal.
fn hex_sha256(data: &[u8]) -> String {
    hex::encode(digest::digest(&digest::SHA256, data))
}
