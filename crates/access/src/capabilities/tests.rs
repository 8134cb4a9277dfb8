//! Tests of capabilities.

use super::{Capabilities, SIGNING_KEY_LEN, WrongKeyLength, generate_key};
use crate::Cause;
use crate::test_session::{CREATED, EXPIRES, NOW, session};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use headcount_core::cluster::NodeId;
use headcount_core::{ConnectionId, Link, LinkId, Place, Scope, Session, Timestamp};
use proptest::prelude::*;

fn eagle() -> Session {
    session("golden-eagle-427")
}

/// A session of the same name, a millisecond younger.
fn later_eagle() -> Session {
    Session { created_at: Timestamp::from_millis(CREATED.as_millis() + 1), ..eagle() }
}

fn place() -> Place {
    Place { first: ConnectionId::parse("0123456789abcdef0123456789abcdef").unwrap(), turn: 7, home: None }
}

fn ours() -> Capabilities {
    Capabilities::new(&[7; SIGNING_KEY_LEN]).unwrap()
}

fn refusal(token: &str, session: &Session, now: Timestamp) -> Option<Cause> {
    ours().verify_speaker(token, session, now).err().map(crate::Unauthorized::cause)
}

fn resumed(token: &str, session: &Session) -> Option<Place> {
    ours().verify_resume(token).and_then(|claim| claim.place_in(session))
}

#[test]
fn a_speaker_token_is_good_for_its_session_until_that_expires() {
    let token = ours().speaker_token(&eagle());
    assert!(token.len() < 128 && crate::bearer::is_token68(&token), "{token}");
    assert_eq!(refusal(&token, &eagle(), NOW), None);
    assert_eq!(refusal(&token, &eagle(), Timestamp::from_millis(EXPIRES.as_millis() - 1)), None);
    assert_eq!(refusal(&token, &eagle(), EXPIRES), Some(Cause::Expired));
}

#[test]
fn no_other_session_accepts_a_speaker_token_not_even_one_of_the_same_name() {
    let token = ours().speaker_token(&eagle());
    assert_eq!(refusal(&token, &session("quiet-river-100"), NOW), Some(Cause::WrongSession));
    assert_eq!(refusal(&token, &later_eagle(), NOW), Some(Cause::WrongSession));
}

#[test]
fn a_resume_token_names_its_place_in_its_session_only() {
    let token = ours().resume_token(&eagle(), &place());
    assert!(token.len() < 160 && crate::bearer::is_token68(&token), "{token}");
    assert_eq!(ours().verify_resume(&token).unwrap().session_id(), &eagle().id);
    assert_eq!(resumed(&token, &eagle()), Some(place()));
    assert_eq!(resumed(&token, &session("quiet-river-100")), None);
    assert_eq!(resumed(&token, &later_eagle()), None);
}

fn link(n: u64) -> Link {
    let (created_at, expires_at) = (CREATED, Timestamp::from_millis(NOW.as_millis() + 1_000));
    Link { id: LinkId::of(n), scope: Scope::All, label: None, created_at, expires_at }
}

/// The link that `token` is in `session` at `now`.
fn looks_on(token: &str, session: &Session, now: Timestamp) -> Option<LinkId> {
    ours().verify_link(token)?.link_in(session, now).map(|link| link.id.clone())
}

#[test]
fn a_link_is_good_in_its_session_until_it_is_taken_back_or_expires() {
    let linked = Session { links: vec![link(7), link(8)], ..eagle() };
    let token = ours().link_token(&linked, &link(8).id);
    assert!(token.len() < 128 && crate::bearer::is_token68(&token), "{token}");
    assert_eq!(looks_on(&token, &linked, NOW), Some(link(8).id));
    assert_eq!(looks_on(&token, &linked, link(8).expires_at), None);
    assert_eq!(looks_on(&token, &Session { links: vec![link(7)], ..eagle() }, NOW), None);
    for other in [later_eagle(), session("quiet-river-100")] {
        assert_eq!(looks_on(&token, &Session { links: vec![link(8)], ..other }, NOW), None);
    }
}

#[test]
fn the_longest_ids_still_make_a_token_that_verifies() {
    let session = session(&format!("{}-eagle-427", "a".repeat(54)));
    let place = Place { first: ConnectionId::parse(&"x".repeat(128)).unwrap(), turn: u32::MAX, home: None };
    assert_eq!(resumed(&ours().resume_token(&session, &place), &session), Some(place));
    assert_eq!(refusal(&ours().speaker_token(&session), &session, NOW), None);
}

