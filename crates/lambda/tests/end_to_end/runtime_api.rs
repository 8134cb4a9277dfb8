//! The Lambda Runtime API, played: hands payloads to a process and takes what that makes of them.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::Value;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};

/// How long an invocation is waited for: more than any takes, on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the function returned; the error that it reported.
pub(crate) type Outcome = Result<Value, Value>;

/// What both sides of the Runtime API share.
struct Desk {
    payloads: Mutex<mpsc::UnboundedReceiver<String>>,
    outcomes: mpsc::UnboundedSender<Outcome>,
}

/// The Runtime API of one process.
pub(crate) struct RuntimeApi {
    address: String,
    payloads: mpsc::UnboundedSender<String>,
    outcomes: Mutex<mpsc::UnboundedReceiver<Outcome>>,
}

impl RuntimeApi {
    pub(crate) async fn start() -> Self {
        let (payloads, waiting) = mpsc::unbounded_channel();
        let (sender, outcomes) = mpsc::unbounded_channel();
        let desk = Arc::new(Desk { payloads: Mutex::new(waiting), outcomes: sender });
        let routes = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(respond))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(fail))
            .with_state(desk);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { address, payloads, outcomes: Mutex::new(outcomes) }
    }

    /// Surrounds `command` with what every function finds.
    pub(crate) fn surround(&self, mut command: Command) -> Command {
        command.env_clear().env("AWS_LAMBDA_RUNTIME_API", &self.address).envs(SURROUNDINGS);
        command
    }

    /// Lets the function handle a payload, whatever it is.
    pub(crate) async fn invoke(&self, payload: String) -> Outcome {
        self.payloads.send(payload).unwrap();
        let outcome = async { self.outcomes.lock().await.recv().await };
        tokio::time::timeout(PATIENCE, outcome).await.expect("the function answers in time").unwrap()
    }
}

/// What every function finds in its environment.
pub(crate) const SURROUNDINGS: [(&str, &str); 6] = [
    ("AWS_LAMBDA_FUNCTION_NAME", "headcount"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
    ("AWS_REGION", "eu-central-1"),
    ("AWS_ACCESS_KEY_ID", "pretend"),
    ("AWS_SECRET_ACCESS_KEY", "pretend"),
];

async fn next(State(desk): State<Arc<Desk>>) -> Response {
    let Some(payload) = desk.payloads.lock().await.recv().await else {
        return StatusCode::GONE.into_response();
    };
    let headers = [
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd"),
        // In the year 2100: the function has its own idea of how long is long enough.
        ("lambda-runtime-deadline-ms", "4102444800000"),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:eu-central-1:123456789012:function:headcount",
        ),
    ];
    (headers, payload).into_response()
}

async fn respond(State(desk): State<Arc<Desk>>, Path(_): Path<String>, body: Bytes) -> StatusCode {
    desk.outcomes.send(Ok(serde_json::from_slice(&body).unwrap())).unwrap();
    StatusCode::ACCEPTED
}

async fn fail(State(desk): State<Arc<Desk>>, Path(_): Path<String>, body: Bytes) -> StatusCode {
    desk.outcomes.send(Err(serde_json::from_slice(&body).unwrap())).unwrap();
    StatusCode::ACCEPTED
}
