//! How many connections there may be, how fast they may come, and how many listeners a session has.

use crate::support::{Client, Refusal, TestServer};
use futures_util::future::join_all;
use headcount_server::Config;
use headcount_server::access::{ForwardedHeader, TrustedProxies};
use serde_json::Value;
use std::time::{Duration, Instant};

const V1: (&str, &str) = ("sec-websocket-protocol", "headcount.v1");

/// Three connections, and then one a minute.
fn slow_to_let_in(config: &mut Config) {
    config.quotas.connections_per_minute = 1;
    config.quotas.connection_burst = 3;
}

fn assert_too_many(refused: &Refusal, wait: std::ops::RangeInclusive<u64>) {
    assert_eq!((refused.status, &refused.body["code"]), (429, &"RATE_LIMIT_EXCEEDED".into()), "{refused:?}");
    let told = refused.body["details"]["retryAfter"].as_u64().unwrap();
    assert!(wait.contains(&told), "{told} is not in {wait:?}");
    assert_eq!(refused.retry_after.as_deref(), Some(told.to_string().as_str()));
}

/// Connects until it is let in: a place is free a moment after the client that had it has gone.
async fn until_let_in(server: &TestServer, path: &str) -> Client {
    let patience = Instant::now() + Duration::from_secs(20);
    loop {
        match server.try_connect(path).await {
            Ok(client) => return client,
            Err(refused) => assert!(Instant::now() < patience, "{refused:?}"),
        }
    }
}

