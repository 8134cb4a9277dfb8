//! DynamoDB on a bad day: passes every call on to the emulator, but for those that a test wants to fail.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::future::pending;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// An error of the service, by its name.
    Refuses(&'static str),
    /// Status 500 and a page of somebody's.
    Breaks,
    /// The call is done once the fault is over.
    Late,
    /// The call is taken, and nothing is ever said.
    Silent,
}

/// Something that happens between a call and its effect.
struct Meanwhile {
    about: [String; 2],
    happens: Box<dyn FnOnce() + Send>,
}

struct Shared {
    emulator: ureq::Agent,
    /// Calls that say this have that fault.
    faults: watch::Sender<Vec<(String, Fault)>>,
    meanwhile: Mutex<Option<Meanwhile>>,
}

/// What stands before the emulator.
pub(crate) struct Dynamo {
    url: String,
    shared: Arc<Shared>,
}

impl Dynamo {
    pub(crate) async fn start() -> Self {
        let emulator = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let shared = Shared { emulator, faults: watch::Sender::default(), meanwhile: Mutex::default() };
        let shared = Arc::new(shared);
        let routes = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { url, shared }
    }

    /// The setting of a function whose DynamoDB this is.
    pub(crate) fn setting(&self) -> (&str, &str) {
        ("AWS_ENDPOINT_URL_DYNAMODB", &self.url)
    }

    /// From now on, calls with `about` in them have `fault`. With nothing in it, all have.
    pub(crate) fn fails(&self, about: &str, fault: Fault) {
        self.shared.faults.send_modify(|faults| faults.push((about.to_owned(), fault)));
    }

    /// There is no fault any more.
    pub(crate) fn heals(&self) {
        self.shared.faults.send_replace(Vec::new());
    }

    /// Once `operation` is called with `about` in it, this happens before it is done.
    pub(crate) fn meanwhile(&self, operation: &str, about: &str, happens: impl FnOnce() + Send + 'static) {
        let about = [operation.to_owned(), about.to_owned()];
        *self.shared.meanwhile.lock().unwrap() = Some(Meanwhile { about, happens: Box::new(happens) });
    }

    /// Whether what was to happen meanwhile has happened.
    pub(crate) fn has_happened(&self) -> bool {
        self.shared.meanwhile.lock().unwrap().is_none()
    }
}

impl Shared {
    fn fault(&self, call: &str) -> Option<Fault> {
        let faults = self.faults.borrow();
        faults.iter().find(|(about, _)| call.contains(about)).map(|(_, fault)| *fault)
    }

    /// What is to happen before `call`.
    fn due(&self, call: &str) -> Option<Meanwhile> {
        let mut meanwhile = self.meanwhile.lock().unwrap();
        meanwhile.take_if(|meanwhile| meanwhile.about.iter().all(|about| call.contains(about)))
    }

    /// Passes a call on. It waits for the emulator, so it has a thread of its own.
    fn pass_on(&self, headers: &HeaderMap, body: &[u8]) -> Response {
        let mut request = self.emulator.post(crate::emulator::endpoint());
        for name in ["content-type", "x-amz-target", "x-amz-date", "authorization"] {
            request = request.header(name, headers[name].to_str().unwrap());
        }
        let mut answer = request.send(body).unwrap();
        let status = StatusCode::from_u16(answer.status().as_u16()).unwrap();
        json_response(status, answer.body_mut().read_to_string().unwrap())
    }
}

async fn answer(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let operation = headers["x-amz-target"].to_str().unwrap();
    let call = format!("{operation} {}", std::str::from_utf8(&body).unwrap());
    match shared.fault(&call) {
        None => {}
        Some(Fault::Refuses(name)) => return refusal(name),
        Some(Fault::Breaks) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(Fault::Silent) => pending().await,
        Some(Fault::Late) => {
            let over = |faults: &Vec<_>| faults.is_empty();
            shared.faults.subscribe().wait_for(over).await.unwrap();
        }
    }
    if let Some(meanwhile) = shared.due(&call) {
        (meanwhile.happens)();
    }
    tokio::task::spawn_blocking(move || shared.pass_on(&headers, &body)).await.unwrap()
}

/// An error as DynamoDB words it.
fn refusal(name: &str) -> Response {
    let body =
        json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{name}"), "message": "not today" });
    json_response(StatusCode::BAD_REQUEST, body.to_string())
}

fn json_response(status: StatusCode, body: String) -> Response {
    (status, [("content-type", "application/x-amz-json-1.0")], body).into_response()
}
