//! The query of an upgrade, decoded: `name=value` with `&` between them, and a Bearer token after a line break.

#![no_main]

use headcount_protocol::http::ListSessions;
use headcount_protocol::{Connect, Token};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (query, bearer) = text.split_once('\n').map_or((text, None), |(query, bearer)| (query, Some(bearer)));
    let parameters = || query.split('&').filter_map(|parameter| parameter.split_once('='));
    if let Err(error) = Connect::parse(parameters(), bearer.map(Token::new)) {
        assert_eq!(error.code().status(), 400);
    }
    if let Err(error) = ListSessions::parse(parameters()) {
        assert_eq!(error.code().status(), 400);
    }
});
