//! When another attempt is worth it, beyond what the SDK knows by itself.

use aws_sdk_apigatewaymanagement::config::{
    interceptors::InterceptorContext,
    retry::{ClassifyRetry, RetryAction},
};

/// HTTP's status for too many requests (RFC 6585 §4).
const TOO_MANY_REQUESTS: u16 = 429;

/// Tries again after a bare status 429. The SDK does so only if the error has its name in a header.
#[derive(Debug)]
pub(super) struct TooManyRequests;

impl ClassifyRetry for TooManyRequests {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let status = context.response().map(|response| response.status().as_u16());
        if status == Some(TOO_MANY_REQUESTS) {
            RetryAction::throttling_error()
        } else {
            RetryAction::NoActionIndicated
        }
    }

    fn name(&self) -> &'static str {
        "status 429"
    }
}
