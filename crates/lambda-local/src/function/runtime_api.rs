//! The Lambda Runtime API, version 2018-06-01, for one process.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use crate::stack::{Source, arn};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc};
use tokio_util::task::AbortOnDropHandle;

/// The largest answer that Lambda takes, in bytes: 6 MB.
const MAX_ANSWER: usize = 6 * 1_024 * 1_024;

/// One event for the process.
pub(super) struct Invocation {
    /// The name of the invocation.
    pub(super) id: String,
    /// The event as JSON.
    pub(super) event: String,
    /// When its time is over, in milliseconds since 1970.
    pub(super) deadline_ms: u64,
}

/// What the function returned, or the error that it reported.
pub(super) type Returned = Result<Value, Value>;

/// The API of one process, as the pool sees it.
pub(super) struct RuntimeApi {
    address: SocketAddr,
    desk: Arc<Desk>,
    events: mpsc::Sender<Invocation>,
    returned: mpsc::Receiver<Returned>,
    _server: AbortOnDropHandle<io::Result<()>>,
}

/// As the process sees it.
struct Desk {
    function: &'static str,
    /// At most one at a time.
    events: tokio::sync::Mutex<mpsc::Receiver<Invocation>>,
    /// The invocation that the process works on. It is answered once.
    current: Mutex<Option<String>>,
    returned: mpsc::Sender<Returned>,
    asked: Notify,
}

impl RuntimeApi {
    /// Opens it on a free port of the loopback interface.
    pub(super) async fn open(function: &'static str) -> io::Result<Self> {
        let (events, waiting) = mpsc::channel(1);
        let (answers, returned) = mpsc::channel(1);
        let desk = Arc::new(Desk {
            function,
            events: tokio::sync::Mutex::new(waiting),
            current: Mutex::default(),
            returned: answers,
            asked: Notify::new(),
        });
        let routes = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(respond))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(fail))
            .route("/2018-06-01/runtime/init/error", post(fail_to_start))
            .layer(DefaultBodyLimit::max(MAX_ANSWER))
            .with_state(Arc::clone(&desk));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let server = tokio::spawn(async move { axum::serve(listener, routes).await });
        Ok(Self { address, desk, events, returned, _server: AbortOnDropHandle::new(server) })
    }

    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until the process asks for an event.
    pub(super) async fn asked(&self) {
        self.desk.asked.notified().await;
    }

    /// Hands out one event; what came of it. `None` says that nobody will answer any more.
    pub(super) async fn invoke(&mut self, invocation: Invocation) -> Option<Returned> {
        self.events.send(invocation).await.ok()?;
        self.returned.recv().await
    }
}

/// Waits for the next event. When there will be none, the process is told so and ends.
async fn next(State(desk): State<Arc<Desk>>) -> Response {
    desk.asked.notify_one();
    let Some(invocation) = desk.events.lock().await.recv().await else {
        return refused(StatusCode::GONE, "ContainerStopped");
    };
    *desk.current.lock() = Some(invocation.id.clone());
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", invocation.id),
        ("lambda-runtime-deadline-ms", invocation.deadline_ms.to_string()),
        ("lambda-runtime-invoked-function-arn", arn(Source::Function, desk.function)),
    ];
    (headers, invocation.event).into_response()
}

