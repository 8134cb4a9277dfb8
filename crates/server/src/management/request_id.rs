//! The id by which a request can be found in the log.

use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue};

const HEADER: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// The longest id of a caller's that is kept.
const MAX_LENGTH: usize = 64;

/// The id of one request: the caller's own, if it brought one that can stand in a log, or 128 random bits.
pub(super) struct RequestId(HeaderValue);

impl RequestId {
    /// The id for the request with these `headers`.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        Self(headers.get(&HEADER).filter(|id| is_plain(id)).cloned().unwrap_or_else(random))
    }

    /// Puts it on the answer.
    pub(super) fn stamp(self, mut answer: Response) -> Response {
        answer.headers_mut().insert(HEADER, self.0);
        answer
    }

    /// The id for the log.
    pub(super) fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}

fn is_plain(id: &HeaderValue) -> bool {
    (1..=MAX_LENGTH).contains(&id.len())
        && id.as_bytes().iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
}

fn random() -> HeaderValue {
    let bits: u128 = rand::random();
    HeaderValue::try_from(format!("{bits:032x}")).expect("hexadecimal digits can stand in a header")
}
