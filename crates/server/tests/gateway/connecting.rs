//! Connecting: what the query can ask for, where, with which tokens, and how it is refused.

use crate::support::{Client, Sample, TestServer};
use futures_util::{SinkExt, StreamExt};
use headcount_server::access::OriginPolicy;
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;

/// Offers the subprotocol of clients that cannot read the answer to an upgrade.
const READS_MESSAGES: (&str, &str) = ("sec-websocket-protocol", "headcount.v1");

#[tokio::test]
async fn a_session_is_created_while_connecting() {
    let server = TestServer::local().await;
    for path in ["/", "/prod", "/prod%20uction", "/v1.0"] {
        let query = "action=createSession&sourceLanguage=en&qualityTier=standard&token=whatever";
        let mut speaker = server.connect(&format!("{path}?{query}&theme=dark")).await;
        Sample::of("server/sessionCreated").is(&speaker.next_text().await);
    }
}

#[tokio::test]
async fn listeners_join_while_connecting() {
    let server = TestServer::local().await;
    let (_speaker, session, _) = server.speaker().await;
    let queries = ["", "action=joinSession&"]
        .map(|action| format!("/prod?{action}sessionId={session}&targetLanguage=es"));
    for (count, path) in queries.iter().enumerate() {
        let mut listener = server.connect(path).await;
        Sample::of("server/sessionJoined").with("listenerCount", 1).is(&listener.next_text().await);
        listener.close().await;
        assert_eq!(server.count(&session).await, 0, "after {count}");
    }
}

