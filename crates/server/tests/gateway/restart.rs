//! A server that stops and starts again over the same data: what is there still, and what the speaker is told of it.

use crate::support::{OPERATOR, TestServer, on_disk};
use futures_util::StreamExt;
use headcount_server::access::OperatorAuth;
use headcount_server::{Config, RunError};
use serde_json::json;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

/// Long enough for the clients of a test to come back, even on a machine that is busy.
const RECOVERY: Duration = Duration::from_secs(2);

fn stored(data_dir: &Path) -> Config {
    let mut config = Config::local();
    config.store = on_disk(data_dir, None);
    config.recovery = RECOVERY;
    config.operators = OperatorAuth::new([OPERATOR]).unwrap();
    config.service.policy.min_gap = Duration::ZERO;
    config.quotas.control_messages_per_second = 0;
    config.quotas.status_queries_per_second = 0;
    config
}

/// A broadcast with one Spanish listener of whom the speaker has been told: its name and the tokens of both.
struct Broadcast {
    session: String,
    speaker: String,
    listener: String,
}

impl Broadcast {
    /// Starts it on `server`. Its clients are cut off when that stops.
    async fn begin(server: &TestServer) -> Self {
        let (mut speaker, session, token) = server.speaker().await;
        let (_listener, joined) = server.listener(&session, "es").await;
        assert_eq!(speaker.expect("sessionStatus").await["updateReason"], "newLanguage");
        speaker.send(r#"{"action":"muteBroadcast"}"#).await;
        speaker.expect("broadcastMuted").await;
        Self { session, speaker: token, listener: joined["resumeToken"].as_str().unwrap().to_owned() }
    }

    fn speaking(&self) -> String {
        format!("/?sessionId={}&token={}", self.session, self.speaker)
    }

    fn listening(&self) -> String {
        format!("/?sessionId={}&targetLanguage=es&resumeToken={}", self.session, self.listener)
    }
}

/// A server on which two broadcasts were begun before it was started again.
async fn started_again(data_dir: &Path) -> (TestServer, [Broadcast; 2]) {
    let server = TestServer::start(stored(data_dir)).await;
    let broadcasts = [Broadcast::begin(&server).await, Broadcast::begin(&server).await];
    server.stop().await.unwrap();
    (TestServer::start(stored(data_dir)).await, broadcasts)
}

#[tokio::test]
async fn what_the_speaker_knew_is_there_and_nothing_false_is_told_meanwhile() {
    let directory = TempDir::new().unwrap();
    let (server, [one, two]) = started_again(directory.path()).await;
    let mut first = server.connect(&one.speaking()).await;
    let mut second = server.connect(&two.speaking()).await;
    for speaker in [&mut first, &mut second] {
        let status = speaker.expect("sessionStatus").await;
        assert_eq!(
            (&status["exact"], &status["updateReason"]),
            (&json!(false), &json!("periodic")),
            "{status}"
        );
        assert_eq!(
            (&status["broadcastState"]["isMuted"], &status["listenerCount"]),
            (&json!(true), &json!(0))
        );
    }
    // The place went with the process, so the listener is counted anew, once.
    let mut back = server.connect(&one.listening()).await;
    assert_eq!(back.expect("sessionJoined").await["listenerCount"], 1);
    let mut other_back = server.connect(&two.listening()).await;
    assert_eq!(other_back.expect("sessionJoined").await["listenerCount"], 1);
    let (_newcomer, joined) = server.listener(&two.session, "fr").await;
    assert_eq!(joined["listenerCount"], 2);
    second.send(r#"{"action":"muteBroadcast"}"#).await;
    second.expect("broadcastMuted").await;

    // Triggers hold until the count is whole again. Then a change is told as one: Spanish has been heard of.
    let told = first.expect("sessionStatus").await;
    assert_eq!(
        (&told["updateReason"], &told["languageDistribution"]),
        (&json!("listenerCountChange"), &json!({"es": 1}))
    );
    assert!(told.get("exact").is_none(), "{told}");
    let told = second.expect("sessionStatus").await;
    assert_eq!(
        (&told["updateReason"], &told["languageDistribution"]),
        (&json!("newLanguage"), &json!({"es": 1, "fr": 1}))
    );
    assert!(told.get("exact").is_none(), "{told}");
}

#[tokio::test]
async fn questions_are_answered_meanwhile_and_say_that_they_may_be_short() {
    let directory = TempDir::new().unwrap();
    let (server, [one, two]) = started_again(directory.path()).await;
    let mut speaker = server.connect(&one.speaking()).await;
    speaker.expect("sessionStatus").await;
    let mut back = server.connect(&one.listening()).await;
    back.expect("sessionJoined").await;
    speaker.send(r#"{"action":"getSessionStatus","detail":"full"}"#).await;
    let answer = speaker.expect("sessionStatus").await;
    assert_eq!((&answer["exact"], &answer["listenerCount"]), (&json!(false), &json!(1)), "{answer}");
    let audience = &answer["audience"];
    assert_eq!((&audience["quality"]["exact"], &audience["peakListenerCount"]), (&json!(false), &json!(1)));
    assert!(audience["revision"].as_u64().unwrap() >= 3, "what it was told before counts on: {answer}");
    // The token of one session is no good for the other, before a restart and after it.
    let foreign = format!("/?sessionId={}&token={}", two.session, one.speaker);
    assert_eq!(server.try_connect(&foreign).await.err().unwrap().status, 401);
    // Nothing of it is in what anyone may read.
    let public = server.get(&format!("/sessions/{}", one.session), None).await;
    assert_eq!((public.status, public.json().get("listenerCount")), (200, None));
}

/// What a server leaves behind that is killed at this moment: its files as they are, without another word from it.
fn killed(data_dir: &Path) -> TempDir {
    let left = TempDir::new().unwrap();
    for file in std::fs::read_dir(data_dir).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), left.path().join(file.file_name())).unwrap();
    }
    left
}

