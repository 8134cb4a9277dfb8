//! The Lambda Runtime API, played: hands out events, takes what the function makes of them, and the time of both.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use parking_lot::Mutex;
use serde_json::Value;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Instant;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// One event, and when it must be answered, in milliseconds of the epoch.
pub(crate) struct Event {
    pub(crate) payload: String,
    pub(crate) deadline: u64,
}

/// What the function did.
pub(crate) enum Outcome {
    /// It asked for an event, for the first time or again.
    Ready(Instant),
    /// It returned this.
    Returned { value: Value, handed: Instant, answered: Instant },
    /// It failed with this.
    Failed(Value),
}

/// Where events are put.
pub(crate) type Events = UnboundedSender<Event>;

/// Where it is told what became of them.
pub(crate) type Outcomes = mpsc::Receiver<Outcome>;

/// What the routes share. There is one function at a time.
#[derive(Clone)]
pub(crate) struct Desk(Arc<Inner>);

struct Inner {
    events: tokio::sync::Mutex<UnboundedReceiver<Event>>,
    outcomes: mpsc::Sender<Outcome>,
    handed: Mutex<Instant>,
}

impl Desk {
    pub(crate) fn new() -> (Self, Events, Outcomes) {
        let (events, waiting) = unbounded_channel();
        let (sender, outcomes) = mpsc::channel();
        let inner = Inner { events: waiting.into(), outcomes: sender, handed: Mutex::new(Instant::now()) };
        (Self(Arc::new(inner)), events, outcomes)
    }

    pub(crate) fn routes(self) -> Router {
        Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(respond))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(fail))
            .with_state(self)
    }

    fn tell(&self, outcome: Outcome) {
        self.0.outcomes.send(outcome).unwrap();
    }
}

async fn next(State(desk): State<Desk>) -> Response {
    desk.tell(Outcome::Ready(Instant::now()));
    let Some(event) = desk.0.events.lock().await.recv().await else {
        return StatusCode::GONE.into_response();
    };
    *desk.0.handed.lock() = Instant::now();
    let arn = "arn:aws:lambda:eu-central-1:123456789012:function:headcount";
    let headers = [
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned()),
        ("lambda-runtime-deadline-ms", event.deadline.to_string()),
        ("lambda-runtime-invoked-function-arn", arn.to_owned()),
    ];
    (headers, event.payload).into_response()
}

async fn respond(State(desk): State<Desk>, body: Bytes) -> StatusCode {
    let answered = Instant::now();
    let value = serde_json::from_slice(&body).unwrap();
    desk.tell(Outcome::Returned { value, handed: *desk.0.handed.lock(), answered });
    StatusCode::ACCEPTED
}

async fn fail(State(desk): State<Desk>, body: Bytes) -> StatusCode {
    desk.tell(Outcome::Failed(serde_json::from_slice(&body).unwrap()));
    StatusCode::ACCEPTED
}
