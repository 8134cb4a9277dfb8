//! Event streams: what those hear who look on, and that it goes on where it was cut off.

use crate::support::{EventStream, OPERATOR, TestServer, on_disk};
use headcount_server::StoreConfig;
use headcount_testkit::samples;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);

/// A server whose speaker hears of every change at once.
async fn server() -> TestServer {
    TestServer::with(|config| {
        config.service.policy.min_gap = Duration::ZERO;
        config.service.policy.threshold_percent = 0;
        config.service.reconnect_grace = Duration::ZERO;
        config.quotas.control_messages_per_second = 0;
    })
    .await
}

#[tokio::test]
async fn whoever_looks_on_hears_what_the_speaker_is_told_as_the_speaker_is_told_it() {
    let server = server().await;
    let (mut speaker, session, token) = server.speaker().await;
    let mut stream = EventStream::with(&server, &session, &token).await;
    for (name, value) in [("cache-control", "no-store"), ("x-accel-buffering", "no")] {
        assert_eq!(stream.head.headers.get(name).unwrap(), value);
    }
    let first = stream.next().await;
    assert_eq!((first.count(), &first.data["updateReason"]), (0, &"requested".into()));
    assert!(stream.retry.is_some_and(|millis| (1_000..4_000).contains(&millis)), "{:?}", stream.retry);
    let mut listeners = Vec::new();
    for (tag, count) in [("es", 1), ("fr", 2), ("es", 3)] {
        listeners.push(server.listener(&session, tag).await);
        let told = speaker.until("sessionStatus").await;
        assert_eq!((stream.next().await.data, &told["listenerCount"]), (told.clone(), &count.into()));
    }
    speaker.send(r#"{"action":"pauseBroadcast"}"#).await;
    let steered = stream.until("speakerStateChanged").await;
    assert_eq!(steered["broadcastState"]["isPaused"], true);
    speaker.send(r#"{"action":"endSession","reason":"good night"}"#).await;
    assert_eq!(stream.until("sessionEnded").await["reason"], "good night");
    assert!(stream.end().await.is_empty());
}

#[tokio::test]
async fn who_was_cut_off_hears_what_was_missed_once_and_then_how_things_stand() {
    let server = server().await;
    let (_speaker, session, token) = server.speaker().await;
    let mut stream = EventStream::with(&server, &session, &token).await;
    assert_eq!(stream.next().await.count(), 0);
    let _first = server.listener(&session, "es").await;
    stream.until_count(1).await;
    let last = stream.last.clone();
    // Another one stays, so that nobody has to guess when all has been said.
    let mut other = EventStream::with(&server, &session, OPERATOR).await;
    other.until_count(1).await;
    drop(stream);
    let mut listeners = Vec::new();
    for count in 2..=6 {
        listeners.push(server.listener(&session, "es").await);
        other.until_count(count).await;
    }
    let mut back = EventStream::again(&server, &session, &token, &last).await;
    let mut counts = Vec::new();
    for _ in 2..=6 {
        counts.push(back.next().await.count());
    }
    assert_eq!(counts, [2, 3, 4, 5, 6]);
    // All of it was heard, and the status after it says so again, under the same identifier.
    let heard = back.last.clone();
    let now = back.next().await;
    assert_eq!((now.count(), &now.data["updateReason"], &back.last), (6, &"requested".into(), &heard));
    let _more = server.listener(&session, "es").await;
    assert_eq!(back.next().await.count(), 7);

    // The same by the query, for those who cannot set a header.
    let query = format!("?access_token={token}&lastEventId={heard}");
    let mut by_query = EventStream::open(&server, &session, &query, &[]).await.ok().unwrap();
    assert_eq!((by_query.next().await.count(), by_query.next().await.count()), (7, 7));
}

#[tokio::test]
async fn who_comes_back_to_another_run_is_told_that_events_are_missing() {
    let directory = tempfile::tempdir().unwrap();
    let on_this = || TestServer::with(|config| config.store = on_disk(directory.path(), None));
    let server = on_this().await;
    let (_speaker, session, token) = server.speaker().await;
    let mut stream = EventStream::with(&server, &session, &token).await;
    stream.next().await;
    let last = stream.last.clone();
    drop(stream);
    server.stop().await.unwrap();
    let server = on_this().await;
    let mut back = EventStream::again(&server, &session, &token, &last).await;
    let resync = back.next().await;
    assert_eq!((resync.name.as_str(), &resync.data["missed"]), ("resync", &true.into()));
    assert_eq!(resync.data["sessionId"], session.as_str());
    assert_eq!(back.next().await.name, "sessionStatus");
    assert_ne!(back.last, last);
}

#[tokio::test]
async fn a_session_that_nobody_speaks_in_is_still_followed() {
    let server = TestServer::with(|config| config.service.policy.period = Duration::from_millis(50)).await;
    let created = server.request("POST", "/sessions", None, r#"{"sourceLanguage":"en"}"#).await.json();
    let session = created["sessionId"].as_str().unwrap();
    let token = created["speakerToken"].as_str().unwrap();
    let mut stream = EventStream::with(&server, session, token).await;
    assert_eq!(stream.next().await.count(), 0);
    let _listener = server.listener(session, "es").await;
    let status = stream.until_count(1).await;
    assert_eq!(status["updateReason"], "requested");
    // It is one of the events, so that all who watch have it, and those who come back.
    let last = stream.last.clone();
    assert!(!last.ends_with("-0"), "{last}");
}

async fn ends(store: StoreConfig) {
    let server = TestServer::with(|config| config.store = store).await;
    let (_speaker, session, token) = server.speaker().await;
    let mut gone = EventStream::with(&server, &session, &token).await;
    gone.next().await;
    let before = gone.last.clone();
    drop(gone);
    let mut stream = EventStream::with(&server, &session, &token).await;
    let path = format!("/sessions/{session}");
    assert_eq!(server.request("DELETE", &path, Some(OPERATOR), "").await.status, 204);
    stream.until("sessionEnded").await;
    let last = stream.last.clone();
    assert!(stream.end().await.is_empty());
    // Who was away hears of the end.
    let mut back = EventStream::again(&server, &session, &token, &before).await;
    assert_eq!(back.end().await.last().map(String::as_str), Some("sessionEnded"));
    // Who heard of it need not come back, whoever has proved who they are; for others there was no such session.
    let bearer = format!("Bearer {token}");
    let (proof, wrong) = (("authorization", bearer.as_str()), ("authorization", "Bearer nonsense"));
    let came_back = ("last-event-id", last.as_str());
    let status = async |headers: &[(&str, &str)]| {
        EventStream::open(&server, &session, "", headers).await.err().map(|refused| refused.status)
    };
    assert_eq!(status(&[proof, came_back]).await, Some(204));
    for others in [&[proof][..], &[wrong, came_back], &[came_back], &[]] {
        assert_eq!(status(others).await, Some(404), "{others:?}");
    }
    server.stop().await.unwrap();
}

#[tokio::test]
async fn the_end_of_a_session_ends_its_streams_and_nobody_comes_back() {
    ends(StoreConfig::Memory).await;
    let directory = tempfile::tempdir().unwrap();
    ends(on_disk(directory.path(), None)).await;
    // Nor after a restart, when nothing is left but the report.
    let server = TestServer::with(|config| config.store = on_disk(directory.path(), None)).await;
    let reports = server.get("/reports", Some(OPERATOR)).await.json();
    let session = reports["sessions"][0]["sessionId"].as_str().unwrap();
    let bearer = format!("Bearer {OPERATOR}");
    let headers = [("authorization", bearer.as_str()), ("last-event-id", "1-1")];
    assert_eq!(
        EventStream::open(&server, session, "", &headers).await.err().map(|end| end.status),
        Some(204)
    );
}

#[tokio::test]
async fn a_stream_is_for_those_who_may_see_the_session() {
    let server = server().await;
    let (_speaker, session, token) = server.speaker().await;
    let (_other, other, _) = server.speaker().await;
    for query in [String::new(), "?access_token=nonsense".to_owned()] {
        let refused = EventStream::open(&server, &session, &query, &[]).await.err().unwrap();
        assert_eq!(refused.refusal(401), "UNAUTHORIZED");
    }
    let of_another = format!("?access_token={token}");
    let refused = EventStream::open(&server, &other, &of_another, &[]).await.err().unwrap();
    assert_eq!(refused.refusal(401), "UNAUTHORIZED");
    let unknown = EventStream::open(&server, "golden-eagle-427", &of_another, &[]).await.err().unwrap();
    assert_eq!(unknown.refusal(404), "SESSION_NOT_FOUND");
    // In a query a token opens the stream, and nothing else.
    let status = server.get(&format!("/sessions/{session}/status{of_another}"), None).await;
    assert_eq!(status.refusal(401), "UNAUTHORIZED");
}

#[tokio::test]
async fn a_server_that_stops_ends_its_streams_and_waits_for_none() {
    let server = server().await;
    let (_speaker, session, token) = server.speaker().await;
    let mut stream = EventStream::with(&server, &session, &token).await;
    stream.next().await;
    let stopping = tokio::spawn(server.stop());
    assert!(stream.end().await.is_empty());
    timeout(Duration::from_secs(9), stopping).await.expect("the end").unwrap().unwrap();
}

#[tokio::test]
async fn a_stream_counts_as_a_connection() {
    let server = TestServer::with(|config| config.quotas.max_connections = 2).await;
    let (_speaker, session, token) = server.speaker().await;
    let stream = EventStream::with(&server, &session, &token).await;
    let one_more = format!("?access_token={token}");
    let refused = EventStream::open(&server, &session, &one_more, &[]).await.err().unwrap();
    assert_eq!(refused.refusal(429), "RATE_LIMIT_EXCEEDED");
    drop(stream);
    let patience = tokio::time::Instant::now() + PATIENCE;
    while EventStream::open(&server, &session, &one_more, &[]).await.is_err() {
        assert!(tokio::time::Instant::now() < patience, "its place is taken still");
    }
}

/// Opens a stream and never reads of it. Into its socket little fits.
async fn deaf(server: &TestServer, session: &str, token: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut stream = socket.connect(server.address).await.unwrap();
    let head = format!(
        "GET /sessions/{session}/events?access_token={token} HTTP/1.1\r\nhost: {}\r\n\r\n",
        server.address
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

#[tokio::test]
async fn who_does_not_read_is_hung_up_on_and_nobody_else_waits() {
    let server = TestServer::with(|config| {
        config.quotas.control_messages_per_second = 0;
        config.quotas.status_queries_per_second = 0;
        // Nobody here reads what listeners are sent, so none of them answers a ping.
        config.sockets.silent_after = Duration::from_secs(600);
    })
    .await;
    let (mut speaker, session, token) = server.speaker().await;
    // Long statuses: the buffers of the system are full the sooner.
    let mut listeners = Vec::new();
    for n in 0..60 {
        listeners.push(server.listener(&session, samples::numbered_language(n).as_str()).await);
    }
    let mut stream = EventStream::with(&server, &session, &token).await;
    stream.next().await;
    let mut deaf = deaf(&server, &session, &token).await;
    let watchers = async || {
        let page = server.get("/metrics", None).await.body;
        let line = page.lines().find_map(|line| line.strip_prefix("headcount_watchers "));
        line.unwrap_or_else(|| panic!("{page}")).parse::<u64>().unwrap()
    };
    let began = tokio::time::Instant::now();
    while watchers().await < 2 {
        assert!(began.elapsed() < PATIENCE, "it does not watch");
    }
    while watchers().await == 2 {
        for _ in 0..100 {
            speaker.send(r#"{"action":"getSessionStatus"}"#).await;
            stream.until("sessionStatus").await;
        }
        assert!(began.elapsed() < PATIENCE * 3, "it is held still");
    }
    // What was on its way is there, and then the end, which a browser comes back from.
    let _ = timeout(PATIENCE, deaf.read_to_end(&mut Vec::new())).await.expect("the end");
    assert_eq!(watchers().await, 1);
}
