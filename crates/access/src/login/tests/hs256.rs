//! Tests of tokens signed with a shared secret, and of making them.

use super::{AUDIENCE, ISSUER, NOW, NOW_SECONDS, after, claims_with, compact, good_claims, user};
use crate::login::{Login, MintError, SecretTooShort, SpeakerAuth, mint_login_token};
use crate::{Cause, Unauthorized};
use aws_lc_rs::hmac;
use headcount_core::{Timestamp, UserId};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::time::Duration;

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

fn auth() -> SpeakerAuth {
    SpeakerAuth::hs256(SECRET, Some(ISSUER), Some(AUDIENCE)).unwrap()
}

fn sign(message: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, SECRET), message).as_ref().to_vec()
}

fn token(claims: &Value) -> String {
    compact(&json!({"alg": "HS256", "typ": "JWT"}), claims, sign)
}

#[test]
fn a_good_token_names_its_user() {
    assert!(!auth().is_open());
    assert_eq!(user(&auth(), &token(&good_claims()), NOW), Ok("ann".to_owned()));
}

#[test]
fn a_secret_of_fewer_than_32_bytes_is_refused_with_a_way_out() {
    let error = SpeakerAuth::hs256(&SECRET[..31], None, None).err().unwrap();
    assert_eq!(error, SecretTooShort(31));
    assert!(error.to_string().contains("openssl rand -hex 32"));
}

#[test]
fn it_expires_and_begins_with_a_leeway_of_a_minute() {
    let expiring = token(&claims_with("exp", json!(NOW_SECONDS)));
    let last = Timestamp::from_millis(after(60).as_millis() - 1);
    assert_eq!(user(&auth(), &expiring, last), Ok("ann".to_owned()));
    assert_eq!(user(&auth(), &expiring, after(60)), Err(Cause::Expired));
    for (nbf, verdict) in [(60, Ok("ann".to_owned())), (61, Err(Cause::NotYetValid))] {
        assert_eq!(user(&auth(), &token(&claims_with("nbf", json!(NOW_SECONDS + nbf))), NOW), verdict);
    }
}

#[test]
fn times_may_have_fractions_and_any_size_but_must_be_numbers() {
    for (exp, verdict) in [
        (json!(1_700_000_000.5), Ok("ann".to_owned())),
        (json!(1e300), Ok("ann".to_owned())),
        (json!(u64::MAX), Ok("ann".to_owned())),
        (json!(-1), Err(Cause::Expired)),
        (json!(0), Err(Cause::Expired)),
        (json!("1700000060"), Err(Cause::Malformed)),
        (Value::Null, Err(Cause::Malformed)),
    ] {
        assert_eq!(user(&auth(), &token(&claims_with("exp", exp.clone())), NOW), verdict, "{exp}");
    }
}

#[test]
fn issuer_audience_and_subject_are_looked_at() {
    for (name, value, verdict) in [
        ("iss", json!("https://other.example"), Err(Cause::WrongIssuer)),
        ("iss", Value::Null, Err(Cause::WrongIssuer)),
        ("aud", json!("other"), Err(Cause::WrongAudience)),
        ("aud", json!([]), Err(Cause::WrongAudience)),
        ("aud", json!(7), Err(Cause::WrongAudience)),
        ("aud", Value::Null, Err(Cause::WrongAudience)),
        ("aud", json!(["other", AUDIENCE]), Ok("ann".to_owned())),
        ("sub", json!(""), Err(Cause::BadSubject)),
        ("sub", json!("x".repeat(257)), Err(Cause::BadSubject)),
        ("sub", Value::Null, Err(Cause::Malformed)),
        ("sub", json!(7), Err(Cause::Malformed)),
    ] {
        assert_eq!(user(&auth(), &token(&claims_with(name, value.clone())), NOW), verdict, "{name} {value}");
    }
}

