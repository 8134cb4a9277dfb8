//! What a query means beyond what the samples show.

use super::*;
use crate::ErrorCode;

fn parse(query: &[(&str, &str)]) -> Result<Connect, ErrorCode> {
    Connect::parse(query.iter().copied(), None).map_err(|error| error.code())
}

#[test]
fn the_header_wins_over_the_query() {
    let query = [("sessionId", "golden-eagle-427"), ("token", "of the query")];
    let connect = Connect::parse(query, Some(Token::new("of the header"))).unwrap();
    assert_eq!(connect.token, Some(Token::new("of the header")));
    let session = SessionId::parse("golden-eagle-427").unwrap();
    assert_eq!(connect.request, ConnectRequest::Speaker { session, token: Token::new("of the header") });
}

#[test]
fn a_language_makes_a_listener_even_with_a_token() {
    let query = [("sessionId", "golden-eagle-427"), ("targetLanguage", "es"), ("token", "t")];
    assert!(matches!(parse(&query).unwrap().request, ConnectRequest::Join(_)));
}

#[test]
fn a_token_alone_is_kept_for_later_messages() {
    let connect = parse(&[("token", "t")]).unwrap();
    assert_eq!((connect.request, connect.token), (ConnectRequest::None, Some(Token::new("t"))));
}

#[test]
fn empty_values_count_as_not_there() {
    let query = [("sessionId", ""), ("targetLanguage", ""), ("action", "")];
    assert_eq!(parse(&query).unwrap().request, ConnectRequest::None);
    assert_eq!(parse(&[("sessionId", "golden-eagle-427"), ("token", "")]), Err(ErrorCode::MissingParameter));
}

#[test]
fn a_place_alone_is_no_join() {
    let query = [("sessionId", "golden-eagle-427"), ("resumeToken", "r")];
    assert_eq!(parse(&query), Err(ErrorCode::MissingParameter));
}

#[test]
fn who_wants_a_place_again_says_which() {
    let resumed = |query: &[(&str, &str)]| {
        let connect = parse(query).unwrap();
        connect.resumed().map(|(session, token)| (session.to_string(), token.as_str().to_owned()))
    };
    let place = [("sessionId", "golden-eagle-427"), ("resumeToken", "r")];
    let expected = Some(("golden-eagle-427".to_owned(), "r".to_owned()));
    assert_eq!(resumed(&[&place[..], &[("targetLanguage", "es")]].concat()), expected);
    let refresh = [("action", "refreshConnection"), ("role", "listener")];
    assert_eq!(resumed(&[&place[..], &refresh].concat()), expected);
    assert_eq!(resumed(&[("sessionId", "golden-eagle-427"), ("targetLanguage", "es")]), None);
    assert_eq!(resumed(&[]), None);
}

#[test]
fn repeated_parameters_are_refused_if_they_mean_something() {
    let error = Connect::parse([("token", "secret-1"), ("token", "secret-2")], None).unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidParameter);
    assert!(!error.message().contains("secret"));
    assert!(parse(&[("theme", "dark"), ("theme", "light")]).is_ok());
}
