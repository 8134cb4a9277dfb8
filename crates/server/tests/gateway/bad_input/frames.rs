//! Frames that break the rules of WebSocket or are longer than any message may be.

use crate::support::{Client, TestServer};
use futures_util::{SinkExt, StreamExt};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

const PATIENCE: Duration = Duration::from_secs(20);

/// The first byte of a whole text frame.
const TEXT: u8 = 0x81;

/// A frame as a client writes it, masked with zeroes, so that the payload is what it is.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = u64::try_from(payload.len()).unwrap();
    let mut frame = vec![first, 0x80 | 127];
    frame.extend(length.to_be_bytes());
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

async fn write(client: &mut Client, bytes: &[u8]) {
    client.0.get_mut().write_all(bytes).await.unwrap();
}

/// Waits for the connection to end in whatever way.
async fn ended(mut client: Client) {
    let end = async { while let Some(Ok(_)) = client.0.next().await {} };
    timeout(PATIENCE, end).await.expect("the end of the connection");
}

/// That the connection goes on as if nothing had been.
async fn goes_on(client: &mut Client) {
    client.send(r#"{"action":"heartbeat"}"#).await;
    client.expect("heartbeatAck").await;
}

#[tokio::test]
async fn a_binary_frame_is_refused_and_the_connection_goes_on() {
    let server = TestServer::local().await;
    let mut client = server.connect("/").await;
    client.0.send(Message::binary(br#"{"action":"heartbeat"}"#.to_vec())).await.unwrap();
    client.expect_error("INVALID_MESSAGE").await;
    goes_on(&mut client).await;
}

#[tokio::test]
async fn a_frame_beyond_the_hard_limit_closes_with_1009() {
    let server = TestServer::local().await;
    let (_speaker, session, _) = server.speaker().await;
    let (mut listener, _) = server.listener(&session, "es").await;
    // The server reads no further than its length, so the client does not wait until it is written.
    write(&mut listener, &frame(TEXT, &[b'x'; 128 * 1024 + 1])[..4_000]).await;
    assert_eq!(listener.closed().await, 1009);
    // It has closed the connection itself, so there is nobody to wait for.
    while server.count(&session).await > 0 {}
}

#[tokio::test]
async fn a_client_that_writes_all_of_a_huge_frame_is_told_why_it_was_closed() {
    let server = TestServer::local().await;
    let client = server.connect("/").await;
    let huge = vec![b'x'; 8 * 1024 * 1024];
    let (mut writing, reading) = client.0.split();
    let written = writing.send(Message::Text(String::from_utf8(huge).unwrap().into()));
    let (_, closed) = tokio::join!(written, closed(reading));
    assert_eq!(closed, 1009);
}

/// The code of the close that comes next.
async fn closed(
    mut reading: impl StreamExt<Item = Result<Message, tokio_tungstenite::tungstenite::Error>> + Unpin,
) -> u16 {
    match timeout(PATIENCE, reading.next()).await.expect("a close") {
        Some(Ok(Message::Close(Some(frame)))) => frame.code.into(),
        other => panic!("expected a close with a code, got {other:?}"),
    }
}

#[tokio::test]
async fn a_message_in_many_frames_has_the_same_limit() {
    let server = TestServer::local().await;
    let mut client = server.connect("/").await;
    let part = vec![b'x'; 50 * 1024];
    for (opcode, last) in [(Data::Text, false), (Data::Continue, false), (Data::Continue, true)] {
        let frame = Frame::message(part.clone(), OpCode::Data(opcode), last);
        client.0.send(Message::Frame(frame)).await.unwrap();
    }
    assert_eq!(client.closed().await, 1009);
}

#[tokio::test]
async fn a_message_in_two_frames_is_one_message() {
    let server = TestServer::local().await;
    let mut client = server.connect("/").await;
    write(&mut client, &frame(0x01, br#"{"action":"hea"#)).await;
    // A ping may come in between.
    write(&mut client, &[0x89, 0x80, 0, 0, 0, 0]).await;
    write(&mut client, &frame(0x80, br#"rtbeat"}"#)).await;
    client.expect("heartbeatAck").await;
}

#[tokio::test]
async fn half_a_frame_and_silence_is_given_up() {
    let server = TestServer::with(|config| {
        config.sockets.ping_every = Duration::from_millis(100);
        config.sockets.silent_after = Duration::from_millis(300);
    })
    .await;
    let (_speaker, session, _) = server.speaker().await;
    let (mut listener, _) = server.listener(&session, "es").await;
    let whole = frame(TEXT, br#"{"action":"heartbeat"}"#);
    write(&mut listener, &whole[..20]).await;
    // Raw from here on: a client of the library would answer the pings.
    let mut rest = Vec::new();
    timeout(PATIENCE, listener.0.get_mut().read_to_end(&mut rest)).await.expect("the end").unwrap();
    let close = [&[0x88, 17, 0x11, 0x38], &b"no sign of life"[..]].concat();
    assert!(rest.ends_with(&close), "{rest:?}");
    assert_eq!(server.count(&session).await, 0);
    goes_on(&mut server.connect("/").await).await;
}

#[tokio::test]
async fn text_that_is_not_utf8_is_refused_in_words_before_the_close() {
    let server = TestServer::local().await;
    let mut client = server.connect("/").await;
    write(&mut client, &frame(TEXT, b"{\"action\":\"\xff\xfe\"}")).await;
    let error = client.expect_error("INVALID_MESSAGE").await;
    assert!(error["message"].as_str().unwrap().contains("UTF-8"), "{error}");
    assert_eq!(client.closed().await, 4400);
}

#[tokio::test]
async fn frames_that_break_the_protocol_end_their_connection_alone() {
    let server = TestServer::local().await;
    let mut other = server.connect("/").await;
    let unmasked = [&[TEXT, 22][..], br#"{"action":"heartbeat"}"#].concat();
    let reserved_bits = frame(0xf1, b"{}");
    let reserved_opcode = frame(0x83, b"{}");
    let long_ping = frame(0x89, &[0; 126]);
    let nothing_to_continue = frame(0x80, b"{}");
    let endless = [&[TEXT, 0xff][..], &u64::MAX.to_be_bytes(), &[0; 4]].concat();
    let lone_close_byte = frame(0x88, b"\x03");
    for bad in
        [unmasked, reserved_bits, reserved_opcode, long_ping, nothing_to_continue, endless, lone_close_byte]
    {
        let mut client = server.connect("/").await;
        write(&mut client, &bad).await;
        ended(client).await;
    }
    goes_on(&mut other).await;
}

#[tokio::test]
async fn bytes_that_are_no_http_are_let_go() {
    let server = TestServer::local().await;
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"GET\r\n\r\n",
        b"\0\0\0\0\0\0\0\0\n\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        // Reset or closed, with a word or without.
        let _ = timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("the end");
        assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 400"), "{answer:?}");
    }
    let endless = format!("GET / HTTP/1.1\r\nhost: {}\r\n", "x".repeat(200_000));
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let _ = stream.write_all(endless.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("the end");
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"), "{}", String::from_utf8_lossy(&answer));
    goes_on(&mut server.connect("/").await).await;
}
