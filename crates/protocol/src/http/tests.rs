//! What is refused over HTTP. What is accepted and answered, the samples show.

use super::*;
use crate::ErrorCode;
use headcount_core::{
    BroadcastState, Language, QualityTier, Scope, ServedLanguages, Session, SessionId, SpeakerSeat, Timestamp,
};

#[test]
fn a_body_is_read_as_strictly_as_a_message() {
    let create = |body: &[u8]| NewSession::parse(body).map_err(|error| error.code());
    assert_eq!(create(b""), Err(ErrorCode::InvalidMessage));
    assert_eq!(create(b"[]"), Err(ErrorCode::InvalidMessage));
    assert_eq!(create(b"\xff"), Err(ErrorCode::InvalidMessage));
    assert_eq!(create(br#"{"sourceLanguage":"en","sourceLanguage":"de"}"#), Err(ErrorCode::InvalidMessage));
    assert_eq!(create(b"{}"), Err(ErrorCode::MissingParameter));
    assert_eq!(create(br#"{"sourceLanguage":"?"}"#), Err(ErrorCode::InvalidLanguage));
    assert_eq!(create(br#"{"sourceLanguage":"en","qualityTier":1}"#), Err(ErrorCode::InvalidParameter));
}

#[test]
fn a_patch_must_change_something_that_there_is() {
    let patch = |body: &str| SessionPatch::parse(body).map_err(|error| error.code());
    assert_eq!(patch("{}"), Err(ErrorCode::MissingParameter));
    assert_eq!(patch(r#"{"status":"","qualityTier":null}"#), Err(ErrorCode::MissingParameter));
    assert_eq!(patch(r#"{"status":"muted"}"#), Err(ErrorCode::InvalidParameter));
    assert_eq!(patch(r#"{"sourceLanguage":"de"}"#).unwrap().source_language, Language::parse("de").ok());
    assert_eq!(patch(r#"{"status":"ended"}"#).unwrap().status, Some(Activity::Ended));
}

#[test]
fn a_page_has_its_limits() {
    let list =
        |query: &[(&str, &str)]| ListSessions::parse(query.iter().copied()).map_err(|error| error.code());
    assert_eq!(list(&[("other", "x")]), Ok(ListSessions { limit: 100, after: None }));
    let after = SessionId::parse("silver-heron-108").ok();
    assert_eq!(
        list(&[("limit", "1000"), ("cursor", "silver-heron-108")]),
        Ok(ListSessions { limit: 1_000, after })
    );
    for bad in [("limit", "0"), ("limit", "1001"), ("limit", "-1"), ("limit", "ten"), ("cursor", "page-2")] {
        assert_eq!(list(&[bad]), Err(ErrorCode::InvalidParameter), "{bad:?}");
    }
}

#[test]
fn a_session_that_is_over_has_ended_even_if_it_was_paused() {
    let now = Timestamp::EPOCH;
    let mut session = Session {
        id: SessionId::pick(0),
        owner: None,
        source_language: Language::parse("en").unwrap(),
        quality_tier: QualityTier::Standard,
        created_at: now,
        updated_at: now,
        expires_at: now,
        broadcast: BroadcastState::initial(now),
        paused_since: None,
        speaker: SpeakerSeat::Never,
        languages: ServedLanguages::default(),
        links: Vec::new(),
    };
    assert_eq!(Activity::of(&session), Activity::Active);
    session.broadcast.is_paused = true;
    assert_eq!(Activity::of(&session), Activity::Paused);
    session.broadcast.is_active = false;
    assert_eq!(Activity::of(&session), Activity::Ended);
}

#[test]
fn a_check_that_fails_fails_the_whole() {
    let health = |checks: &[Check<'_>]| Answer::Health { version: "1", checks }.status();
    let (good, bad) = (Check { name: "a", ok: true }, Check { name: "b", ok: false });
    assert_eq!((health(&[]), health(&[good]), health(&[good, bad])), (200, 200, 503));
}

#[test]
fn a_link_shows_all_or_one_language_and_says_which() {
    let link = |body: &str| NewLink::parse(body).map_err(|error| error.code());
    let all = NewLink { scope: Scope::All, expires_in: None, label: None };
    assert_eq!(link(r#"{"scope":"all","language":"","expiresIn":null,"label":""}"#), Ok(all));
    let of_language = link(r#"{"scope":"language","language":"iw","other":1}"#).unwrap().scope;
    assert_eq!(of_language, Scope::Language(Language::parse("he").unwrap()));
    let longest = format!(r#"{{"scope":"all","label":"{}"}}"#, "ß".repeat(64));
    assert!(link(&longest).is_ok());
    for (body, code) in [
        ("{}", ErrorCode::MissingParameter),
        (r#"{"language":"fr"}"#, ErrorCode::MissingParameter),
        (r#"{"scope":"language"}"#, ErrorCode::MissingParameter),
        (r#"{"scope":"some"}"#, ErrorCode::InvalidParameter),
        (r#"{"scope":"all","language":"fr"}"#, ErrorCode::InvalidParameter),
        (r#"{"scope":"language","language":"?"}"#, ErrorCode::InvalidLanguage),
        (r#"{"scope":"all","expiresIn":0}"#, ErrorCode::InvalidParameter),
        (r#"{"scope":"all","expiresIn":-1}"#, ErrorCode::InvalidParameter),
        (r#"{"scope":"all","expiresIn":1.5}"#, ErrorCode::InvalidParameter),
        (r#"{"scope":"all","label":1}"#, ErrorCode::InvalidParameter),
        (r#"{"scope":"all","label":"two\nlines"}"#, ErrorCode::InvalidParameter),
        (&longest.replace("ßß", "ßßß"), ErrorCode::InvalidParameter),
    ] {
        assert_eq!(link(body), Err(code), "{body}");
    }
}