#[tokio::test]
async fn a_killed_server_has_kept_what_it_had_answered_and_announced() {
    let directory = TempDir::new().unwrap();
    let server = TestServer::start(stored(directory.path())).await;
    let broadcast = Broadcast::begin(&server).await;
    let left = killed(directory.path());
    let server = TestServer::start(stored(left.path())).await;
    let mut speaker = server.connect(&broadcast.speaking()).await;
    let status = speaker.expect("sessionStatus").await;
    assert_eq!(
        (&status["broadcastState"]["isMuted"], &status["exact"]),
        (&json!(true), &json!(false)),
        "{status}"
    );
    let mut back = server.connect(&broadcast.listening()).await;
    back.expect("sessionJoined").await;
    let told = speaker.expect("sessionStatus").await;
    assert_eq!(told["updateReason"], "listenerCountChange", "Spanish was announced before: {told}");
}

#[tokio::test]
async fn an_ended_session_stays_ended_and_a_speaker_has_its_grace_anew() {
    let directory = TempDir::new().unwrap();
    let server = TestServer::start(stored(directory.path())).await;
    let left = Broadcast::begin(&server).await;
    let (_, ended, token) = server.speaker().await;
    let path = format!("/sessions/{ended}");
    assert_eq!(server.request("DELETE", &path, Some(&token), "").await.status, 204);
    server.stop().await.unwrap();

    let mut config = stored(directory.path());
    config.service.speaker_grace = Duration::from_millis(1_500);
    let server = TestServer::start(config).await;
    assert_eq!(server.get(&path, None).await.refusal(404), "SESSION_NOT_FOUND");
    // It was left long before its grace was over, but by a server that stopped, which is not the speaker's doing.
    let (mut listener, _) = server.listener(&left.session, "es").await;
    assert_eq!(listener.until("sessionEnded").await["reason"], "speakerLost");
    assert_eq!(listener.closed().await, 1000);
    let path = format!("/sessions/{}", left.session);
    assert_eq!(server.get(&path, None).await.refusal(404), "SESSION_NOT_FOUND");
}

#[tokio::test]
async fn a_damaged_database_is_refused_in_words_and_left_alone() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("headcount.db");
    let damaged = b"SQLite format 3\0 and then nothing that makes sense".repeat(100);
    std::fs::write(&file, &damaged).unwrap();
    let refused = TestServer::start(stored(directory.path())).await.stop().await;
    let Err(RunError::Open(text)) = refused else { panic!("{refused:?}") };
    assert!(text.contains("headcount.db"), "{text}");
    assert_eq!(std::fs::read(&file).unwrap(), damaged);
}

#[tokio::test]
async fn two_servers_do_not_share_a_directory() {
    let directory = TempDir::new().unwrap();
    let server = TestServer::start(stored(directory.path())).await;
    let (_speaker, session, _) = server.speaker().await;
    let refused = TestServer::start(stored(directory.path())).await.stop().await;
    assert!(matches!(&refused, Err(RunError::Open(_))), "{refused:?}");
    assert_eq!(server.get(&format!("/sessions/{session}"), None).await.status, 200);
}

#[tokio::test]
async fn the_audience_does_not_seem_to_leave_while_a_server_stops() {
    let directory = TempDir::new().unwrap();
    let mut config = stored(directory.path());
    config.service.reconnect_grace = Duration::ZERO;
    let server = TestServer::start(config).await;
    let (mut speaker, session, _) = server.speaker().await;
    let (mut listener, _) = server.listener(&session, "es").await;
    speaker.expect("sessionStatus").await;
    let stopping = tokio::spawn(server.stop());
    assert_eq!(listener.closed().await, 1001);
    drop(listener);
    // Nothing but the close: no status that says that the last listener has left.
    let next = timeout(Duration::from_secs(20), speaker.0.next()).await.expect("the close");
    assert!(
        matches!(&next, Some(Ok(Message::Close(Some(frame)))) if u16::from(frame.code) == 1001),
        "{next:?}"
    );
    drop(speaker);
    stopping.await.unwrap().unwrap();
}
