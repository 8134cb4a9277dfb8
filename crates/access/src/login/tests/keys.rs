//! Issuers with a key of their own, made anew for every test.

use super::{base64, compact};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use serde_json::{Value, json};

/// Signs a message.
type Sign = Box<dyn Fn(&[u8]) -> Vec<u8>>;

/// Who signs tokens.
pub(super) struct Issuer {
    /// The public key, as published.
    pub(super) jwk: Value,
    alg: &'static str,
    sign: Sign,
}

impl Issuer {
    pub(super) fn es256(kid: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        // An uncompressed point: 0x04, then 32 bytes each of x and y.
        let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
        let jwk = json!({"kty": "EC", "crv": "P-256", "kid": kid, "x": base64(x), "y": base64(y)});
        let sign = move |message: &[u8]| pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec();
        Self { jwk, alg: "ES256", sign: Box::new(sign) }
    }

    pub(super) fn eddsa(kid: &str) -> Self {
        let pair = Ed25519KeyPair::generate().unwrap();
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": base64(pair.public_key())});
        let sign = move |message: &[u8]| pair.sign(message).as_ref().to_vec();
        Self { jwk, alg: "EdDSA", sign: Box::new(sign) }
    }

    pub(super) fn rs256(kid: &str) -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let public = PublicKeyComponents::<Vec<u8>>::from(pair.public_key());
        let jwk = json!({"kty": "RSA", "kid": kid, "n": base64(public.n), "e": base64(public.e)});
        let sign = move |message: &[u8]| {
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).unwrap();
            signature
        };
        Self { jwk, alg: "RS256", sign: Box::new(sign) }
    }

    pub(super) fn kid(&self) -> &Value {
        &self.jwk["kid"]
    }

    /// The published key with `name` set to `value`.
    pub(super) fn jwk_with(&self, name: &str, value: Value) -> Value {
        let mut jwk = self.jwk.clone();
        jwk[name] = value;
        jwk
    }

    pub(super) fn token(&self, claims: &Value) -> String {
        self.token_with(&json!({"alg": self.alg, "kid": self.kid()}), claims)
    }

    pub(super) fn token_with(&self, header: &Value, claims: &Value) -> String {
        compact(header, claims, &self.sign)
    }
}
