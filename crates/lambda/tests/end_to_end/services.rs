//! SQS and the management API, played: everything is taken and written down.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

#[derive(Default)]
struct Calls {
    queued: Mutex<Vec<Value>>,
    posted: Mutex<Vec<(String, Value)>>,
    closed: Mutex<Vec<String>>,
    gone: Mutex<Vec<String>>,
}

/// The two services behind one address.
pub(crate) struct Services {
    url: String,
    calls: Arc<Calls>,
}

impl Services {
    pub(crate) async fn start() -> Self {
        let calls = Arc::new(Calls::default());
        let routes = Router::new()
            .route("/", post(queue))
            .route("/prod/@connections/{id}", post(deliver).delete(close))
            .with_state(Arc::clone(&calls));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { url, calls }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// What was posted since this was last asked: the connection and the message.
    pub(crate) fn posted(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut *self.calls.posted.lock().unwrap())
    }

    /// From now on, `connection` is gone.
    pub(crate) fn lose(&self, connection: &str) {
        self.calls.gone.lock().unwrap().push(connection.to_owned());
    }

    pub(crate) fn closed(&self) -> Vec<String> {
        self.calls.closed.lock().unwrap().clone()
    }

    /// The event that Lambda makes of what is in the queue, whatever its delay.
    pub(crate) fn queue_event(&self) -> Value {
        let messages = std::mem::take(&mut *self.calls.queued.lock().unwrap());
        let record = |(at, message): (usize, Value)| json!({ "eventSource": "aws:sqs", "messageId": at.to_string(), "body": message["MessageBody"] });
        json!({ "Records": messages.into_iter().enumerate().map(record).collect::<Vec<Value>>() })
    }
}

async fn queue(State(calls): State<Arc<Calls>>, headers: HeaderMap, body: Bytes) -> Response {
    assert_eq!(headers["x-amz-target"], "AmazonSQS.SendMessage");
    calls.queued.lock().unwrap().push(serde_json::from_slice(&body).unwrap());
    let answer = json!({ "MessageId": "1", "MD5OfMessageBody": "0" });
    ([("content-type", "application/x-amz-json-1.0")], answer.to_string()).into_response()
}

async fn deliver(State(calls): State<Arc<Calls>>, Path(id): Path<String>, body: Bytes) -> StatusCode {
    if calls.gone.lock().unwrap().contains(&id) {
        // Without the header that names the error, as it may come.
        return StatusCode::GONE;
    }
    calls.posted.lock().unwrap().push((id, serde_json::from_slice(&body).unwrap()));
    StatusCode::OK
}

async fn close(State(calls): State<Arc<Calls>>, Path(id): Path<String>) -> StatusCode {
    calls.closed.lock().unwrap().push(id);
    StatusCode::NO_CONTENT
}
