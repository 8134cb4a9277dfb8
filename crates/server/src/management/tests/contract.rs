//! What API Gateway's clients expect: actions, answers, errors.

use super::super::ManagementAccess;
use super::super::payload::{MAX_PAYLOAD, MAX_READERS};
use super::harness::{Answer, NOON, Served, THERE};
use headcount_core::Timestamp;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

async fn served() -> Served {
    Served::start(ManagementAccess::on_loopback(), Timestamp::from_millis(NOON)).await
}

#[tokio::test]
async fn posts_the_payload_as_text_whatever_its_content_type() {
    let served = served().await;
    let text = "{\"type\":\"note\",\"text\":\"hé\"}";
    let octets = [("host", "127.0.0.1:1"), ("content-type", "application/octet-stream")];
    for answer in [
        served.send_locally("POST", "/prod/@connections/L0SM9cOFvHcCIhw%3D", text.as_bytes()).await,
        served.send("POST", "/%40connections/L0SM9cOFvHcCIhw=", &octets, text.as_bytes()).await,
    ] {
        assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{answer:?}");
        assert_eq!(answer.header("content-length"), Some("0"));
        assert!(answer.header("x-amzn-requestid").is_some());
    }
    assert_eq!(served.posted(), vec![(THERE.to_owned(), text.to_owned()); 2]);
}

#[tokio::test]
async fn an_empty_post_is_an_empty_frame() {
    let served = served().await;
    assert_eq!(served.send_locally("POST", "/@connections/a", b"").await.status, 200);
    assert_eq!(served.posted(), [("a".to_owned(), String::new())]);
}

#[tokio::test]
async fn shows_a_connection() {
    let served = served().await;
    let answer = served.send_locally("GET", "/prod/@connections/L0SM9cOFvHcCIhw=", b"").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(
        answer.body,
        concat!(
            r#"{"connectedAt":"2026-11-24T12:00:00.000Z","#,
            r#""identity":{"sourceIp":"192.0.2.7","userAgent":"Firefox \"x\""},"#,
            r#""lastActiveAt":"2026-11-24T12:00:01.500Z"}"#
        )
    );
    let without_agent = served.send_locally("GET", "/prod/@connections/other", b"").await;
    assert!(without_agent.body.contains(r#""userAgent":"""#), "{without_agent:?}");
}

#[tokio::test]
async fn closes_a_connection_and_then_it_is_gone() {
    let served = served().await;
    let target = "/prod/@connections/L0SM9cOFvHcCIhw=";
    let answer = served.send_locally("DELETE", target, b"").await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    assert_eq!(*served.connections.closed.lock(), [THERE]);
    for method in ["POST", "GET", "DELETE"] {
        served.send_locally(method, target, b"").await.assert_refused(410, "GoneException");
    }
}

#[tokio::test]
async fn takes_exactly_128_kib() {
    let served = served().await;
    let most = "x".repeat(MAX_PAYLOAD);
    assert_eq!(served.send_locally("POST", "/@connections/a", most.as_bytes()).await.status, 200);
    let more = "x".repeat(MAX_PAYLOAD + 1);
    let refused = served.send_locally("POST", "/@connections/a", more.as_bytes()).await;
    refused.assert_refused(413, "PayloadTooLargeException");
    assert_eq!(served.posted(), [("a".to_owned(), most)]);
}

#[tokio::test]
async fn reads_chunked_bodies_under_the_same_limit() {
    let served = served().await;
    let head = "POST /@connections/a HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n";
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x1_0000));
    for (count, status) in [(2, 200), (3, 413)] {
        let mut stream = served.connect().await;
        let request = format!("{head}transfer-encoding: chunked\r\n\r\n{}0\r\n\r\n", chunk.repeat(count));
        stream.write_all(request.as_bytes()).await.unwrap();
        assert_eq!(Answer::read(&mut stream).await.status, status);
    }
}

#[tokio::test]
async fn refuses_what_no_text_frame_can_carry() {
    let served = served().await;
    let refused = served.send_locally("POST", "/@connections/a", b"\xc3\x28").await;
    refused.assert_refused(400, "BadRequestException");
    assert_eq!(served.posted(), []);
}

#[tokio::test]
async fn other_paths_methods_and_ids_are_refused() {
    let served = served().await;
    served.send_locally("GET", "/", b"").await.assert_refused(404, "NotFoundException");
    served.send_locally("GET", "/a/b/@connections/c", b"").await.assert_refused(404, "NotFoundException");
    served.send_locally("GET", "/@connections/a%20b", b"").await.assert_refused(400, "BadRequestException");
    let put = served.send_locally("PUT", "/@connections/a", b"").await;
    put.assert_refused(405, "MethodNotAllowedException");
    assert_eq!(put.header("allow"), Some("post, get, delete"));
}

#[tokio::test]
async fn echoes_a_request_id_that_can_stand_in_a_log() {
    let served = served().await;
    let get = async |id: &str| {
        let headers = [("host", "localhost"), ("x-amzn-requestid", id)];
        served
            .send("GET", "/@connections/a", &headers, b"")
            .await
            .header("x-amzn-requestid")
            .unwrap()
            .to_owned()
    };
    assert_eq!(get("c6af9ac6-7b61-11e6-9a41-93e8deadbeef").await, "c6af9ac6-7b61-11e6-9a41-93e8deadbeef");
    let (one, other) = (get("a b").await, get(&"a".repeat(65)).await);
    assert!(one.len() == 32 && other.len() == 32 && one != other, "{one} {other}");
}

/// As many as may send their bodies at a time say that they will, and then nothing.
#[tokio::test]
async fn bodies_that_do_not_come_are_bounded_in_number_and_in_time() {
    let served = served().await;
    let head = "POST /@connections/a HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\n";
    let mut silent = Vec::new();
    for _ in 0..MAX_READERS {
        let mut stream = served.connect().await;
        stream.write_all(format!("{head}content-length: 5\r\n\r\n").as_bytes()).await.unwrap();
        // The server asks for the body when it begins to read it: from then on the place is taken.
        let mut asked = [0; 25];
        stream.read_exact(&mut asked).await.unwrap();
        assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
        silent.push(stream);
    }
    let refused = served.send_locally("POST", "/@connections/a", b"hello").await;
    refused.assert_refused(429, "LimitExceededException");

    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(11)).await;
    Answer::read(&mut silent[0]).await.assert_refused(408, "RequestTimeoutException");
    assert_eq!(served.send_locally("POST", "/@connections/a", b"hello").await.status, 200);
}
