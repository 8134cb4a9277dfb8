//! Clients that do not read, do not speak, or take no role: they go, and nobody else waits for them.

use crate::support::{Client, TestServer};
use futures_util::future::join_all;
use futures_util::{SinkExt, StreamExt};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;

const PATIENCE: Duration = Duration::from_secs(20);

/// A client into whose socket little fits that it has not read.
async fn narrow(server: &TestServer, path: &str) -> Client {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let stream = socket.connect(server.address).await.unwrap();
    Client(client_async(format!("ws://{}{path}", server.address), stream).await.unwrap().0)
}

#[tokio::test]
async fn who_does_not_read_is_dropped_and_nobody_else_waits() {
    let server = TestServer::with(|config| {
        config.quotas.control_messages_per_second = 0;
        config.service.reconnect_grace = Duration::ZERO;
        config.sockets.queue_messages = 8;
    })
    .await;
    let (mut speaker, session, _) = server.speaker().await;
    let (mut reader, _) = server.listener(&session, "es").await;
    let mut deaf = narrow(&server, &format!("/?sessionId={session}&targetLanguage=fr")).await;
    deaf.expect("sessionJoined").await;

    // It asks and asks, until the answers fill every buffer on the way and the server reads no more of it.
    let (mut mouth, mut ears) = deaf.0.split();
    let nonsense = Message::text(format!(r#"{{"action":"{}"}}"#, "x".repeat(64)));
    let asking = tokio::spawn(async move { while mouth.send(nonsense.clone()).await.is_ok() {} });
    let began = Instant::now();
    let mut longest = Duration::ZERO;
    for action in ["pauseBroadcast", "resumeBroadcast"].iter().cycle() {
        let asked = Instant::now();
        speaker.send(&format!(r#"{{"action":"{action}"}}"#)).await;
        let told = if *action == "pauseBroadcast" { "broadcastPaused" } else { "broadcastResumed" };
        let notified = speaker.until(told).await["listenersNotified"].as_u64().unwrap();
        reader.expect(told).await;
        longest = longest.max(asked.elapsed());
        if notified == 1 {
            break;
        }
        assert!(began.elapsed() < PATIENCE, "it is being told still");
    }
    assert!(longest < Duration::from_secs(2), "a pause took {longest:?} with one that does not read");
    let page = server.get("/metrics", None).await.body;
    assert!(page.contains("\nheadcount_slow_consumers_dropped_total 1\n"), "{page}");
    while server.count(&session).await > 1 {
        assert!(began.elapsed() < PATIENCE, "it counts still");
    }
    asking.abort();
    // If it reads now, it may find out why.
    while let Some(Ok(message)) = timeout(PATIENCE, ears.next()).await.expect("an end") {
        if let Message::Close(Some(frame)) = message {
            assert_eq!(u16::from(frame.code), 4408);
        }
    }
}

/// Waits until the server has closed or reset a connection that says half of a request, or nothing at all.
async fn let_go(mut stream: TcpStream, begins: bool) {
    if begins {
        stream.write_all(b"GET / HTTP/1.1\r\nhost: 127").await.unwrap();
    }
    let _ = timeout(PATIENCE, stream.read_to_end(&mut Vec::new())).await.expect("the end");
}

#[tokio::test]
async fn a_thousand_connections_that_never_speak_are_let_go() {
    let server = TestServer::with(|config| {
        config.sockets.handshake_within = Duration::from_secs(2);
        config.quotas.max_connections = 1_000;
    })
    .await;
    let silent = join_all((0..1_000).map(|_| TcpStream::connect(server.address))).await;
    let refused = server.get("/", None).await;
    assert_eq!(refused.refusal(429), "RATE_LIMIT_EXCEEDED");
    let ends =
        silent.into_iter().enumerate().map(|(number, stream)| let_go(stream.unwrap(), number % 2 == 0));
    join_all(ends).await;
    let patience = Instant::now() + PATIENCE;
    while server.get("/", None).await.status != 200 {
        assert!(Instant::now() < patience, "their places were not given back");
    }
}

#[tokio::test]
async fn who_takes_no_role_in_time_is_closed_however_lively() {
    let server = TestServer::with(|config| {
        config.sockets.role_within = Duration::from_millis(500);
        config.quotas.control_messages_per_second = 0;
    })
    .await;
    let (_speaker, session, _) = server.speaker().await;
    let mut late = server.connect("/").await;
    let mut listener = server.connect("/").await;
    listener
        .send(&format!(r#"{{"action":"joinSession","sessionId":"{session}","targetLanguage":"es"}}"#))
        .await;
    listener.expect("sessionJoined").await;
    let closed = loop {
        let _ = late.0.send(Message::text(r#"{"action":"heartbeat"}"#)).await;
        match timeout(PATIENCE, late.0.next()).await.expect("an answer or the close") {
            Some(Ok(Message::Close(Some(frame)))) => break frame,
            Some(Ok(_)) => {}
            other => panic!("expected a close with a code, got {other:?}"),
        }
    };
    assert_eq!((u16::from(closed.code), closed.reason.as_str()), (4408, "no role taken in time"));
    listener.send(r#"{"action":"heartbeat"}"#).await;
    listener.expect("heartbeatAck").await;
}

#[tokio::test]
async fn a_connection_ends_at_its_greatest_age_and_keeps_its_place() {
    let server =
        TestServer::with(|config| config.sockets.max_connection_age = Duration::from_millis(300)).await;
    let session =
        server.request("POST", "/sessions", None, r#"{"sourceLanguage":"en"}"#).await.json()["sessionId"]
            .as_str()
            .unwrap()
            .to_owned();
    let (mut listener, joined) = server.listener(&session, "es").await;
    assert_eq!(listener.closed().await, 1001);
    assert_eq!(server.count(&session).await, 1);
    let token = joined["resumeToken"].as_str().unwrap();
    let again = format!("/?sessionId={session}&targetLanguage=es&resumeToken={token}");
    assert_eq!(server.connect(&again).await.expect("sessionJoined").await["listenerCount"], 1);
}
