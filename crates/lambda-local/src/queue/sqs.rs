//! The call `SendMessage` of SQS, in its JSON protocol. Nobody here calls another.
//!
//! Source: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>

use super::{NAME, Queue};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// The longest delay of a message, in seconds.
const MAX_DELAY: u64 = 900;

/// The longest request, in bytes: a message of 256 KiB and what is around it.
const MAX_REQUEST: usize = 512 * 1_024;

/// Why a request is refused: the name of the error, and a text.
pub(super) type Refused = (&'static str, String);

/// SQS at `/`, as SDKs call it.
pub(crate) fn router(queue: Arc<Queue>) -> Router {
    Router::new().route("/", post(call)).layer(DefaultBodyLimit::max(MAX_REQUEST)).with_state(queue)
}

async fn call(State(queue): State<Arc<Queue>>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    match answer(&queue, target, &body) {
        Ok(answer) => json_response(StatusCode::OK, &answer),
        Err((error, message)) => {
            let error = format!("com.amazonaws.sqs#{error}");
            json_response(StatusCode::BAD_REQUEST, &json!({ "__type": error, "message": message }))
        }
    }
}

/// The digest of the body, which a client may compare, is left out: no SDK that Headcount is made with looks at it.
pub(super) fn answer(queue: &Queue, target: &str, body: &[u8]) -> Result<Value, Refused> {
    if target != "AmazonSQS.SendMessage" {
        return Err(("UnsupportedOperation", format!("{target} is not played here")));
    }
    let invalid = |what: &str| ("InvalidParameterValue", what.to_owned());
    let request: Value = serde_json::from_slice(body).map_err(|_| invalid("The request is no JSON"))?;
    if request["QueueUrl"].as_str().is_none_or(|url| !url.ends_with(&format!("/{NAME}"))) {
        return Err(("QueueDoesNotExist", "The specified queue does not exist.".to_owned()));
    }
    let message = request["MessageBody"].as_str().filter(|body| !body.is_empty());
    let message = message.ok_or(("MissingParameter", "MessageBody is missing".to_owned()))?;
    let delay = match &request["DelaySeconds"] {
        Value::Null => 0,
        delay => delay
            .as_u64()
            .filter(|delay| *delay <= MAX_DELAY)
            .ok_or_else(|| invalid("DelaySeconds must be 0 to 900"))?,
    };
    let id = queue
        .send(message.to_owned(), Duration::from_secs(delay))
        .map_err(|_| ("OverLimit", "Too many messages are in the queue".to_owned()))?;
    Ok(json!({ "MessageId": id }))
}

fn json_response(status: StatusCode, body: &Value) -> Response {
    (status, [("content-type", "application/x-amz-json-1.0")], body.to_string()).into_response()
}
