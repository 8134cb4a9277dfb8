//! Tests of login tokens, with keys and issuers of their own.

mod hs256;
mod jwks;
mod keys;
mod refresh;
mod sources;

use super::{FetchError, KeySource, SpeakerAuth};
use crate::Cause;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use headcount_core::Timestamp;
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Now, in seconds, as tokens say it.
const NOW_SECONDS: u64 = 1_700_000_000;
const NOW: Timestamp = Timestamp::from_millis(NOW_SECONDS * 1_000);
const ISSUER: &str = "https://id.example";
const AUDIENCE: &str = "headcount";

/// That much later than [`NOW`].
fn after(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token in the compact form of RFC 7515 §7.1, signed by `sign`.
fn compact(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let message = format!("{}.{}", base64(header.to_string()), base64(claims.to_string()));
    let signature = base64(sign(message.as_bytes()));
    format!("{message}.{signature}")
}

/// Claims that are good for a minute from now.
fn good_claims() -> Value {
    json!({"sub": "ann", "iss": ISSUER, "aud": AUDIENCE, "exp": NOW_SECONDS + 60})
}

/// [`good_claims`] with one of them set to `value`; `null` takes it away.
fn claims_with(name: &str, value: Value) -> Value {
    let mut claims = good_claims();
    let members = claims.as_object_mut().unwrap();
    members.remove(name);
    if !value.is_null() {
        members.insert(name.to_owned(), value);
    }
    claims
}

/// The name of the user whom `token` lets in, or why it does not.
fn user(auth: &SpeakerAuth, token: &str, now: Timestamp) -> Result<String, Cause> {
    match auth.verify(Some(token), now) {
        Ok(user) => Ok(user.expect("speakers log in here").as_str().to_owned()),
        Err(refusal) => Err(refusal.cause()),
    }
}

/// A source of keys that tests change; `None` stands for one that is away.
#[derive(Clone, Default)]
struct Served(Arc<Mutex<(Option<String>, usize)>>);

impl Served {
    fn keys(keys: &[&Value]) -> Self {
        let served = Self::default();
        served.set(Some(keys));
        served
    }

    fn set(&self, keys: Option<&[&Value]>) {
        self.0.lock().0 = keys.map(|keys| json!({"keys": keys}).to_string());
    }

    fn set_text(&self, text: &str) {
        self.0.lock().0 = Some(text.to_owned());
    }

    fn fetches(&self) -> usize {
        self.0.lock().1
    }
}

impl KeySource for Served {
    fn fetch(&self) -> Result<String, FetchError> {
        let (text, fetches) = &mut *self.0.lock();
        *fetches += 1;
        text.clone().ok_or_else(|| FetchError::Unreachable("away".to_owned()))
    }
}

#[test]
fn where_anybody_may_speak_no_token_matters() {
    let auth = SpeakerAuth::none();
    assert!(auth.is_open() && !auth.needs_refresh(NOW));
    assert_eq!(auth.verify(None, NOW), Ok(None));
    assert_eq!(auth.verify(Some("nonsense"), NOW), Ok(None));
}