#[tokio::test]
async fn the_speaker_token_attaches_in_every_way_it_can_be_sent() {
    let server = TestServer::local().await;
    let (mut first, session, token) = server.speaker().await;
    let bearer = format!("Bearer {token}");
    let header = [("authorization", bearer.as_str())];

    let mut by_query = server.connect(&format!("/?sessionId={session}&token={token}")).await;
    assert_eq!(by_query.expect("sessionStatus").await["updateReason"], "periodic");
    assert_eq!(first.closed().await, 4409);
    let mut by_header =
        Client::connect(server.address, &format!("/?sessionId={session}"), &header).await.unwrap();
    by_header.expect("sessionStatus").await;
    assert_eq!(by_query.closed().await, 4409);

    let refresh = format!("/?action=refreshConnection&role=speaker&sessionId={session}");
    let mut refreshed = server.connect(&format!("{refresh}&token={token}")).await;
    Sample::of("server/connectionRefreshComplete.speaker").is(&refreshed.next_text().await);
    refreshed.expect("sessionStatus").await;
    assert_eq!(by_header.closed().await, 4409);
    // The header wins over what an old page left in the query.
    let refresh = format!("{refresh}&token=stale");
    let mut again = Client::connect(server.address, &refresh, &header).await.unwrap();
    again.expect("connectionRefreshComplete").await;
    assert_eq!(refreshed.closed().await, 4409);

    // A token of the upgrade serves the messages that bring none.
    let mut late = Client::connect(server.address, "/", &header).await.unwrap();
    late.send(&format!(r#"{{"action":"refreshConnection","role":"speaker","sessionId":"{session}"}}"#)).await;
    late.expect("connectionRefreshComplete").await;
    assert_eq!(again.closed().await, 4409);
}

#[tokio::test]
async fn listeners_refresh_while_connecting() {
    let server = TestServer::local().await;
    let (_speaker, session, _) = server.speaker().await;
    let (mut old, joined) = server.listener(&session, "es").await;
    let refresh = format!("/?action=refreshConnection&role=listener&sessionId={session}");
    let resume = joined["resumeToken"].as_str().unwrap();
    let mut new = server.connect(&format!("{refresh}&resumeToken={resume}")).await;
    Sample::of("server/connectionRefreshComplete.listener").is(&new.next_text().await);
    assert_eq!(old.closed().await, 4409);
    assert_eq!(server.count(&session).await, 1);
    // Without a token it is a new listener, who has to say its language.
    let _other = server.connect(&format!("{refresh}&targetLanguage=fr")).await;
    assert_eq!(server.count(&session).await, 2);
    let refused = server.try_connect(&refresh).await.err().unwrap();
    assert_eq!((refused.status, &refused.body["code"]), (400, &"MISSING_PARAMETER".into()));
    assert_eq!(refused.body["details"]["field"], "targetLanguage");
}

#[tokio::test]
async fn what_is_wrong_is_refused_by_http_and_for_browsers_by_a_message() {
    let server = TestServer::with(|config| config.service.max_listeners = 1).await;
    let (_speaker, session, _) = server.speaker().await;
    let (_listener, _) = server.listener(&session, "es").await;
    let full = format!("?sessionId={session}&targetLanguage=es");
    let lonely = format!("?sessionId={session}");
    let stranger = format!("?sessionId={session}&token=nobody");
    for (query, status, code) in [
        (lonely.as_str(), 400, "MISSING_PARAMETER"),
        ("?action=joinSession&sessionId=golden-eagle-427", 400, "MISSING_PARAMETER"),
        ("?targetLanguage=es", 400, "MISSING_PARAMETER"),
        ("?action=applaud", 400, "INVALID_ACTION"),
        ("?action=pauseBroadcast", 400, "INVALID_ACTION"),
        ("?statusDetail=everything", 400, "INVALID_PARAMETER"),
        ("?sessionId=a&sessionId=b", 400, "INVALID_PARAMETER"),
        ("?sessionId=golden&targetLanguage=es", 400, "INVALID_SESSION_ID"),
        ("?sessionId=golden-eagle-427&targetLanguage=e%ff", 400, "INVALID_LANGUAGE"),
        (stranger.as_str(), 401, "UNAUTHORIZED"),
        ("?sessionId=golden-eagle-427&targetLanguage=es", 404, "SESSION_NOT_FOUND"),
        ("?sessionId=golden-eagle-427&token=nobody", 404, "SESSION_NOT_FOUND"),
        (full.as_str(), 503, "SESSION_FULL"),
    ] {
        let path = format!("/prod{query}");
        let refused = server.try_connect(&path).await.err().unwrap();
        assert_eq!((refused.status, &refused.body["code"]), (status, &code.into()), "{query}");
        assert_eq!(refused.body["type"], "error");
        let mut browser = Client::connect(server.address, &path, &[READS_MESSAGES]).await.unwrap();
        browser.expect_error(code).await;
        assert_eq!(browser.closed().await, 4000 + status, "{query}");
    }
    assert_eq!(server.count(&session).await, 1);
}

#[tokio::test]
async fn a_refusal_for_a_rate_stays_http_and_says_when_to_come_back() {
    let server = TestServer::with(|config| {
        config.quotas.connections_per_minute = 1;
        config.quotas.connection_burst = 1;
        config.quotas.sessions_per_hour = 1;
    })
    .await;
    let (_speaker, _, _) = server.speaker().await;
    for headers in [&[READS_MESSAGES][..], &[]] {
        let refused = Client::connect(server.address, "/", headers).await.err().unwrap();
        assert_eq!((refused.status, &refused.body["code"]), (429, &"RATE_LIMIT_EXCEEDED".into()));
        let seconds = refused.body["details"]["retryAfter"].as_u64().unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
        assert_eq!(refused.retry_after, Some(seconds.to_string()));
    }
}

#[tokio::test]
async fn pages_of_other_origins_and_foreign_hosts_stay_outside_by_http() {
    let server = TestServer::with(|config| {
        config.origins = OriginPolicy::new(["https://console.example"], ["headcount.test"], true).unwrap();
    })
    .await;
    let own = format!("http://{}", server.address);
    let came = async |headers: &[(&str, &str)]| {
        let headers = [headers, &[READS_MESSAGES]].concat();
        Client::connect(server.address, "/", &headers).await.map(drop).map_err(|refused| refused.status)
    };
    assert_eq!(came(&[("origin", &own)]).await, Ok(()));
    assert_eq!(came(&[("origin", "https://console.example")]).await, Ok(()));
    assert_eq!(came(&[("host", "headcount.test"), ("origin", "http://headcount.test")]).await, Ok(()));
    for foreign in [
        &[("origin", "https://evil.example")][..],
        &[("origin", "null")],
        &[("origin", "https://console.example:8443")],
        &[("host", "evil.example")],
        &[("host", "evil.example"), ("origin", "http://evil.example")],
    ] {
        assert_eq!(came(foreign).await, Err(403), "{foreign:?}");
    }
}

#[tokio::test]
async fn a_browser_that_is_let_in_is_told_its_subprotocol_and_nothing_foreign() {
    let server = TestServer::local().await;
    let (_speaker, session, _) = server.speaker().await;
    let path = format!("/?sessionId={session}&targetLanguage=es");
    // tungstenite fails the handshake unless the server selects the one protocol of these that it knows.
    let offers = [("sec-websocket-protocol", "soap, headcount.v1")];
    Client::connect(server.address, &path, &offers).await.unwrap().expect("sessionJoined").await;
}

#[tokio::test]
async fn what_is_no_websocket_handshake_is_told_so_in_json() {
    let server = TestServer::local().await;
    let key = ("sec-websocket-key", "AAAAAAAAAAAAAAAAAAAAAA==");
    let upgrade = [("upgrade", "websocket"), ("connection", "upgrade")];
    for (method, headers, status) in [
        ("GET", [upgrade[0], upgrade[1], ("sec-websocket-version", "13"), ("accept", "*/*")], 400),
        ("GET", [upgrade[0], upgrade[1], ("sec-websocket-version", "8"), key], 400),
        ("GET", [upgrade[0], ("connection", "close"), ("sec-websocket-version", "13"), key], 400),
        ("POST", [upgrade[0], upgrade[1], ("sec-websocket-version", "13"), key], 405),
    ] {
        let answer = server.request_with(method, "/", &headers, "").await;
        assert_eq!(answer.refusal(status), "INVALID_MESSAGE", "{headers:?}");
    }
    let deep = server.try_connect("/prod/extra?action=applaud").await.err().unwrap();
    assert_eq!((deep.status, &deep.body["type"]), (404, &"error".into()));
}

#[tokio::test]
async fn a_ping_is_answered_with_a_pong() {
    let server = TestServer::local().await;
    let (mut speaker, _, _) = server.speaker().await;
    speaker.0.send(Message::Ping("are you there".into())).await.unwrap();
    assert_eq!(speaker.0.next().await.unwrap().unwrap(), Message::Pong("are you there".into()));
}

#[tokio::test]
async fn a_close_is_answered_with_a_close() {
    let server = TestServer::local().await;
    let (mut speaker, _, _) = server.speaker().await;
    speaker.0.close(None).await.unwrap();
    // Without an answer a browser would call every goodbye an abnormal one (1006).
    assert!(speaker.answered_close().await);
}

#[tokio::test]
async fn a_connection_without_a_role_takes_one_in_time_or_goes() {
    let server = TestServer::with(|config| config.sockets.role_within = Duration::from_millis(200)).await;
    let (_speaker, session, _) = server.speaker().await;
    let mut idle = server.connect("/").await;
    let (mut listener, _) = server.listener(&session, "es").await;
    assert_eq!(idle.closed().await, 4408);
    listener.send(r#"{"action":"heartbeat"}"#).await;
    listener.expect("heartbeatAck").await;
}
