//! A server of the test's own, stopped when the test ends.

use super::{Answer, Client, Refusal};
use axum::body::Body;
use headcount_server::access::OperatorAuth;
use headcount_server::{Config, RunError, StoreConfig, run};
use serde_json::Value;
use std::net::SocketAddr;
use std::path::Path;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The token of every test server's operator.
pub(crate) const OPERATOR: &str = "the-operator-of-the-tests";

/// A running server.
pub(crate) struct TestServer {
    pub(crate) address: SocketAddr,
    pub(crate) management: Option<SocketAddr>,
    stop: Option<oneshot::Sender<()>>,
    running: Option<JoinHandle<Result<(), RunError>>>,
}

impl TestServer {
    /// Starts a server as `config` says on a free port.
    pub(crate) async fn start(config: Config) -> Self {
        let listener = listen();
        let address = listener.local_addr().unwrap();
        let management = match &config.management {
            Some(settings) => Some(TcpListener::bind(settings.listen).await.unwrap()),
            None => None,
        };
        let managed = management.as_ref().map(|listener| listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let shutdown = async move {
            let _ = stopped.await;
        };
        let running = tokio::spawn(run(listener, management, config, shutdown));
        Self { address, management: managed, stop: Some(stop), running: Some(running) }
    }

    /// A server as it is without any settings, in memory.
    pub(crate) async fn local() -> Self {
        Self::with(|_| {}).await
    }

    /// The same with an operator and whatever `set` changes.
    pub(crate) async fn with(set: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::local();
        config.operators = OperatorAuth::new([OPERATOR]).unwrap();
        set(&mut config);
        Self::start(config).await
    }

    /// Stops it and waits until it has stopped.
    pub(crate) async fn stop(mut self) -> Result<(), RunError> {
        drop(self.stop.take());
        self.running.take().unwrap().await.unwrap()
    }

    /// A request by HTTP, with the bearer of a token or without one, and with this body.
    pub(crate) async fn request(&self, method: &str, path: &str, token: Option<&str>, body: &str) -> Answer {
        let bearer = token.map(|token| format!("Bearer {token}"));
        let headers: Vec<_> = bearer.iter().map(|bearer| ("authorization", bearer.as_str())).collect();
        self.request_with(method, path, &headers, body).await
    }

    /// A request by HTTP with these headers.
    pub(crate) async fn request_with(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = http::Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", self.address.to_string());
        }
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        Answer::to(self.address, request.body(Body::from(body.to_owned())).unwrap()).await
    }

    /// `GET`.
    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        self.request("GET", path, token, "").await
    }

    /// How many listeners a session has, as its speaker reads it by HTTP.
    pub(crate) async fn count(&self, session: &str) -> u64 {
        let answer = self.get(&format!("/sessions/{session}/status"), Some(OPERATOR)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["listenerCount"].as_u64().unwrap()
    }

    /// Connects with this path and query.
    pub(crate) async fn connect(&self, path: &str) -> Client {
        self.try_connect(path).await.unwrap()
    }

    /// Connects, or is refused while upgrading.
    pub(crate) async fn try_connect(&self, path: &str) -> Result<Client, Refusal> {
        Client::connect(self.address, path, &[]).await
    }

    /// A speaker with a new session: the client, the session's name, the speaker token.
    pub(crate) async fn speaker(&self) -> (Client, String, String) {
        let mut speaker = self.connect("/?action=createSession&sourceLanguage=en").await;
        let created = speaker.expect("sessionCreated").await;
        let text = |name: &str| created[name].as_str().unwrap().to_owned();
        (speaker, text("sessionId"), text("speakerToken"))
    }

    /// A listener of `session`, and what it was told when it joined.
    pub(crate) async fn listener(&self, session: &str, language: &str) -> (Client, Value) {
        let mut listener = self.connect(&format!("/?sessionId={session}&targetLanguage={language}")).await;
        let joined = listener.expect("sessionJoined").await;
        (listener, joined)
    }
}

/// A store in `data_dir` of at most `max_bytes`.
pub(crate) fn on_disk(data_dir: &Path, max_bytes: Option<u64>) -> StoreConfig {
    let report_retention = StoreConfig::REPORT_RETENTION;
    StoreConfig::Embedded { data_dir: data_dir.to_owned(), report_retention, max_bytes }
}

/// A listener on a free port with room for a thousand clients that come at once, as the command makes one.
fn listen() -> TcpListener {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    socket.listen(4_096).unwrap()
}

impl Drop for TestServer {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.abort();
        }
    }
}
