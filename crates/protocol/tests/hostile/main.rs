//! Whatever comes in, nothing panics, and every refusal is one of the contract's.

#![allow(clippy::unwrap_used, reason = "helpers of tests, too, may stop at what must not be")]

mod inputs;
mod round_trip;

use headcount_core::Timestamp;
use headcount_protocol::http::{ListSessions, NewSession, SessionPatch};
use headcount_protocol::received::{Received, SessionCreated};
use headcount_protocol::{ClientMessage, Connect, ErrorCode, HistoryQuery, ProtocolError, Token};
use inputs::{SAMPLES, deeply_nested, mangled, marked, query};
use proptest::prelude::*;

/// What reading may refuse with. All else is refused for what it asks, not for how it is said.
const MALFORMED: [ErrorCode; 6] = [
    ErrorCode::InvalidMessage,
    ErrorCode::InvalidAction,
    ErrorCode::MissingParameter,
    ErrorCode::InvalidParameter,
    ErrorCode::InvalidSessionId,
    ErrorCode::InvalidLanguage,
];

/// Checks a refusal, if it was one, and that it can be told to the client.
fn is_of_contract<T>(read: Result<T, ProtocolError>) -> Result<(), TestCaseError> {
    let Err(error) = read else { return Ok(()) };
    prop_assert!(MALFORMED.contains(&error.code()), "{error}");
    let told = Received::parse(&error.to_json(Timestamp::EPOCH));
    let code = error.code().as_str().to_owned();
    let same = Received::Error { code, message: error.message().to_owned(), retry_after: None };
    prop_assert_eq!(told, Ok(same));
    Ok(())
}

/// Reads `bytes` in every way there is.
fn read_all(bytes: &[u8]) -> Result<(), TestCaseError> {
    is_of_contract(ClientMessage::parse(bytes))?;
    is_of_contract(NewSession::parse(bytes))?;
    is_of_contract(SessionPatch::parse(bytes))?;
    let text = String::from_utf8_lossy(bytes);
    let _ = Received::parse(&text);
    let _ = SessionCreated::parse(&text);
    Ok(())
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read_all(&bytes)?;
    }

    #[test]
    fn mangled_messages_are_read_or_refused(bytes in mangled()) {
        read_all(&bytes)?;
    }

    #[test]
    fn nested_messages_are_read_or_refused(bytes in deeply_nested(300)) {
        read_all(&bytes)?;
    }

    #[test]
    fn any_query_is_read_or_refused(query in query(), bearer in prop::option::of(".{0,9}")) {
        is_of_contract(Connect::parse(query.iter().map(|(name, value)| (name, value)), bearer.map(Token::new)))?;
        is_of_contract(HistoryQuery::parse(query.iter().map(|(name, value)| (name, value))))?;
        is_of_contract(ListSessions::parse(query))?;
    }

    #[test]
    fn no_error_shows_more_than_64_characters_of_what_came(mark in "[A-Z]{65,200}", place in 0..marked("").len()) {
        let text = &marked(&mark)[place];
        let error = ClientMessage::parse(text).unwrap_err();
        let longest = error.message().split(|c: char| !c.is_ascii_uppercase()).map(str::len).max();
        prop_assert!(longest.unwrap_or(0) <= 64, "{error}");
    }
}

#[test]
fn a_hundred_thousand_levels_are_refused_everywhere() {
    for unit in ["[", "{\"a\":", "{\"type\":", "{\"languageDistribution\":["] {
        let text =
            format!("{{\"action\":\"heartbeat\",\"type\":\"sessionStatus\",\"x\":{}", unit.repeat(100_000));
        assert_eq!(ClientMessage::parse(&text).unwrap_err().code(), ErrorCode::InvalidMessage);
        assert_eq!(NewSession::parse(&text).unwrap_err().code(), ErrorCode::InvalidMessage);
        assert!(Received::parse(&text).is_err());
    }
}

#[test]
fn a_closed_nest_of_a_hundred_thousand_levels_is_no_danger_to_a_client() {
    let nest = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let text = format!(r#"{{"type":"sessionEnded","reason":"ended","new":{nest}}}"#);
    assert!(ClientMessage::parse(&text).is_err());
    // Refused or passed over: either is safe.
    let _ = Received::parse(&text);
}

#[test]
fn what_is_mangled_was_good() {
    for sample in SAMPLES {
        assert!(ClientMessage::parse(sample).is_ok() || Received::parse(sample).is_ok(), "{sample}");
    }
}
