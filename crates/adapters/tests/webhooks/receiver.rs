//! A receiver of webhooks on loopback, which answers as a test tells it to and keeps what it was sent.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use parking_lot::Mutex;
use serde_json::Value;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Long enough for a loaded machine. Nothing waits this long unless it fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// What a receiver does with a delivery.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    Status(u16),
    With(u16, &'static str, String),
    /// The connection stays open, and nothing comes.
    Silence,
    /// 200 and an endless body.
    Endless,
}

/// A delivery as it came.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub path: String,
    pub headers: HeaderMap,
    pub text: String,
    pub body: Value,
}

impl Delivery {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn sequence(&self) -> u64 {
        self.body["sequence"].as_u64().unwrap()
    }

    pub(crate) fn kind(&self) -> &str {
        self.body["type"].as_str().unwrap()
    }
}

struct Shared {
    /// Replies to come; the last one is given for ever.
    replies: Mutex<VecDeque<Reply>>,
    seen: mpsc::UnboundedSender<Delivery>,
}

pub(crate) struct Receiver {
    pub address: SocketAddr,
    shared: Arc<Shared>,
    seen: mpsc::UnboundedReceiver<Delivery>,
    serving: JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Receiver {
    pub(crate) async fn start(replies: &[Reply]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::serve(listener, replies)
    }

    pub(crate) fn serve(listener: TcpListener, replies: &[Reply]) -> Self {
        let address = listener.local_addr().unwrap();
        let (shared, seen) = shared(replies);
        let app = router(Arc::clone(&shared));
        let serving = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { address, shared, seen, serving }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook?key=hush", self.address)
    }

    /// From here on, these replies and the last of them for ever.
    pub(crate) fn reply(&self, replies: &[Reply]) {
        *self.shared.replies.lock() = replies.iter().cloned().collect();
    }

    /// The next delivery.
    pub(crate) async fn next(&mut self) -> Delivery {
        let next = tokio::time::timeout(PATIENCE, self.seen.recv()).await;
        next.expect("a delivery comes").expect("the receiver runs")
    }

    /// The next `count` of them.
    pub(crate) async fn take(&mut self, count: usize) -> Vec<Delivery> {
        let mut taken = Vec::new();
        while taken.len() < count {
            taken.push(self.next().await);
        }
        taken
    }

    /// Whether everything that came has been looked at.
    pub(crate) fn is_quiet(&mut self) -> bool {
        self.seen.try_recv().is_err()
    }
}

fn shared(replies: &[Reply]) -> (Arc<Shared>, mpsc::UnboundedReceiver<Delivery>) {
    let (sender, seen) = mpsc::unbounded_channel();
    (Arc::new(Shared { replies: Mutex::new(replies.iter().cloned().collect()), seen: sender }), seen)
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new().fallback(answer).with_state(shared)
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1_000_000).await.unwrap();
    let text = String::from_utf8(body.to_vec()).unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    let delivery = Delivery { path: head.uri.to_string(), headers: head.headers, text, body };
    let reply = {
        let mut replies = shared.replies.lock();
        let last = replies.len() <= 1;
        if last { replies.front().cloned() } else { replies.pop_front() }
    };
    shared.seen.send(delivery).unwrap();
    match reply.unwrap_or(Reply::Status(204)) {
        Reply::Status(status) => Response::builder().status(status).body(Body::empty()).unwrap(),
        Reply::With(status, name, value) => {
            Response::builder().status(status).header(name, value).body(Body::empty()).unwrap()
        }
        Reply::Silence => std::future::pending().await,
        Reply::Endless => {
            let piece = || Ok::<_, std::convert::Infallible>("x".repeat(1_024));
            Response::new(Body::from_stream(futures_util::stream::repeat_with(piece)))
        }
    }
}