#[test]
fn without_an_audience_of_ours_a_token_for_somebody_else_is_refused() {
    let auth = SpeakerAuth::hs256(SECRET, None, None).unwrap();
    assert_eq!(user(&auth, &token(&good_claims()), NOW), Err(Cause::WrongAudience));
    assert_eq!(user(&auth, &token(&claims_with("aud", Value::Null)), NOW), Ok("ann".to_owned()));
}

#[test]
fn no_other_algorithm_will_do_and_none_least_of_all() {
    let unsigned = |alg: &str| compact(&json!({"alg": alg}), &good_claims(), |_| Vec::new());
    for alg in ["none", "None", "NONE", "", "nonsense"] {
        assert_eq!(user(&auth(), &unsigned(alg), NOW), Err(Cause::Malformed), "{alg}");
    }
    for alg in ["HS384", "HS512", "RS256", "ES256", "EdDSA"] {
        let signed = compact(&json!({"alg": alg}), &good_claims(), sign);
        assert_eq!(user(&auth(), &signed, NOW), Err(Cause::WrongAlgorithm), "{alg}");
    }
    assert_eq!(user(&auth(), &unsigned("HS256"), NOW), Err(Cause::BadSignature));
}

#[test]
fn what_is_critical_and_unknown_is_refused() {
    let header = json!({"alg": "HS256", "crit": ["exp"]});
    assert_eq!(user(&auth(), &compact(&header, &good_claims(), sign), NOW), Err(Cause::Malformed));
}

#[test]
fn another_secret_signs_nothing_for_us() {
    let other = SpeakerAuth::hs256(&[1; 32], Some(ISSUER), Some(AUDIENCE)).unwrap();
    assert_eq!(user(&other, &token(&good_claims()), NOW), Err(Cause::BadSignature));
}

#[test]
fn no_token_and_one_that_is_too_long_are_refused_with_the_same_text() {
    let refusals = [auth().verify(None, NOW), auth().verify(Some(&"x".repeat(8_193)), NOW)];
    let [missing, long] = refusals.map(Result::unwrap_err);
    assert_eq!((missing.cause(), long.cause()), (Cause::Missing, Cause::TooLong));
    assert_eq!(missing.to_string(), long.to_string());
    assert!(!missing.wants_refresh() && !long.wants_refresh());
}

#[test]
fn a_minted_token_is_taken_for_its_lifetime() {
    let ann = UserId::parse("ann").unwrap();
    let lifetime = Duration::from_secs(3_600);
    let login = Login { user: &ann, issuer: Some(ISSUER), audience: Some(AUDIENCE), lifetime };
    let token = mint_login_token(SECRET, &login, NOW).unwrap();
    assert!(crate::bearer::is_token68(&token));
    assert_eq!(user(&auth(), &token, after(3_600)), Ok("ann".to_owned()));
    assert_eq!(user(&auth(), &token, after(3_660)), Err(Cause::Expired));
    let plain = mint_login_token(SECRET, &Login { issuer: None, audience: None, ..login }, NOW).unwrap();
    let anywhere = SpeakerAuth::hs256(SECRET, None, None).unwrap();
    assert_eq!(user(&anywhere, &plain, NOW), Ok("ann".to_owned()));
    let weak = mint_login_token(b"short", &login, NOW);
    assert_eq!(weak, Err(MintError::SecretTooShort(SecretTooShort(5))));
}

proptest! {
    #[test]
    fn garbage_is_refused_and_never_panics(
        text in ".{0,200}",
        header in "[A-Za-z0-9_-]{0,60}",
        claims in "[A-Za-z0-9_-]{0,60}",
    ) {
        let known = super::base64(json!({"alg": "HS256"}).to_string());
        for token in [text, format!("{header}.{claims}."), format!("{known}.{claims}.{header}")] {
            prop_assert!(auth().verify(Some(&token), NOW).map_err(Unauthorized::cause).is_err());
        }
    }
}
