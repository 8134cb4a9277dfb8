//! Tests of who may speak for a session.

use super::verify_speaker_of;
use crate::test_session::{NOW, session};
use crate::{Capabilities, Cause, Login, SpeakerAuth, mint_login_token};
use headcount_core::{Session, UserId};
use std::time::Duration;

const SECRET: [u8; 32] = [9; 32];

fn capabilities() -> Capabilities {
    Capabilities::new(&[7; 32]).unwrap()
}

fn logins() -> SpeakerAuth {
    SpeakerAuth::hs256(&SECRET, None, None).unwrap()
}

fn login_of(user: &str) -> String {
    let user = UserId::parse(user).unwrap();
    let login = Login { user: &user, issuer: None, audience: None, lifetime: Duration::from_secs(60) };
    mint_login_token(&SECRET, &login, NOW).unwrap()
}

fn refusal(session: &Session, token: &str, logins: &SpeakerAuth) -> Option<Cause> {
    verify_speaker_of(session, token, &capabilities(), logins, NOW).err().map(crate::Unauthorized::cause)
}

#[test]
fn the_speaker_token_will_do_whether_speakers_log_in_or_not() {
    let eagle = session("golden-eagle-427");
    let token = capabilities().speaker_token(&eagle);
    for logins in [SpeakerAuth::none(), logins()] {
        assert_eq!(refusal(&eagle, &token, &logins), None);
        assert_eq!(refusal(&session("quiet-river-100"), &token, &logins), Some(Cause::WrongSession));
    }
}

#[test]
fn the_login_of_the_owner_will_do_and_that_of_another_user_will_not() {
    let eagle = session("golden-eagle-427");
    assert_eq!(refusal(&eagle, &login_of("ann"), &logins()), None);
    assert_eq!(refusal(&eagle, &login_of("bob"), &logins()), Some(Cause::NotTheOwner));
    assert_eq!(refusal(&eagle, "nonsense", &logins()), Some(Cause::Malformed));
}

#[test]
fn nobody_owns_a_session_that_has_no_owner() {
    let ownerless = Session { owner: None, ..session("golden-eagle-427") };
    assert_eq!(refusal(&ownerless, "anything", &SpeakerAuth::none()), Some(Cause::Malformed));
    assert_eq!(refusal(&ownerless, &login_of("ann"), &logins()), Some(Cause::NotTheOwner));
}

#[test]
fn a_login_longer_than_any_capability_is_read_as_a_login() {
    let ann = UserId::parse("ann").unwrap();
    let issuer = "i".repeat(512);
    let login =
        Login { user: &ann, issuer: Some(&issuer), audience: None, lifetime: Duration::from_secs(60) };
    let token = mint_login_token(&SECRET, &login, NOW).unwrap();
    assert_eq!(refusal(&session("golden-eagle-427"), &token, &logins()), None);
}
