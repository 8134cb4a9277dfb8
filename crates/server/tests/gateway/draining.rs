//! A server that was told to stop: everyone is told to come back elsewhere, nobody new is let in, and it ends in time.

use crate::support::{Client, TestServer};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until no new connection is taken.
async fn until_nobody_is_let_in(address: std::net::SocketAddr) {
    let patience = Instant::now() + PATIENCE;
    while TcpStream::connect(address).await.is_ok() {
        assert!(Instant::now() < patience, "connections are taken still");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn everyone_is_told_to_connect_again_elsewhere() {
    let server = TestServer::local().await;
    let address = server.address;
    let (speaker, session, _) = server.speaker().await;
    let (listener, _) = server.listener(&session, "es").await;
    let nobody = server.connect("/").await;
    let began = Instant::now();
    let stopping = tokio::spawn(server.stop());
    for mut client in [speaker, listener, nobody] {
        assert_eq!(client.closed().await, 1001);
    }
    stopping.await.unwrap().unwrap();
    // All have gone by themselves, so nothing was waited for.
    assert!(began.elapsed() < Duration::from_secs(9), "{:?}", began.elapsed());
    until_nobody_is_let_in(address).await;
}

#[tokio::test]
async fn what_was_said_before_arrives_before_the_close() {
    let server = TestServer::with(|config| config.quotas.control_messages_per_second = 0).await;
    let (mut speaker, session, _) = server.speaker().await;
    let (mut listener, _) = server.listener(&session, "es").await;
    speaker.send(r#"{"action":"muteBroadcast"}"#).await;
    speaker.until("broadcastMuted").await;
    let stopping = tokio::spawn(server.stop());
    listener.expect("broadcastMuted").await;
    assert_eq!((listener.closed().await, speaker.closed().await), (1001, 1001));
    drop((listener, speaker));
    stopping.await.unwrap().unwrap();
}

/// A request whose head the server has read, and whose body it waits for.
async fn half_a_request(address: std::net::SocketAddr, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /sessions HTTP/1.1\r\nhost: {address}\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut go_on = [0; 25];
    timeout(PATIENCE, stream.read_exact(&mut go_on)).await.expect("100").unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

#[tokio::test]
async fn a_request_under_way_is_answered_while_nobody_new_is_let_in() {
    let server = TestServer::local().await;
    let address = server.address;
    let body = r#"{"sourceLanguage":"en"}"#;
    let mut request = half_a_request(address, body).await;
    let stopping = tokio::spawn(server.stop());
    until_nobody_is_let_in(address).await;
    assert!(!stopping.is_finished(), "it waits for the request");
    request.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    timeout(PATIENCE, request.read_to_string(&mut answer)).await.expect("the answer").unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 Created\r\n"), "{answer}");
    stopping.await.unwrap().unwrap();
}

#[tokio::test]
async fn those_who_will_not_go_are_not_waited_for() {
    let server = TestServer::with(|config| {
        config.drain_within = Duration::from_millis(300);
        // Longer than any patience: nothing but the drain's own limit may end the wait.
        config.sockets.handshake_within = Duration::from_secs(600);
    })
    .await;
    let _silent = TcpStream::connect(server.address).await.unwrap();
    let _half = half_a_request(server.address, r#"{"sourceLanguage":"en"}"#).await;
    // It neither reads nor answers a close.
    let (_deaf, _, _): (Client, _, _) = server.speaker().await;
    timeout(PATIENCE, server.stop()).await.expect("the end of the drain").unwrap();
}
