//! What the answer of the management API means.

use aws_sdk_apigatewaymanagement::{config::http::HttpResponse, error::SdkError};
use headcount_core::ports::{Delivery, SendError};

/// HTTP's status for what is gone for good (RFC 9110 §15.5.11).
const GONE: u16 = 410;

/// What became of a call. That a connection is gone is read from the bare status: API Gateway does not always name the
/// error, and the SDK takes an error without a name for one that it does not know.
pub(super) fn delivery<T, E>(answer: Result<T, SdkError<E, HttpResponse>>) -> Result<Delivery, SendError> {
    let Err(error) = answer else { return Ok(Delivery::Delivered) };
    match error.raw_response().map(|response| response.status().as_u16()) {
        Some(GONE) => Ok(Delivery::Gone),
        Some(status) => Err(SendError(format!("the management API answered with status {status}"))),
        None => Err(SendError(without_answer(&error).to_owned())),
    }
}

const fn without_answer<E>(error: &SdkError<E, HttpResponse>) -> &'static str {
    match error {
        SdkError::TimeoutError(_) => "the management API did not answer in time",
        SdkError::DispatchFailure(_) => "the management API could not be reached",
        _ => "the management API could not be called",
    }
}
