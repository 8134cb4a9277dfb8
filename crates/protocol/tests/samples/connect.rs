//! What each query in `connect.md` means: the page and this list must have the same queries in the same order.

use crate::client::{create, join, language, refresh, session, token};
use crate::read;
use headcount_core::{ServedLanguages, StatusDetail};
use headcount_protocol::{Connect, ConnectRequest, CreateSession, ErrorCode, JoinSession, Refreshing, Token};

const SPEAKER_TOKEN: &str = "speaker-token-of-golden-eagle-427";

fn wanted(request: ConnectRequest, token: Option<Token>) -> Result<Connect, ErrorCode> {
    Ok(Connect { request, status_detail: StatusDetail::Basic, signals: false, token })
}

fn listener(request: JoinSession) -> Result<Connect, ErrorCode> {
    wanted(ConnectRequest::Join(request), None)
}

fn refreshing(role: Refreshing, token: Option<Token>) -> Result<Connect, ErrorCode> {
    wanted(ConnectRequest::Refresh(refresh(role)), token)
}

fn expected() -> Vec<Result<Connect, ErrorCode>> {
    use ErrorCode as E;
    let login = token("login-token-of-ada");
    let speaking = token(SPEAKER_TOKEN);
    let speaker = ConnectRequest::Speaker { session: session(), token: Token::new(SPEAKER_TOKEN) };
    let anew = Refreshing::Listener { target_language: Some(language("es")), resume_token: None };
    let place = Refreshing::Listener { target_language: None, resume_token: token("resume-token-1") };
    let served = ServedLanguages::new(["es", "fr"].map(language)).unwrap();
    vec![
        wanted(ConnectRequest::CreateSession(create(login.clone())), login),
        wanted(ConnectRequest::CreateSession(create(None)), None),
        wanted(ConnectRequest::CreateSession(CreateSession { languages: served, ..create(None) }), None),
        listener(join(None)),
        listener(join(None)),
        listener(join(token("resume-token-1"))),
        wanted(speaker.clone(), speaking.clone()),
        Ok(Connect {
            request: speaker.clone(),
            status_detail: StatusDetail::Full,
            signals: false,
            token: speaking.clone(),
        }),
        Ok(Connect {
            request: speaker,
            status_detail: StatusDetail::Basic,
            signals: true,
            token: speaking.clone(),
        }),
        refreshing(Refreshing::Speaker { token: speaking.clone() }, speaking),
        refreshing(place, None),
        refreshing(anew, None),
        wanted(ConnectRequest::None, None),
        wanted(ConnectRequest::None, None),
        Err(E::MissingParameter),
        Err(E::MissingParameter),
        Err(E::MissingParameter),
        Err(E::MissingParameter),
        Err(E::MissingParameter),
        Err(E::MissingParameter),
        Err(E::InvalidAction),
        Err(E::InvalidAction),
        Err(E::InvalidParameter),
        Err(E::InvalidParameter),
        Err(E::InvalidParameter),
        Err(E::InvalidParameter),
        Err(E::InvalidSessionId),
        Err(E::InvalidLanguage),
    ]
}

#[test]
fn every_query_means_what_is_expected() {
    let page = read("connect.md");
    let queries: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix('?')).collect();
    assert_eq!(queries.len(), expected().len());
    for (query, expected) in queries.into_iter().zip(expected()) {
        let parameters = query.split('&').filter_map(|parameter| parameter.split_once('='));
        let read = Connect::parse(parameters, None).map_err(|error| error.code());
        assert_eq!(read, expected, "?{query}");
    }
}