async fn respond(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    match body {
        // A function that returns nothing returns null.
        Ok(body) if body.is_empty() => desk.take(&id, Ok(Value::Null)).await,
        Ok(body) => {
            let returned = serde_json::from_slice(&body).map_err(
                |error| json!({ "errorType": "Runtime.InvalidJson", "errorMessage": error.to_string() }),
            );
            desk.take(&id, returned).await
        }
        Err(_) => {
            let error =
                json!({ "errorType": "Function.ResponseSizeTooLarge", "errorMessage": "more than 6 MB" });
            desk.take(&id, Err(error)).await;
            refused(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge")
        }
    }
}

async fn fail(State(desk): State<Arc<Desk>>, Path(id): Path<String>, body: Bytes) -> Response {
    desk.take(&id, Err(serde_json::from_slice(&body).unwrap_or_default())).await
}

async fn fail_to_start(State(desk): State<Arc<Desk>>, Json(error): Json<Value>) -> Response {
    let kind = error["errorType"].as_str().unwrap_or("unknown");
    tracing::error!(function = desk.function, kind, "the function reports that it cannot start");
    accepted()
}

impl Desk {
    /// Takes what came of the invocation `id`, which must be the one that the process works on.
    async fn take(&self, id: &str, returned: Returned) -> Response {
        let mine = self.current.lock().take_if(|current| current == id).is_some();
        if !mine {
            return refused(StatusCode::BAD_REQUEST, "InvalidRequestID");
        }
        // There is room for the one answer; if nobody waits for it, its invocation was given up.
        let _ = self.returned.send(returned).await;
        accepted()
    }
}

fn accepted() -> Response {
    (StatusCode::ACCEPTED, Json(json!({ "status": "OK" }))).into_response()
}

fn refused(status: StatusCode, kind: &str) -> Response {
    (status, Json(json!({ "errorType": kind, "errorMessage": kind }))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ureq::Agent;

    /// One request of the process; the status, the id of the invocation and the body that it gets.
    async fn ask(api: &RuntimeApi, path: &str, body: Option<&'static [u8]>) -> (u16, String, String) {
        let url = format!("http://{}/2018-06-01/runtime/invocation/{path}", api.address());
        let asked = tokio::task::spawn_blocking(move || {
            let agent: Agent = Agent::config_builder().http_status_as_error(false).build().into();
            let answer = match body {
                Some(body) => agent.post(&url).send(body),
                None => agent.get(&url).call(),
            };
            let mut answer = answer.unwrap();
            let id = answer.headers().get("lambda-runtime-aws-request-id");
            let id = id.map(|id| id.to_str().unwrap().to_owned()).unwrap_or_default();
            (answer.status().as_u16(), id, answer.body_mut().read_to_string().unwrap())
        });
        asked.await.unwrap()
    }

    fn invocation(id: &str) -> Invocation {
        Invocation { id: id.to_owned(), event: r#"{"a":1}"#.to_owned(), deadline_ms: 1_795_575_486_000 }
    }

    #[tokio::test]
    async fn an_event_is_answered_once_and_by_its_name() {
        let mut api = RuntimeApi::open("requests").await.unwrap();
        api.events.send(invocation("one")).await.unwrap();
        assert_eq!(ask(&api, "next", None).await, (200, "one".to_owned(), r#"{"a":1}"#.to_owned()));
        assert_eq!(ask(&api, "two/response", Some(b"{}")).await.0, 400);
        assert_eq!(ask(&api, "one/response", Some(b"{\"b\":2}")).await.0, 202);
        assert_eq!(ask(&api, "one/response", Some(b"{}")).await.0, 400, "it has been answered");
        assert_eq!(api.returned.recv().await, Some(Ok(json!({ "b": 2 }))));
    }

    #[tokio::test]
    async fn errors_and_answers_that_are_none_are_errors() {
        let mut api = RuntimeApi::open("requests").await.unwrap();
        for (path, body, expected) in [
            ("x/error", &br#"{"errorType":"Sweep","errorMessage":"no"}"#[..], "Sweep"),
            ("x/response", b"{", "Runtime.InvalidJson"),
            ("x/response", vec![b' '; MAX_ANSWER + 1].leak(), "Function.ResponseSizeTooLarge"),
        ] {
            api.events.send(invocation("x")).await.unwrap();
            ask(&api, "next", None).await;
            ask(&api, path, Some(body)).await;
            assert_eq!(api.returned.recv().await.unwrap().unwrap_err()["errorType"], expected);
        }
    }

    #[tokio::test]
    async fn a_process_that_is_to_end_is_told_so() {
        let api = RuntimeApi::open("requests").await.unwrap();
        let RuntimeApi { address, desk, events, returned, _server } = api;
        drop(events);
        let (events, _) = mpsc::channel(1);
        let api = RuntimeApi { address, desk, events, returned, _server };
        assert_eq!(ask(&api, "next", None).await.0, 410);
    }
}
