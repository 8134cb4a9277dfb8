//! Keys that change and keys that are away, with the time in our hands.

use super::SpeakerGate;
use crate::{Cause, FetchError, KeySource, SpeakerAuth};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use headcount_testkit::ManualClock;
use headcount_testkit::samples::NOW;
use parking_lot::Mutex;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// Who signs, with a key of its own.
struct Issuer {
    kid: &'static str,
    pair: EcdsaKeyPair,
}

impl Issuer {
    fn new(kid: &'static str) -> Self {
        Self { kid, pair: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap() }
    }

    fn published(&self) -> String {
        let (x, y) = self.pair.public_key().as_ref()[1..].split_at(32);
        let key = json!({"kty": "EC", "crv": "P-256", "kid": self.kid, "x": base64(x), "y": base64(y)});
        json!({ "keys": [key] }).to_string()
    }

    /// A login that outlives every test.
    fn login(&self) -> String {
        let claims = json!({"sub": "ada", "iss": "issuer", "aud": "headcount", "exp": 4_000_000_000_u64});
        let header = json!({"alg": "ES256", "kid": self.kid});
        let message = format!("{}.{}", base64(header.to_string()), base64(claims.to_string()));
        let signature = self.pair.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        format!("{message}.{}", base64(signature))
    }
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Keys as they are published at the moment, `None` while they are away; and how often they were asked for.
#[derive(Clone, Default)]
struct Published(Arc<Mutex<(Option<String>, u32)>>);

impl Published {
    fn set(&self, keys: Option<String>) {
        self.0.lock().0 = keys;
    }

    fn fetches(&self) -> u32 {
        self.0.lock().1
    }
}

impl KeySource for Published {
    fn fetch(&self) -> Result<String, FetchError> {
        let mut published = self.0.lock();
        published.1 += 1;
        published.0.clone().ok_or(FetchError::Status(503))
    }
}

fn gate() -> (SpeakerGate, Published, Arc<ManualClock>) {
    let published = Published::default();
    let clock = Arc::new(ManualClock::at(NOW));
    let speakers = SpeakerAuth::jwks(published.clone(), "issuer", "headcount").unwrap();
    (SpeakerGate::new(speakers, Arc::clone(&clock) as _), published, clock)
}

async fn user(gate: &SpeakerGate, token: &str) -> Result<String, Cause> {
    let user = gate.login(Some(token)).await.map_err(crate::Unauthorized::cause)?;
    Ok(user.unwrap().as_str().to_owned())
}

const UNKNOWN: Result<String, Cause> = Err(Cause::UnknownKey);

#[tokio::test]
async fn an_unknown_key_is_looked_for_at_once_and_then_once_a_minute() {
    let (gate, published, clock) = gate();
    let (old, new) = (Issuer::new("old"), Issuer::new("new"));
    published.set(Some(old.published()));
    assert_eq!(user(&gate, &old.login()).await.as_deref(), Ok("ada"));
    published.set(Some(new.published()));
    for _ in 0..3 {
        assert_eq!(user(&gate, &new.login()).await, UNKNOWN);
    }
    assert_eq!(published.fetches(), 1);
    clock.advance(Duration::from_secs(60));
    assert_eq!(user(&gate, &new.login()).await.as_deref(), Ok("ada"));
    assert_eq!(user(&gate, &old.login()).await, UNKNOWN);
    assert_eq!(published.fetches(), 2);
}

#[tokio::test]
async fn keys_that_are_away_are_good_for_a_day() {
    let (gate, published, clock) = gate();
    let issuer = Issuer::new("one");
    published.set(Some(issuer.published()));
    gate.refresh_keys().await;
    published.set(None);
    for _ in 0..24 {
        clock.advance(Duration::from_secs(60 * 60));
        gate.refresh_keys().await;
        assert_eq!(user(&gate, &issuer.login()).await.as_deref(), Ok("ada"));
    }
    clock.advance(Duration::from_secs(1));
    assert_eq!(user(&gate, &issuer.login()).await, Err(Cause::NoKeys));
    published.set(Some(issuer.published()));
    clock.advance(Duration::from_secs(60));
    assert_eq!(user(&gate, &issuer.login()).await.as_deref(), Ok("ada"));
}

#[tokio::test]
async fn a_crowd_that_waits_for_keys_fetches_them_once() {
    let (gate, published, _) = gate();
    let issuer = Issuer::new("one");
    published.set(Some(issuer.published()));
    let token = issuer.login();
    let crowd = (0..20).map(|_| user(&gate, &token));
    let answers = futures_util::future::join_all(crowd).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(published.fetches(), 1);
}
