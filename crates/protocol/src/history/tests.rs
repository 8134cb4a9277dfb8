//! What is refused of a question for the history, and that the space set aside for an answer is enough.

use super::*;
use crate::{ClientMessage, Details, ErrorCode, ServerMessage};
use headcount_core::{SessionId, Span};

fn refused_field(error: &ProtocolError) -> &'static str {
    match error.details() {
        Some(Details::Field(field)) if error.code() == ErrorCode::InvalidParameter => field,
        _ => panic!("not refused for a parameter: {error}"),
    }
}

#[test]
fn times_are_whole_milliseconds() {
    for field in ["from", "to", "step"] {
        for value in ["-1", "0.5", "1e3", "true", "\"5\"", "[5]", "{}", "99999999999999999999"] {
            let frame = format!(r#"{{"action":"getSessionHistory","{field}":{value}}}"#);
            assert_eq!(refused_field(&ClientMessage::parse(frame).unwrap_err()), field, "{value}");
        }
        for value in ["-1", "0.5", "soon", " 5", "5 ", "99999999999999999999"] {
            assert_eq!(refused_field(&HistoryQuery::parse([(field, value)]).unwrap_err()), field, "{value}");
        }
    }
    let at = ClientMessage::parse(r#"{"action":"getSessionStatus","at":"now"}"#).unwrap_err();
    assert_eq!(refused_field(&at), "at");
}

#[test]
fn a_message_and_a_query_ask_for_the_same() {
    let asked = HistoryQuery {
        from: Some(Timestamp::from_millis(5)),
        to: Some(Timestamp::MAX),
        step: Some(Duration::from_secs(60)),
    };
    let frame = r#"{"action":"getSessionHistory","from":5,"to":18446744073709551615,"step":60000}"#;
    assert_eq!(ClientMessage::parse(frame), Ok(ClientMessage::GetSessionHistory(asked)));
    let query = [("from", "5"), ("to", "18446744073709551615"), ("step", "1"), ("step", "60000"), ("x", "y")];
    assert_eq!(HistoryQuery::parse(query), Ok(asked));
    let nothing = r#"{"action":"getSessionHistory","from":null,"to":"","step":null}"#;
    let all = HistoryQuery::default();
    assert_eq!(ClientMessage::parse(nothing), Ok(ClientMessage::GetSessionHistory(all)));
    assert_eq!(HistoryQuery::parse([("from", ""), ("to", ""), ("step", "")]), Ok(all));
}

/// The language of that number, in the form `aa-BB`.
fn language(n: u8) -> Language {
    let letter = |n: u8| char::from(b'a' + n % 26);
    Language::parse(&format!("{}{}-DE", letter(n / 26), letter(n))).unwrap()
}

#[test]
fn a_history_fits_the_space_that_is_set_aside_for_it() {
    let span = Span::whole(Timestamp::EPOCH, Timestamp::MAX, 3);
    for languages in [0, 1, 60] {
        let counts: Vec<_> = (0..languages).map(|n| (language(n), 99_999)).collect();
        let point =
            |at| HistoryPoint { at, listener_count: 10_000_000, max: 10_000_000, counts: counts.clone() };
        let points = span.moments().map(point).collect();
        let history = History { session: SessionId::pick(0), span, points };
        let written = ServerMessage::SessionHistory(&history).to_json(Timestamp::MAX);
        assert!(written.len() <= size_hint(&history), "{} of {}", written.len(), size_hint(&history));
    }
}
