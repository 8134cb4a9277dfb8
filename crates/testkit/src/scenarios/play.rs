//! One story while it is played: the stage, the clients that come, and what is written down.

use super::client::Client;
use super::inbox::{PATIENCE, Socket};
use super::stage::{Driver, Rules, Stage};
use super::transcript::Transcript;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue, Response};

/// What clients offer that cannot read the answer to an upgrade.
const SUBPROTOCOL: &str = "headcount.v1";

/// A story on its stage.
#[derive(Debug)]
pub struct Play {
    stage: Stage,
    transcript: Arc<Transcript>,
}

/// The answer to an upgrade that was refused.
type Refusal = Response<Option<Vec<u8>>>;

impl Play {
    /// A new story on a stage with these rules.
    pub async fn on(driver: &dyn Driver, rules: Rules) -> Self {
        Self { stage: driver.stage(rules).await, transcript: Arc::default() }
    }

    /// How long after the last status the next is sent.
    #[must_use]
    pub fn period(&self) -> Duration {
        self.stage.period
    }

    /// A login token of `user`.
    #[must_use]
    pub fn login(&self, user: &str) -> String {
        let token = (self.stage.login)(user);
        self.transcript.knows("login", &token);
        token
    }

    /// `name` connects with this query.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn connect(&self, name: &str, query: &str) -> Client {
        self.connect_with(name, query, &[]).await
    }

    /// The same with a token in the header.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn connect_bearing(&self, name: &str, query: &str, token: &str) -> Client {
        self.connect_with(name, query, &[("authorization", &format!("Bearer {token}"))]).await
    }

    async fn connect_with(&self, name: &str, query: &str, headers: &[(&str, &str)]) -> Client {
        let seen: Vec<Value> =
            [query].into_iter().chain(headers.iter().map(|(_, value)| *value)).map(Value::from).collect();
        self.transcript.notes(name, "connects", &seen);
        match self.upgrade(query, headers).await {
            Ok(socket) => Client::new(name, socket, &self.transcript),
            Err(refused) => panic!("{name} is refused: {refused:?}"),
        }
    }

    /// `name` tries to connect with this query and is refused, by an HTTP status; and if it cannot read that, by a
    /// message and a close.
    ///
    /// # Panics
    /// If it is let in.
    pub async fn refused(&self, name: &str, query: &str) {
        let Err(refused) = self.upgrade(query, &[]).await else { panic!("{name} is let in with {query}") };
        let body = refused.body().clone().unwrap_or_default();
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        self.transcript.is_refused(name, query, refused.status().as_u16(), &body["code"]);
        let mut browser = self.connect_with(name, query, &[("sec-websocket-protocol", SUBPROTOCOL)]).await;
        let error = browser.hear("error").await;
        let same = self.stage.differences.bare_refusals || body["code"] == error["code"];
        assert!(same, "{body} by HTTP, {error} by message");
        browser.is_closed().await;
    }

    async fn upgrade(&self, query: &str, headers: &[(&str, &str)]) -> Result<Socket, Refusal> {
        let url = format!("{}?{query}", self.stage.url);
        let mut request = url.into_client_request().unwrap_or_else(|error| panic!("{query}: {error}"));
        for (name, value) in headers {
            let value = HeaderValue::from_str(value).unwrap_or_else(|error| panic!("{value}: {error}"));
            let name =
                HeaderName::from_bytes(name.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"));
            request.headers_mut().insert(name, value);
        }
        match timeout(PATIENCE, connect_async(request)).await {
            Ok(Ok((socket, _))) => Ok(socket),
            Ok(Err(tungstenite::Error::Http(refused))) => Err(*refused),
            Ok(Err(error)) => panic!("no answer to the upgrade: {error}"),
            Err(_) => panic!("no answer to the upgrade"),
        }
    }

    /// `name` connects and creates a session by a message.
    pub async fn speaker(&self, name: &str) -> Client {
        let mut speaker = self.connect(name, "").await;
        speaker.ask(json!({"action": "createSession", "sourceLanguage": "en"}), "sessionCreated").await;
        speaker
    }

    /// `name` connects and joins the session of `speaker` by a message.
    pub async fn listener(&self, name: &str, speaker: &Client, language: &str) -> Client {
        let mut listener = self.connect(name, "").await;
        listener.ask(join(&speaker.told("sessionId"), language), "sessionJoined").await;
        listener
    }

    /// The same, not written down: one of many, who come in whatever order.
    pub async fn unseen_listener(&self, name: &str, speaker: &Client, language: &str) -> Client {
        let nobody = Arc::default();
        let socket = self.upgrade("", &[]).await;
        let socket = socket.unwrap_or_else(|refused| panic!("{name} is refused: {refused:?}"));
        let mut listener = Client::new(name, socket, &nobody);
        listener.ask(join(&speaker.told("sessionId"), language), "sessionJoined").await;
        listener
    }

    /// Compares all that was written down with what is kept for `story`.
    pub(super) fn compare(self, story: &str, scratch: &Path) {
        self.transcript.compare(story, self.stage.differences, scratch);
    }
}

/// A message that joins `session`.
#[must_use]
pub fn join(session: &str, language: &str) -> Value {
    json!({"action": "joinSession", "sessionId": session, "targetLanguage": language})
}

impl Drop for Play {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("what was said and heard until then:\n{}", self.transcript);
        }
    }
}
