//! Tests of tokens signed with a published key.

use super::keys::Issuer;
use super::{AUDIENCE, ISSUER, NOW, NOW_SECONDS, Served, after, claims_with, compact, good_claims, user};
use crate::Cause;
use crate::login::{InvalidLogin, RefreshError, Refreshed, SpeakerAuth};
use aws_lc_rs::hmac;
use serde_json::{Value, json};

fn auth(keys: &[&Value]) -> SpeakerAuth {
    let auth = SpeakerAuth::jwks(Served::keys(keys), ISSUER, AUDIENCE).unwrap();
    assert_eq!(auth.refresh(NOW).unwrap(), Refreshed::Fetched(keys.len()));
    auth
}

#[test]
fn all_three_algorithms_are_taken_from_one_set() {
    let issuers = [Issuer::rs256("r"), Issuer::es256("e"), Issuer::eddsa("d")];
    let auth = auth(&issuers.each_ref().map(|issuer| &issuer.jwk));
    for issuer in &issuers {
        let token = issuer.token(&good_claims());
        assert_eq!(user(&auth, &token, NOW), Ok("ann".to_owned()), "{}", issuer.kid());
        assert_eq!(user(&auth, &token, after(60 + 60)), Err(Cause::Expired));
    }
}

#[test]
fn issuer_and_audience_are_required_and_looked_at() {
    let problems = SpeakerAuth::jwks(Served::default(), "", "").err().unwrap();
    assert_eq!(problems, [InvalidLogin::IssuerMissing, InvalidLogin::AudienceMissing]);
    let issuer = Issuer::es256("a");
    let auth = auth(&[&issuer.jwk]);
    for (name, value, cause) in [
        ("iss", json!("https://other.example"), Cause::WrongIssuer),
        ("iss", Value::Null, Cause::WrongIssuer),
        ("aud", json!("other"), Cause::WrongAudience),
        ("aud", Value::Null, Cause::WrongAudience),
        ("nbf", json!(NOW_SECONDS + 61), Cause::NotYetValid),
    ] {
        assert_eq!(user(&auth, &issuer.token(&claims_with(name, value)), NOW), Err(cause), "{name}");
    }
}

#[test]
fn a_key_is_good_for_its_own_algorithm_only() {
    let (ec, ed) = (Issuer::es256("e"), Issuer::eddsa("d"));
    let auth = auth(&[&ec.jwk, &ed.jwk]);
    for alg in ["RS256", "EdDSA", "HS256", "ES384", "PS256"] {
        let token = ec.token_with(&json!({"alg": alg, "kid": "e"}), &good_claims());
        assert_eq!(user(&auth, &token, NOW), Err(Cause::WrongAlgorithm), "{alg}");
    }
    let none = ec.token_with(&json!({"alg": "none", "kid": "e"}), &good_claims());
    assert_eq!(user(&auth, &none, NOW), Err(Cause::Malformed));
}

#[test]
fn a_public_key_is_no_hs256_secret() {
    let issuer = Issuer::rs256("r");
    let modulus = issuer.jwk["n"].as_str().unwrap().as_bytes().to_vec();
    let sign =
        |message: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &modulus), message).as_ref().to_vec();
    let forged = compact(&json!({"alg": "HS256", "kid": "r"}), &good_claims(), sign);
    assert_eq!(user(&auth(&[&issuer.jwk]), &forged, NOW), Err(Cause::WrongAlgorithm));
}

#[test]
fn keys_that_a_token_brings_or_points_to_are_not_looked_at() {
    let (ours, theirs) = (Issuer::es256("a"), Issuer::es256("a"));
    let auth = auth(&[&ours.jwk]);
    let header = json!({
        "alg": "ES256", "kid": "a", "jku": "https://evil.example/jwks", "x5u": "https://evil.example/x5u",
        "jwk": theirs.jwk, "x5c": ["AAAA"],
    });
    assert_eq!(user(&auth, &theirs.token_with(&header, &good_claims()), NOW), Err(Cause::BadSignature));
    assert_eq!(user(&auth, &ours.token_with(&header, &good_claims()), NOW), Ok("ann".to_owned()));
}

#[test]
fn a_token_without_key_id_is_clear_only_where_there_is_one_key() {
    let (ours, other) = (Issuer::es256("a"), Issuer::es256("b"));
    let token = ours.token_with(&json!({"alg": "ES256"}), &good_claims());
    assert_eq!(user(&auth(&[&ours.jwk]), &token, NOW), Ok("ann".to_owned()));
    assert_eq!(user(&auth(&[&ours.jwk, &other.jwk]), &token, NOW), Err(Cause::Malformed));
}

#[test]
fn one_id_may_stand_for_keys_of_several_types() {
    let issuers = [Issuer::es256("same"), Issuer::eddsa("same")];
    let auth = auth(&issuers.each_ref().map(|issuer| &issuer.jwk));
    for issuer in &issuers {
        assert_eq!(user(&auth, &issuer.token(&good_claims()), NOW), Ok("ann".to_owned()));
    }
}

#[test]
fn keys_that_are_not_for_us_are_passed_over() {
    let issuer = Issuer::es256("a");
    let unusable = [
        issuer.jwk_with("use", json!("enc")),
        issuer.jwk_with("key_ops", json!(["sign"])),
        issuer.jwk_with("alg", json!("ES384")),
        issuer.jwk_with("crv", json!("P-384")),
        issuer.jwk_with("x", json!("not base64!")),
        json!({"kty": "oct", "kid": "a", "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"}),
        json!({"kty": "something else"}),
        json!(7),
    ];
    let served = Served::keys(&unusable.iter().collect::<Vec<_>>());
    let auth = SpeakerAuth::jwks(served.clone(), ISSUER, AUDIENCE).unwrap();
    assert!(matches!(auth.refresh(NOW), Err(RefreshError::NoUsableKey)));
    let fit = issuer.jwk_with("use", json!("sig"));
    served.set(Some(&unusable.iter().chain([&fit]).collect::<Vec<_>>()));
    assert_eq!(auth.refresh(after(5)).unwrap(), Refreshed::Fetched(1));
    assert_eq!(user(&auth, &issuer.token(&good_claims()), NOW), Ok("ann".to_owned()));
}
