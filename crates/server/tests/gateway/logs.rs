//! What the log says, and what it never says.

use crate::support::{Client, OPERATOR, TestServer, hs256, login_of};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use tracing_subscriber::filter::LevelFilter;

/// A log that a test can read.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Takes down everything that this thread, and with it the whole server of the test, logs.
    fn begin(&self) -> tracing::subscriber::DefaultGuard {
        let log = self.clone();
        let subscriber =
            tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_writer(move || log.clone());
        tracing::subscriber::set_default(subscriber.finish())
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[tokio::test]
async fn no_line_shows_a_token_an_address_or_a_message() {
    let log = Log::default();
    let _taken_down = log.begin();
    let server = TestServer::with(|config| config.speaker_auth = hs256()).await;
    let login = login_of("ada");
    let path = format!("/?action=createSession&sourceLanguage=en&token={login}");
    let mut speaker = server.connect(&path).await;
    let created = speaker.expect("sessionCreated").await;
    let text = |name: &str| created[name].as_str().unwrap().to_owned();
    let (session, speaker_token) = (text("sessionId"), text("speakerToken"));
    let (mut listener, joined) = server.listener(&session, "es").await;
    let resume = joined["resumeToken"].as_str().unwrap();
    listener.send(r#"{"action":"a-message-of-a-client"}"#).await;
    listener.expect_error("INVALID_ACTION").await;
    drop(listener);
    let _back =
        server.connect(&format!("/?sessionId={session}&targetLanguage=es&resumeToken={resume}")).await;
    let stranger = "a-token-that-is-none";
    server.try_connect(&format!("/?sessionId={session}&token={stranger}")).await.err().unwrap();
    server.get("/sessions", Some(OPERATOR)).await.json();
    server.get("/sessions", Some(stranger)).await.refusal(403);
    let foreign = [("origin", "https://evil.example")];
    Client::connect(server.address, "/", &foreign).await.err().unwrap();
    let status = format!("/sessions/{session}/status");
    assert_eq!(server.get(&status, Some(&speaker_token)).await.status, 200);
    speaker.send(r#"{"action":"endSession","reason":"a-reason-of-a-speaker"}"#).await;
    assert_eq!(speaker.closed().await, 1000);

    // A test that reads nothing finds nothing.
    let text = log.text();
    for said in ["token refused", "origin refused"] {
        assert!(text.contains(said), "{said} in:\n{text}");
    }
    let connection = created["connectionId"].as_str().unwrap();
    let secrets = [login.as_str(), &speaker_token, resume, stranger, OPERATOR, connection];
    for secret in secrets.into_iter().chain(["127.0.0.1", "a-message-of-a-client", "a-reason-of-a-speaker"]) {
        let line = text.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "shows {secret}");
    }
}