#[test]
fn one_kind_is_never_taken_for_another() {
    let (speaker, resume) = (ours().speaker_token(&eagle()), ours().resume_token(&eagle(), &place()));
    assert_eq!(refusal(&resume, &eagle(), NOW), Some(Cause::Malformed));
    assert_eq!(ours().verify_resume(&speaker), None);
    // Not even when the visible kind is exchanged: it is signed, too.
    assert_eq!(refusal(&resume.replacen("hcr1_", "hcs1_", 1), &eagle(), NOW), Some(Cause::BadSignature));
    assert_eq!(ours().verify_resume(&speaker.replacen("hcs1_", "hcr1_", 1)), None);
    let link = ours().link_token(&eagle(), &LinkId::of(7));
    assert_eq!(refusal(&link, &eagle(), NOW), Some(Cause::Malformed));
    assert_eq!(refusal(&link.replacen("hcl1_", "hcs1_", 1), &eagle(), NOW), Some(Cause::BadSignature));
    for other in [&speaker, &resume] {
        assert_eq!(ours().verify_link(other), None);
        assert_eq!(ours().verify_link(&format!("hcl1_{}", &other[5..])), None);
    }
}

#[test]
fn another_key_verifies_nothing() {
    let theirs = Capabilities::new(&generate_key().unwrap()).unwrap();
    assert_eq!(refusal(&theirs.speaker_token(&eagle()), &eagle(), NOW), Some(Cause::BadSignature));
    assert_eq!(resumed(&theirs.resume_token(&eagle(), &place()), &eagle()), None);
}

/// Every text that differs from `token` in one bit, and every token whose content or signature does.
fn with_one_bit_flipped(token: &str) -> Vec<String> {
    let flipped = |bytes: &[u8]| -> Vec<Vec<u8>> {
        let flip = |bit: usize| {
            let mut changed = bytes.to_vec();
            changed[bit / 8] ^= 1 << (bit % 8);
            changed
        };
        (0..bytes.len() * 8).map(flip).collect()
    };
    let (kind, encoded) = token.split_at(5);
    let content = URL_SAFE_NO_PAD.decode(encoded).unwrap();
    let texts = flipped(token.as_bytes()).into_iter().filter_map(|bytes| String::from_utf8(bytes).ok());
    let contents =
        flipped(&content).into_iter().map(|bytes| format!("{kind}{}", URL_SAFE_NO_PAD.encode(bytes)));
    texts.chain(contents).collect()
}

#[test]
fn flipping_any_bit_breaks_a_token() {
    let (speaker, resume) = (ours().speaker_token(&eagle()), ours().resume_token(&eagle(), &place()));
    for changed in with_one_bit_flipped(&speaker) {
        assert!(refusal(&changed, &eagle(), NOW).is_some(), "{changed}");
    }
    for changed in with_one_bit_flipped(&resume) {
        assert_eq!(ours().verify_resume(&changed), None, "{changed}");
    }
    for changed in with_one_bit_flipped(&ours().link_token(&eagle(), &LinkId::of(7))) {
        assert_eq!(ours().verify_link(&changed), None, "{changed}");
    }
}

#[test]
fn a_token_that_is_cut_or_lengthened_is_refused() {
    let token = ours().speaker_token(&eagle());
    for end in 0..token.len() {
        assert!(refusal(&token[..end], &eagle(), NOW).is_some(), "{end}");
    }
    for longer in [format!("{token}A"), format!("{token}="), format!(" {token}"), format!("{token}{token}")] {
        assert!(refusal(&longer, &eagle(), NOW).is_some(), "{longer}");
    }
    assert_eq!(refusal(&format!("hcs1_{}", "A".repeat(1 << 20)), &eagle(), NOW), Some(Cause::TooLong));
}

#[test]
fn keys_have_one_length_and_differ() {
    assert_eq!(Capabilities::new(&[1; 31]).err(), Some(WrongKeyLength(31)));
    assert_eq!(Capabilities::new(&[]).err(), Some(WrongKeyLength(0)));
    assert_ne!(generate_key().unwrap(), generate_key().unwrap());
}

#[test]
fn a_token_of_before_places_had_homes_is_still_good() {
    let content = [
        &CREATED.as_millis().to_be_bytes()[..],
        &7_u32.to_be_bytes(),
        b"golden-eagle-427\0",
        b"0123456789abcdef0123456789abcdef",
    ];
    let token = ours().seal(super::RESUME, content.concat());
    assert_eq!(resumed(&token, &eagle()), Some(place()));
    assert_eq!(ours().resume_token(&eagle(), &place()), token);
}

proptest! {
    #[test]
    fn garbage_never_verifies(text in ".{0,200}", bytes in "[A-Za-z0-9_-]{0,200}") {
        for text in [text, format!("hcs1_{bytes}"), format!("hcr1_{bytes}"), format!("hcl1_{bytes}")] {
            prop_assert_eq!(ours().verify_link(&text), None);
            prop_assert!(refusal(&text, &eagle(), NOW).is_some());
            prop_assert_eq!(ours().verify_resume(&text), None);
        }
    }

    #[test]
    fn every_place_survives_the_way(turn: u32, first in "[!-~]{1,128}", home: Option<u64>) {
        let home = home.map(NodeId::new);
        let place = Place { first: ConnectionId::parse(&first).unwrap(), turn, home };
        prop_assert_eq!(resumed(&ours().resume_token(&eagle(), &place), &eagle()), Some(place));
    }
}
