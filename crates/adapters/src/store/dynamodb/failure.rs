//! What becomes of a call: its outcome, a conflict with somebody else's, or a failure.

use crate::aws::cause;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::CancellationReason;
use headcount_core::ports::StoreError;
use std::error::Error;

/// What DynamoDB could not do. The text is for logs and never reaches a client.
pub(super) fn failed<E, R>(error: SdkError<E, R>) -> StoreError
where
    E: Error + ProvideErrorMetadata + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    StoreError::Unavailable(cause(&error, error.code(), error.message()))
}

/// A request that could not even be built.
pub(super) fn unbuilt(error: aws_sdk_dynamodb::error::BuildError) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

/// Whether a transaction was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// All of it.
    Done,
    /// Nothing: somebody else has written first, or is writing, or more was written than DynamoDB bears. Read again.
    Conflict,
}

pub(super) fn written<T, R>(
    result: Result<T, SdkError<TransactWriteItemsError, R>>,
) -> Result<Written, StoreError>
where
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let error = match result {
        Ok(_) => return Ok(Written::Done),
        Err(error) => error,
    };
    let lost = match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(canceled)) => {
            is_conflict(canceled.cancellation_reasons())
        }
        Some(TransactWriteItemsError::TransactionInProgressException(_)) => true,
        _ => false,
    };
    if lost { Ok(Written::Conflict) } else { Err(failed(error)) }
}

/// Whether a snapshot was refused only because somebody was just writing there.
pub(super) fn is_busy<R>(error: &SdkError<TransactGetItemsError, R>) -> bool {
    match error.as_service_error() {
        Some(TransactGetItemsError::TransactionCanceledException(canceled)) => {
            is_conflict(canceled.cancellation_reasons())
        }
        _ => false,
    }
}

/// Every reason is a lost race, a lack of throughput, or none at all. The SDK, which tries throttled calls again, does
/// not know of those within a transaction.
fn is_conflict(reasons: &[CancellationReason]) -> bool {
    let lost = |reason: &CancellationReason| {
        matches!(
            reason.code(),
            None | Some(
                "None"
                    | "ConditionalCheckFailed"
                    | "TransactionConflict"
                    | "ThrottlingError"
                    | "ProvisionedThroughputExceeded"
            )
        )
    };
    !reasons.is_empty() && reasons.iter().all(lost)
}
