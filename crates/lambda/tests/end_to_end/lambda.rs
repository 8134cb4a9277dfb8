//! The Lambda Runtime API, played: hands events to a `bootstrap` process and takes what it makes of them.

use crate::services::Services;
use crate::tables::Tables;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use std::process::{Child, Command, Stdio};
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
    events: Mutex<mpsc::UnboundedReceiver<Value>>,
    outcomes: mpsc::UnboundedSender<Outcome>,
}

/// A function that runs.
pub(crate) struct Lambda {
    events: mpsc::UnboundedSender<Value>,
    outcomes: Mutex<mpsc::UnboundedReceiver<Outcome>>,
    process: Child,
}

impl Lambda {
    /// Starts the function over `tables` and `services`, with `settings` more.
    pub(crate) async fn start(tables: &Tables, services: &Services, settings: &[(&str, &str)]) -> Self {
        let (events, waiting) = mpsc::unbounded_channel();
        let (sender, outcomes) = mpsc::unbounded_channel();
        let desk = Arc::new(Desk { events: Mutex::new(waiting), outcomes: sender });
        let routes = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(respond))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(fail))
            .with_state(desk);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let process = bootstrap()
            .env("AWS_LAMBDA_RUNTIME_API", address.to_string())
            .env("AWS_ENDPOINT_URL_DYNAMODB", crate::emulator::endpoint())
            .env("AWS_ENDPOINT_URL_SQS", services.url())
            .env("API_GATEWAY_ENDPOINT", format!("{}/prod", services.url()))
            .env("WAKE_QUEUE_URL", format!("{}/queue", services.url()))
            .env("SESSIONS_TABLE_NAME", tables.name("Sessions"))
            .env("CONNECTIONS_TABLE_NAME", tables.name("Connections"))
            .env("STATUS_TABLE_NAME", tables.name("SessionStatus"))
            // The emulator of a debug build is slow beside DynamoDB, and this is no test of speed.
            .env("STATUS_QUERY_TIMEOUT_MS", "4000")
            .env("STATUS_CACHE_MS", "0")
            .envs(settings.iter().copied())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self { events, outcomes: Mutex::new(outcomes), process }
    }

    /// Lets the function handle `event`.
    pub(crate) async fn try_invoke(&self, event: Value) -> Outcome {
        self.events.send(event).unwrap();
        let outcome = async { self.outcomes.lock().await.recv().await };
        tokio::time::timeout(PATIENCE, outcome).await.expect("the function answers in time").unwrap()
    }

    pub(crate) async fn invoke(&self, event: Value) -> Value {
        self.try_invoke(event).await.unwrap_or_else(|error| panic!("the function failed: {error}"))
    }

    /// What `connection` is answered when it says `message`.
    pub(crate) async fn say(&self, connection: &str, message: Value) -> Value {
        let context = json!({ "eventType": "MESSAGE", "connectionId": connection });
        let returned = self.invoke(json!({ "requestContext": context, "body": message.to_string() })).await;
        assert_eq!(returned["statusCode"], 200);
        returned["body"].as_str().map_or(Value::Null, |body| serde_json::from_str(body).unwrap())
    }
}

impl Drop for Lambda {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// The binary, in the surroundings that every function has.
pub(crate) fn bootstrap() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bootstrap"));
    command.env_clear();
    for (name, value) in [
        ("AWS_LAMBDA_FUNCTION_NAME", "headcount"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "pretend"),
        ("AWS_SECRET_ACCESS_KEY", "pretend"),
    ] {
        command.env(name, value);
    }
    command
}

async fn next(State(desk): State<Arc<Desk>>) -> Response {
    let Some(event) = desk.events.lock().await.recv().await else {
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
    (headers, event.to_string()).into_response()
}

async fn respond(State(desk): State<Arc<Desk>>, Path(_): Path<String>, body: Bytes) -> StatusCode {
    desk.outcomes.send(Ok(serde_json::from_slice(&body).unwrap())).unwrap();
    StatusCode::ACCEPTED
}

async fn fail(State(desk): State<Arc<Desk>>, Path(_): Path<String>, body: Bytes) -> StatusCode {
    desk.outcomes.send(Err(serde_json::from_slice(&body).unwrap())).unwrap();
    StatusCode::ACCEPTED
}
