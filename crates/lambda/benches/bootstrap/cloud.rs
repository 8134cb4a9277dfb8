//! Everything that the function talks to, behind one address, on a thread of its own.

use crate::answers::Tables;
use crate::runtime_api::{Desk, Events, Outcomes};
use crate::trips::Trips;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::mpsc::channel;
use tokio::net::TcpListener;

/// What is remembered of the calls of SQS and of the management API.
#[derive(Default)]
pub(crate) struct Calls {
    /// The bodies of all messages that were queued.
    pub(crate) queued: Vec<String>,
    /// How many messages were posted to connections.
    pub(crate) posted: usize,
}

/// What the routes share.
pub(crate) struct Shared {
    pub(crate) tables: Mutex<Tables>,
    pub(crate) calls: Mutex<Calls>,
    pub(crate) trips: Trips,
    desk: Desk,
}

/// The other side, as the measurements see it.
pub(crate) struct Cloud {
    /// `HOST:PORT`.
    pub(crate) address: String,
    pub(crate) shared: Arc<Shared>,
    pub(crate) events: Events,
    pub(crate) outcomes: Outcomes,
}

impl Cloud {
    /// Starts it; it runs as long as the process.
    pub(crate) fn start() -> Self {
        let (desk, events, outcomes) = Desk::new();
        let shared = Arc::new(Shared {
            tables: Mutex::default(),
            calls: Mutex::default(),
            trips: Trips::default(),
            desk,
        });
        let (tell, told) = channel();
        let served = Arc::clone(&shared);
        std::thread::spawn(move || {
            // One thread, so that the function has a core to itself where there are two.
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
                tell.send(listener.local_addr().unwrap().to_string()).unwrap();
                axum::serve(tcp(listener), routes(served)).await.unwrap();
            });
        });
        Self { address: told.recv().unwrap(), shared, events, outcomes }
    }

    /// Empties the tables, and forgets all calls.
    pub(crate) fn clear(&self) {
        *self.shared.tables.lock() = Tables::default();
        *self.shared.calls.lock() = Calls::default();
    }
}

/// Without the pause that Nagle's algorithm makes between the head and the body of an answer.
fn tcp(listener: TcpListener) -> impl axum::serve::Listener<Addr = std::net::SocketAddr, Io: 'static> {
    use axum::serve::ListenerExt;
    listener.tap_io(|stream| drop(stream.set_nodelay(true)))
}

fn routes(shared: Arc<Shared>) -> Router {
    let desk = shared.desk.clone();
    Router::new()
        .route("/", post(call))
        .route("/prod/@connections/{id}", post(deliver))
        .with_state(shared)
        .merge(desk.routes())
}

/// DynamoDB and SQS, which say in a header what is asked.
async fn call(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    let (service, operation) = target.split_once('.').unwrap_or_default();
    let trip = shared.trips.begin(operation).await;
    let answer = if service == "AmazonSQS" {
        let message: serde_json::Value = serde_json::from_slice(&body).unwrap();
        shared.calls.lock().queued.push(message["MessageBody"].as_str().unwrap().to_owned());
        Ok(r#"{"MessageId":"1","MD5OfMessageBody":"0"}"#.to_owned())
    } else {
        shared.tables.lock().answer(operation, &body)
    };
    shared.trips.end(trip);
    let content = [("content-type", "application/x-amz-json-1.0")];
    match answer {
        Ok(text) => (content, text).into_response(),
        Err(unknown) => {
            eprintln!("the tables of the bench have no answer to {operation}: {unknown}");
            let error = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ValidationException"}"#;
            (StatusCode::BAD_REQUEST, content, error).into_response()
        }
    }
}

async fn deliver(State(shared): State<Arc<Shared>>) -> StatusCode {
    let trip = shared.trips.begin("PostToConnection").await;
    shared.calls.lock().posted += 1;
    shared.trips.end(trip);
    StatusCode::OK
}
