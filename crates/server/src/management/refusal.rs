//! Everything that a request can be refused for, and how API Gateway says it.

use super::access::Forbidden;
use super::request_id::RequestId;
use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header::ALLOW};
use serde_json::json;

/// Without this header no SDK knows which of the service's errors it sees: it is not in the body.
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// Why a request is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// No such path.
    NotFound,
    /// No such action on a connection.
    MethodNotAllowed,
    /// The path names what cannot be a connection id.
    InvalidConnectionId,
    /// Who asks may not.
    Forbidden(Forbidden),
    /// Too many bodies are being read.
    Busy,
    /// The body did not come in time.
    TooSlow,
    /// The body ended before its end.
    BrokenOff,
    /// The body is too large.
    TooLarge,
    /// The body is not UTF-8.
    NotText,
    /// The connection is not there (any more), or reads too slowly and was dropped.
    Gone,
}

impl Refusal {
    /// Status, type and text of the answer. Those that the service's model knows have their names from there.
    fn answer(&self) -> (StatusCode, &'static str, String) {
        let (status, kind, message) = match self {
            Self::Forbidden(why) => {
                return (StatusCode::FORBIDDEN, "ForbiddenException", why.to_string());
            }
            Self::NotFound => {
                (StatusCode::NOT_FOUND, "NotFoundException", "The path must be /{stage}/@connections/{id}")
            }
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "MethodNotAllowedException",
                "A connection takes POST, GET and DELETE",
            ),
            Self::InvalidConnectionId => {
                (StatusCode::BAD_REQUEST, "BadRequestException", "The path does not name a connection id")
            }
            Self::Busy => (
                StatusCode::TOO_MANY_REQUESTS,
                "LimitExceededException",
                "Too many requests are being read; try again",
            ),
            Self::TooSlow => {
                (StatusCode::REQUEST_TIMEOUT, "RequestTimeoutException", "The body did not come in time")
            }
            Self::BrokenOff => {
                (StatusCode::BAD_REQUEST, "BadRequestException", "The body could not be read to its end")
            }
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "PayloadTooLargeException",
                "A message may have 131072 bytes at most",
            ),
            Self::NotText => (
                StatusCode::BAD_REQUEST,
                "BadRequestException",
                "A message is sent as a text frame, so it must be UTF-8",
            ),
            Self::Gone => (StatusCode::GONE, "GoneException", "The connection is gone"),
        };
        (status, kind, message.to_owned())
    }

    /// Notes who was kept out and why. Other refusals are the caller's own business.
    pub(super) fn log(&self, request_id: &RequestId) {
        if let Self::Forbidden(why) = self {
            tracing::info!(request_id = request_id.as_str(), reason = %why, "management request forbidden");
        }
    }
}

impl From<Forbidden> for Refusal {
    fn from(why: Forbidden) -> Self {
        Self::Forbidden(why)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, kind, message) = self.answer();
        let body = Json(json!({ "message": message }));
        let mut response = (status, [(ERROR_TYPE, HeaderValue::from_static(kind))], body).into_response();
        if self == Self::MethodNotAllowed {
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST, GET, DELETE"));
        }
        response
    }
}