#[tokio::test]
async fn a_hall_of_five_hundred_behind_one_address_comes_in_at_once() {
    let server = TestServer::local().await;
    let (mut speaker, session, _) = server.speaker().await;
    let began = Instant::now();
    let hall = join_all((0..500).map(|seat| server.listener(&session, ["es", "fr", "de"][seat % 3]))).await;
    let mut counts: Vec<_> =
        hall.iter().map(|(_, joined)| joined["listenerCount"].as_u64().unwrap()).collect();
    counts.sort_unstable();
    assert_eq!(counts, (1..=500).collect::<Vec<_>>(), "each is told a count that nobody else was told");
    assert_eq!(server.count(&session).await, 500);
    // One message a second at the most, the first one at once.
    speaker.send(r#"{"action":"getSessionStatus"}"#).await;
    let first = speaker.expect("sessionStatus").await;
    assert_eq!(first["updateReason"], "newLanguage", "{first}");
    let mut pushed = 1;
    loop {
        let status = speaker.expect("sessionStatus").await;
        if status["updateReason"] == "requested" {
            assert_eq!(status["listenerCount"], 500);
            break;
        }
        pushed += 1;
    }
    let seconds = began.elapsed().as_secs();
    assert!(pushed <= seconds + 2, "{pushed} messages in {seconds} s");
}

#[tokio::test]
async fn who_comes_too_fast_is_told_when_to_come_back_and_always_by_http() {
    let server = TestServer::with(slow_to_let_in).await;
    let (_speaker, session, _) = server.speaker().await;
    let (_listener, joined) = server.listener(&session, "es").await;
    let path = format!("/?sessionId={session}&targetLanguage=es");
    let _third = server.connect("/").await;
    assert_too_many(&server.try_connect(&path).await.err().unwrap(), 50..=60);
    // Even where the client would rather read a message: it would cost as much as letting it in.
    assert_too_many(&Client::connect(server.address, &path, &[V1]).await.err().unwrap(), 50..=60);
    assert_eq!(joined["listenerCount"], 1);
    assert_eq!(server.count(&session).await, 1);
}

#[tokio::test]
async fn who_comes_back_to_its_place_is_not_held_up() {
    let server = TestServer::with(slow_to_let_in).await;
    let (mut speaker, session, _) = server.speaker().await;
    let (mut first, joined) = server.listener(&session, "es").await;
    speaker.expect("sessionStatus").await;
    let _third = server.connect("/").await;
    let token = |answer: &Value| answer["resumeToken"].as_str().unwrap().to_owned();
    let spent = token(&joined);

    let mut second =
        server.connect(&format!("/?sessionId={session}&targetLanguage=es&resumeToken={spent}")).await;
    let fresh = token(&second.expect("sessionJoined").await);
    assert_eq!(first.closed().await, 4409);
    let refresh = format!("/?action=refreshConnection&role=listener&sessionId={session}&resumeToken={fresh}");
    let mut third = server.connect(&refresh).await;
    third.expect("connectionRefreshComplete").await;
    assert_eq!(second.closed().await, 4409);

    // A token that is spent verifies still, and must not be a way around the limit, nor a way to be counted.
    let again = format!("/?sessionId={session}&targetLanguage=fr&resumeToken={spent}");
    assert_too_many(&server.try_connect(&again).await.err().unwrap(), 1..=60);
    let elsewhere = format!("/?sessionId=bright-anchor-100&targetLanguage=es&resumeToken={spent}");
    assert_too_many(&server.try_connect(&elsewhere).await.err().unwrap(), 1..=60);
    assert_eq!(server.count(&session).await, 1);

    // Nor is one whose session has ended, though it is a good token.
    speaker.send(r#"{"action":"endSession"}"#).await;
    assert_eq!(third.closed().await, 1000);
    assert_too_many(&server.try_connect(&again).await.err().unwrap(), 1..=60);
}

#[tokio::test]
async fn there_are_only_so_many_connections_in_all_and_a_place_comes_free() {
    let server = TestServer::with(|config| config.quotas.max_connections = 2).await;
    let (_speaker, session, _) = server.speaker().await;
    let (listener, _) = server.listener(&session, "es").await;
    let path = format!("/?sessionId={session}&targetLanguage=fr");
    assert_too_many(&server.try_connect(&path).await.err().unwrap(), 10..=10);
    let refused = server.get(&format!("/sessions/{session}"), None).await;
    assert_eq!(
        (refused.refusal(429).as_str(), refused.header("retry-after")),
        ("RATE_LIMIT_EXCEEDED", Some("10"))
    );
    assert_eq!(refused.header("connection"), Some("close"));
    // A server that is full is not a dead one.
    for path in ["/healthz", "/readyz"] {
        let healthy = server.get(path, None).await;
        assert_eq!((healthy.status, healthy.header("connection")), (200, Some("close")), "{path}");
    }
    listener.close().await;
    until_let_in(&server, &path).await.expect("sessionJoined").await;
}

#[tokio::test]
async fn there_are_only_so_many_connections_of_one_address_as_a_trusted_proxy_tells_it() {
    let server = TestServer::with(|config| {
        config.quotas.max_connections_per_address = 1;
        config.proxies = TrustedProxies::new(["127.0.0.1"], ForwardedHeader::XForwardedFor).unwrap();
    })
    .await;
    let from = async |client| Client::connect(server.address, "/", &[("x-forwarded-for", client)]).await;
    let first = from("203.0.113.7").await.unwrap();
    assert_too_many(&from("203.0.113.7").await.err().unwrap(), 10..=10);
    let _second = from("203.0.113.8").await.unwrap();
    // What stands before the hop that the proxy has added is the client's own invention.
    assert_too_many(&from("203.0.113.9, 203.0.113.7").await.err().unwrap(), 10..=10);
    first.close().await;
    let patience = Instant::now() + Duration::from_secs(20);
    while from("203.0.113.7").await.is_err() {
        assert!(Instant::now() < patience, "the place was not given back");
    }
}

#[tokio::test]
async fn without_a_trusted_proxy_nobody_is_believed() {
    let server = TestServer::with(|config| config.quotas.max_connections_per_address = 1).await;
    let from = async |client| Client::connect(server.address, "/", &[("x-forwarded-for", client)]).await;
    let _first = from("203.0.113.7").await.unwrap();
    assert_too_many(&from("203.0.113.8").await.err().unwrap(), 10..=10);
}

#[tokio::test]
async fn a_session_has_so_many_listeners_and_no_more() {
    let server = TestServer::with(|config| config.service.max_listeners = 2).await;
    let (mut speaker, session, _) = server.speaker().await;
    let (_first, joined) = server.listener(&session, "es").await;
    let (second, _) = server.listener(&session, "es").await;
    let path = format!("/?sessionId={session}&targetLanguage=es");
    let refused = server.try_connect(&path).await.err().unwrap();
    assert_eq!((refused.status, &refused.body["code"]), (503, &"SESSION_FULL".into()));
    assert_eq!(refused.body["details"]["maxListeners"], 2);
    let mut told = Client::connect(server.address, &path, &[V1]).await.unwrap();
    told.expect_error("SESSION_FULL").await;
    assert_eq!(told.closed().await, 4503);

    // Refused by message, the connection stays and may try again; a place that was left is free at once.
    let mut late = server.connect("/").await;
    let join = format!(r#"{{"action":"joinSession","sessionId":"{session}","targetLanguage":"es"}}"#);
    late.refused(&join, "SESSION_FULL").await;
    second.close().await;
    while server.count(&session).await > 1 {}
    late.send(&join).await;
    assert_eq!(late.expect("sessionJoined").await["listenerCount"], 2);
    // Whoever has a place has it, even in a session that is full.
    let resume = format!("{path}&resumeToken={}", joined["resumeToken"].as_str().unwrap());
    assert_eq!(server.connect(&resume).await.expect("sessionJoined").await["listenerCount"], 2);
    assert_eq!(speaker.until("sessionStatus").await["listenerCount"], 1);
}
