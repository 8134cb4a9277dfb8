//! A set of public keys, each good for one algorithm.

use super::claims::Expected;
use crate::Cause;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde::Deserialize;

/// The keys of a JSON Web Key Set that can verify our tokens.
pub(crate) struct KeySet {
    keys: Vec<Key>,
}

/// One public key.
pub(crate) struct Key {
    id: Option<String>,
    algorithm: Algorithm,
    pub(crate) decoding: DecodingKey,
    pub(crate) validation: Validation,
}

/// The text is not a JSON Web Key Set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotAKeySet;

impl KeySet {
    /// The usable keys of `json`. A key that is malformed, of another type or for another use is passed over
    /// (RFC 7517 §5), so there may be none.
    pub(crate) fn parse(json: &str, expected: &Expected) -> Result<Self, NotAKeySet> {
        #[derive(Deserialize)]
        struct Document {
            keys: Vec<serde_json::Value>,
        }
        let document: Document = serde_json::from_str(json).map_err(|_| NotAKeySet)?;
        let jwks = document.keys.into_iter().filter_map(|value| serde_json::from_value::<Jwk>(value).ok());
        Ok(Self { keys: jwks.filter_map(|jwk| Key::new(jwk, expected)).collect() })
    }

    pub(crate) const fn len(&self) -> usize {
        self.keys.len()
    }

    /// The key that a token with `header` must have been signed with. A token that names none is clear only where
    /// there is a single key.
    pub(crate) fn find(&self, header: &Header) -> Result<&Key, Cause> {
        if header.kid.is_none() && self.keys.len() > 1 {
            return Err(Cause::Malformed);
        }
        let is_named = |key: &&Key| header.kid.is_none() || header.kid == key.id;
        let mut named = self.keys.iter().filter(is_named).peekable();
        if named.peek().is_none() {
            return Err(Cause::UnknownKey);
        }
        // One id may stand for keys of several types (RFC 7517 §4.5).
        named.find(|key| key.algorithm == header.alg).ok_or(Cause::WrongAlgorithm)
    }
}

impl Key {
    fn new(jwk: Jwk, expected: &Expected) -> Option<Self> {
        let common = &jwk.common;
        let for_signatures = matches!(common.public_key_use, None | Some(PublicKeyUse::Signature))
            && common.key_operations.as_ref().is_none_or(|ops| ops.contains(&KeyOperations::Verify));
        let algorithm = algorithm(&jwk).filter(|_| for_signatures)?;
        let decoding = DecodingKey::from_jwk(&jwk).ok()?;
        Some(Self { id: jwk.common.key_id, algorithm, decoding, validation: expected.validation(algorithm) })
    }
}

/// The one algorithm that `jwk` is good for: what its type says, and its `alg`, if there is one, must agree.
/// A symmetric key in a public document is a mistake and good for nothing.
fn algorithm(jwk: &Jwk) -> Option<Algorithm> {
    let (algorithm, named) = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => (Algorithm::RS256, KeyAlgorithm::RS256),
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => {
            (Algorithm::ES256, KeyAlgorithm::ES256)
        }
        AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => {
            (Algorithm::EdDSA, KeyAlgorithm::EdDSA)
        }
        _ => return None,
    };
    jwk.common.key_algorithm.is_none_or(|said| said == named).then_some(algorithm)
}
