//! Tests of when keys are fetched and how long they are used.

use super::keys::Issuer;
use super::{AUDIENCE, ISSUER, NOW, Served, after, claims_with, good_claims, user};
use crate::Cause;
use crate::login::{RefreshError, Refreshed, SpeakerAuth};
use headcount_core::Timestamp;
use serde_json::json;

const DAY: u64 = 24 * 60 * 60;

fn auth(served: &Served) -> SpeakerAuth {
    SpeakerAuth::jwks(served.clone(), ISSUER, AUDIENCE).unwrap()
}

/// A token of `issuer` that never expires.
fn lasting(issuer: &Issuer) -> String {
    issuer.token(&claims_with("exp", json!(u64::MAX)))
}

#[test]
fn verification_never_fetches_but_says_when_fetching_would_help() {
    let issuer = Issuer::es256("a");
    let served = Served::keys(&[&issuer.jwk]);
    let auth = auth(&served);
    let refusal = auth.verify(Some(&issuer.token(&good_claims())), NOW).unwrap_err();
    assert_eq!((refusal.cause(), served.fetches()), (Cause::NoKeys, 0));
    assert!(refusal.wants_refresh() && auth.needs_refresh(NOW));
    assert_eq!(auth.refresh(NOW).unwrap(), Refreshed::Fetched(1));
    assert_eq!(user(&auth, &issuer.token(&good_claims()), NOW), Ok("ann".to_owned()));
}

#[test]
fn keys_are_fetched_again_every_ten_minutes() {
    let served = Served::keys(&[&Issuer::es256("a").jwk]);
    let auth = auth(&served);
    auth.refresh(NOW).unwrap();
    assert!(!auth.needs_refresh(after(599)));
    assert_eq!(auth.refresh(after(599)).unwrap(), Refreshed::NotNeeded);
    assert!(auth.needs_refresh(after(600)));
    assert_eq!(auth.refresh(after(600)).unwrap(), Refreshed::Fetched(1));
    assert_eq!(served.fetches(), 2);
}

#[test]
fn an_unknown_key_is_looked_for_once_a_minute_at_most() {
    let (old, new) = (Issuer::es256("old"), Issuer::es256("new"));
    let served = Served::keys(&[&old.jwk]);
    let auth = auth(&served);
    auth.refresh(NOW).unwrap();
    let token = new.token(&good_claims());
    for second in 0..180 {
        let refusal = auth.verify(Some(&token), after(second)).unwrap_err();
        assert_eq!((refusal.cause(), refusal.wants_refresh()), (Cause::UnknownKey, true));
        auth.refresh(after(second)).unwrap();
    }
    assert_eq!(served.fetches(), 3);
    served.set(Some(&[&old.jwk, &new.jwk]));
    auth.refresh(after(180)).unwrap();
    assert!(!auth.needs_refresh(after(240)), "nothing is missed any more");
    assert_eq!(
        user(&auth, &new.token(&claims_with("exp", json!(u64::MAX))), after(180)),
        Ok("ann".to_owned())
    );
}

#[test]
fn a_key_that_is_published_no_more_is_good_no_more() {
    let (old, new) = (Issuer::es256("old"), Issuer::es256("new"));
    let served = Served::keys(&[&old.jwk]);
    let auth = auth(&served);
    auth.refresh(NOW).unwrap();
    served.set(Some(&[&new.jwk]));
    auth.refresh(after(600)).unwrap();
    assert_eq!(user(&auth, &lasting(&old), after(600)), Err(Cause::UnknownKey));
    assert_eq!(user(&auth, &lasting(&new), after(600)), Ok("ann".to_owned()));
}

#[test]
fn stale_keys_are_used_for_a_day_while_the_source_is_away() {
    let issuer = Issuer::es256("a");
    let served = Served::keys(&[&issuer.jwk]);
    let auth = auth(&served);
    auth.refresh(NOW).unwrap();
    served.set(None);
    for second in (600..=DAY).step_by(600) {
        assert!(matches!(auth.refresh(after(second)), Err(RefreshError::Fetch(_))));
        assert_eq!(user(&auth, &lasting(&issuer), after(second)), Ok("ann".to_owned()));
    }
    assert_eq!(user(&auth, &lasting(&issuer), after(DAY + 1)), Err(Cause::NoKeys));
    served.set(Some(&[&issuer.jwk]));
    auth.refresh(after(DAY + 5)).unwrap();
    assert_eq!(user(&auth, &lasting(&issuer), after(DAY + 5)), Ok("ann".to_owned()));
}

#[test]
fn a_source_that_is_away_is_asked_once_a_minute_and_every_five_seconds_while_nobody_can_log_in() {
    let issuer = Issuer::es256("a");
    let served = Served::default();
    let auth = auth(&served);
    assert!(auth.refresh(NOW).is_err());
    assert!(!auth.needs_refresh(after(4)) && auth.needs_refresh(after(5)));
    served.set(Some(&[&issuer.jwk]));
    auth.refresh(after(5)).unwrap();
    served.set(None);
    assert!(auth.refresh(after(605)).is_err());
    assert!(!auth.needs_refresh(after(664)) && auth.needs_refresh(after(665)));
}

#[test]
fn what_is_no_key_set_leaves_the_former_keys_in_use() {
    let issuer = Issuer::es256("a");
    let served = Served::keys(&[&issuer.jwk]);
    let auth = auth(&served);
    auth.refresh(NOW).unwrap();
    let deep = format!("{{\"keys\":{}", "[".repeat(100_000));
    for (attempt, text) in (1..).zip(["", "[]", "{}", "{\"keys\":7}", "<html>", &deep]) {
        served.set_text(text);
        assert!(matches!(auth.refresh(after(600 * attempt)), Err(RefreshError::NotAKeySet)), "{text:.20}");
    }
    served.set_text("{\"keys\":[]}");
    assert!(matches!(auth.refresh(after(6_000)), Err(RefreshError::NoUsableKey)));
    assert_eq!(user(&auth, &lasting(&issuer), after(6_000)), Ok("ann".to_owned()));
}

#[test]
fn a_clock_that_was_set_back_does_not_stop_refreshes() {
    let served = Served::keys(&[&Issuer::es256("a").jwk]);
    let auth = auth(&served);
    auth.refresh(NOW).unwrap();
    let earlier = Timestamp::from_millis(NOW.as_millis() - 3_600_000);
    assert_eq!(auth.refresh(earlier).unwrap(), Refreshed::Fetched(1));
}
