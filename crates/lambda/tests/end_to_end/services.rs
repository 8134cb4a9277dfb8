//! SQS and the management API, played: everything is taken and written down, unless a test wants it otherwise.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::future::pending;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// What the management API makes of a message.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    /// A status, and the name of the error in the header that AWS has for it.
    Error(u16, Option<&'static str>),
    /// Status 429, once.
    BusyOnce,
    /// Nothing is said.
    Silence,
}

/// Something that happens while the management API has a message in its hands.
type Meanwhile = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Calls {
    queued: Mutex<Vec<Value>>,
    queue_is_silent: Mutex<bool>,
    posted: Mutex<Vec<(String, Value)>>,
    /// To whom something was posted, whatever became of it.
    attempts: Mutex<Vec<String>>,
    closed: Mutex<Vec<String>>,
    answers: Mutex<HashMap<String, Answer>>,
    meanwhile: Mutex<HashMap<String, Meanwhile>>,
}

impl Calls {
    fn answer(&self, connection: &str) -> Option<Answer> {
        let mut answers = self.answers.lock().unwrap();
        match answers.get(connection).copied() {
            Some(Answer::BusyOnce) => answers.remove(connection),
            answer => answer,
        }
    }
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

    /// How often it was tried to post something to `connection`.
    pub(crate) fn attempts(&self, connection: &str) -> usize {
        self.calls.attempts.lock().unwrap().iter().filter(|to| *to == connection).count()
    }

    /// From now on, this is what becomes of messages to `connection`.
    pub(crate) fn answer(&self, connection: &str, answer: Answer) {
        self.calls.answers.lock().unwrap().insert(connection.to_owned(), answer);
    }

    /// From now on, `connection` is gone. The header that names the error is missing, as it may be.
    pub(crate) fn lose(&self, connection: &str) {
        self.answer(connection, Answer::Error(410, None));
    }

    /// Once something is posted to `connection`, this happens before it is answered.
    pub(crate) fn meanwhile(&self, connection: &str, happens: impl FnOnce() + Send + 'static) {
        self.calls.meanwhile.lock().unwrap().insert(connection.to_owned(), Box::new(happens));
    }

    /// From now on, the queue says nothing.
    pub(crate) fn silence_queue(&self) {
        *self.calls.queue_is_silent.lock().unwrap() = true;
    }

    pub(crate) fn closed(&self) -> Vec<String> {
        self.calls.closed.lock().unwrap().clone()
    }

    /// The event that Lambda makes of what is in the queue, whatever its delay.
    pub(crate) fn queue_event(&self) -> Value {
        let messages = std::mem::take(&mut *self.calls.queued.lock().unwrap());
        let bodies = messages.iter().map(|message| message["MessageBody"].as_str().unwrap());
        handed_over(&bodies.collect::<Vec<&str>>())
    }
}

/// The event that Lambda makes of messages of the queue.
pub(crate) fn handed_over(bodies: &[&str]) -> Value {
    let record = |(at, body): (usize, &&str)| json!({ "eventSource": "aws:sqs", "messageId": at.to_string(), "body": body });
    json!({ "Records": bodies.iter().enumerate().map(record).collect::<Vec<Value>>() })
}

async fn queue(State(calls): State<Arc<Calls>>, headers: HeaderMap, body: Bytes) -> Response {
    assert_eq!(headers["x-amz-target"], "AmazonSQS.SendMessage");
    let silent = *calls.queue_is_silent.lock().unwrap();
    if silent {
        pending::<()>().await;
    }
    calls.queued.lock().unwrap().push(serde_json::from_slice(&body).unwrap());
    let answer = json!({ "MessageId": "1", "MD5OfMessageBody": "0" });
    ([("content-type", "application/x-amz-json-1.0")], answer.to_string()).into_response()
}

async fn deliver(State(calls): State<Arc<Calls>>, Path(id): Path<String>, body: Bytes) -> Response {
    calls.attempts.lock().unwrap().push(id.clone());
    let happens = calls.meanwhile.lock().unwrap().remove(&id);
    if let Some(happens) = happens {
        happens();
    }
    let (status, error) = match calls.answer(&id) {
        Some(Answer::Silence) => pending().await,
        Some(Answer::Error(status, error)) => (status, error),
        Some(Answer::BusyOnce) => (429, None),
        None => {
            calls.posted.lock().unwrap().push((id, serde_json::from_slice(&body).unwrap()));
            (200, None)
        }
    };
    let mut response = StatusCode::from_u16(status).unwrap().into_response();
    if let Some(error) = error {
        response.headers_mut().insert("x-amzn-errortype", error.parse().unwrap());
    }
    response
}

async fn close(State(calls): State<Arc<Calls>>, Path(id): Path<String>) -> StatusCode {
    calls.closed.lock().unwrap().push(id);
    StatusCode::NO_CONTENT
}
