//! An HTTP server that answers as a test tells it to, and keeps what it was asked.

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use headcount_adapters::aws::{self, AwsSettings};
use parking_lot::Mutex;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::Barrier;
use tokio::task::JoinHandle;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub method: Method,
    /// With its percent signs.
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
    /// The client's end of the connection.
    pub from: SocketAddr,
}

/// What becomes of a request.
pub(crate) enum Answer {
    Status(u16),
    /// A status, the name of the error in the header that AWS has for it, and a body.
    Error(u16, Option<&'static str>, &'static str),
    /// The connection stays open, and nothing comes.
    Silence,
    /// 200, as soon as so many requests wait for it.
    Together(Arc<Barrier>),
}

type Script = dyn Fn(&Seen, usize) -> Answer + Send + Sync;

struct Shared {
    script: Box<Script>,
    seen: Mutex<Vec<Seen>>,
    at_once: Mutex<AtOnce>,
}

/// How many requests are being answered, and how many there ever were.
#[derive(Default)]
struct AtOnce {
    now: usize,
    most: usize,
}

/// One request that is being answered.
struct Answering(Arc<Shared>);

impl Answering {
    fn begin(shared: &Arc<Shared>) -> Self {
        let mut at_once = shared.at_once.lock();
        at_once.now += 1;
        at_once.most = at_once.most.max(at_once.now);
        Self(shared.clone())
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.at_once.lock().now -= 1;
    }
}

/// The server. It stops when it is dropped.
pub(crate) struct ScriptedHttp {
    pub url: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl ScriptedHttp {
    /// A server that answers as `script` says, which is given each request and how many came before it.
    pub(crate) async fn start(script: impl Fn(&Seen, usize) -> Answer + Send + Sync + 'static) -> Self {
        let shared =
            Arc::new(Shared { script: Box::new(script), seen: Mutex::default(), at_once: Mutex::default() });
        let app = Router::new().fallback(answer).with_state(shared.clone());
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("loopback has a free port");
        let url = format!("http://{}", listener.local_addr().expect("a listener has an address"));
        let service = app.into_make_service_with_connect_info::<SocketAddr>();
        let task = tokio::spawn(async move {
            axum::serve(listener, service).await.expect("a listener that is open accepts")
        });
        Self { url, shared, task }
    }

    /// The requests so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().clone()
    }

    /// How many requests there were at one time at the most.
    pub(crate) fn most_at_once(&self) -> usize {
        self.shared.at_once.lock().most
    }
}

impl Drop for ScriptedHttp {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let _answering = Answering::begin(&shared);
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 256 * 1024).await.expect("the body comes whole");
    let body = String::from_utf8(body.to_vec()).expect("the body is text");
    let seen =
        Seen { method: head.method, path: head.uri.path().to_owned(), headers: head.headers, body, from };
    let before = {
        let mut all = shared.seen.lock();
        all.push(seen.clone());
        all.len() - 1
    };
    match (shared.script)(&seen, before) {
        Answer::Status(status) => response(status, None, ""),
        Answer::Error(status, error, body) => response(status, error, body),
        Answer::Silence => std::future::pending().await,
        Answer::Together(all) => {
            all.wait().await;
            response(200, None, "")
        }
    }
}

fn response(status: u16, error: Option<&str>, body: &'static str) -> Response {
    let response =
        Response::builder().status(StatusCode::from_u16(status).expect("the script has valid statuses"));
    let response = match error {
        Some(error) => response.header("x-amzn-ErrorType", error),
        None => response,
    };
    response.body(Body::from(body)).expect("the script has valid headers")
}

/// An address at which nobody listens.
pub(crate) async fn nobody() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("loopback has a free port");
    format!("http://{}", listener.local_addr().expect("a listener has an address"))
}

/// The configuration of all clients, as production has it but for where AWS is.
pub(crate) async fn config(url: &str) -> aws_config::SdkConfig {
    aws::load(&AwsSettings::emulator(url)).await
}
