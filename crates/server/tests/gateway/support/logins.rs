//! Login tokens, and issuers with keys of their own, made anew for every test.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use headcount_adapters::clock::SystemClock;
use headcount_core::ports::Clock;
use headcount_core::{Timestamp, UserId};
use headcount_server::access::{Login, SpeakerAuth, mint_login_token};
use serde_json::{Value, json};
use std::time::Duration;

const SECRET: &[u8] = b"a secret of thirty-two bytes, or more";
pub(crate) const ISSUER: &str = "https://id.example";
pub(crate) const AUDIENCE: &str = "headcount";

/// Speakers that log in with [`login_of`].
pub(crate) fn hs256() -> SpeakerAuth {
    SpeakerAuth::hs256(SECRET, None, None).unwrap()
}

/// A login token of `user`, good for a minute.
pub(crate) fn login_of(user: &str) -> String {
    let user = UserId::parse(user).unwrap();
    let login = Login { user: &user, issuer: None, audience: None, lifetime: Duration::from_secs(60) };
    mint_login_token(SECRET, &login, now()).unwrap()
}

/// A login token with these claims, signed as [`hs256`] wants it.
pub(crate) fn signed_login(claims: &Value) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET);
    compact(&json!({"alg": "HS256"}), claims, |message| hmac::sign(&key, message).as_ref().to_vec())
}

/// A token that asks to be believed without a signature.
pub(crate) fn unsigned_login(claims: &Value) -> String {
    compact(&json!({"alg": "none"}), claims, |_| Vec::new())
}

/// A second of the epoch, that many from now.
pub(crate) fn later(seconds: u64) -> u64 {
    now().as_millis() / 1_000 + seconds
}

fn now() -> Timestamp {
    SystemClock::default().now()
}

/// Signs a message.
type Sign = Box<dyn Fn(&[u8]) -> Vec<u8>>;

/// Who signs tokens.
pub(crate) struct Issuer {
    /// The public key, as published.
    pub(crate) jwk: Value,
    alg: &'static str,
    sign: Sign,
}

impl Issuer {
    pub(crate) fn es256(kid: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        // An uncompressed point: 0x04, then 32 bytes each of x and y.
        let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
        let jwk = json!({"kty": "EC", "crv": "P-256", "kid": kid, "x": base64(x), "y": base64(y)});
        let sign = move |message: &[u8]| pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec();
        Self { jwk, alg: "ES256", sign: Box::new(sign) }
    }

    pub(crate) fn eddsa(kid: &str) -> Self {
        let pair = Ed25519KeyPair::generate().unwrap();
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": base64(pair.public_key())});
        let sign = move |message: &[u8]| pair.sign(message).as_ref().to_vec();
        Self { jwk, alg: "EdDSA", sign: Box::new(sign) }
    }

    pub(crate) fn rs256(kid: &str) -> Self {
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

    /// A token for `user`, good for a minute.
    pub(crate) fn login_of(&self, user: &str) -> String {
        let claims = json!({"sub": user, "iss": ISSUER, "aud": AUDIENCE, "exp": later(60)});
        self.token(&claims)
    }

    pub(crate) fn token(&self, claims: &Value) -> String {
        compact(&json!({"alg": self.alg, "kid": self.jwk["kid"]}), claims, &self.sign)
    }
}

/// A token in the compact form of RFC 7515 §7.1.
fn compact(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let message = format!("{}.{}", base64(header.to_string()), base64(claims.to_string()));
    let signature = base64(sign(message.as_bytes()));
    format!("{message}.{signature}")
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
