//! Connections that are not there yet: API Gateway knows a connection once our answer to its `$connect` has arrived, and
//! says until then that it is gone. What was left for a moment later may come before that.

use headcount_core::ports::{Delivery, SendError};
use std::time::Duration;
use tokio::time::sleep;

/// How long is waited before each further attempt, in milliseconds: a second and a half in all. There is no event that says when a
/// connection is there, and an answer takes some milliseconds to arrive.
const PAUSES: [u64; 5] = [50, 100, 200, 400, 800];

/// Sends to a connection that may not be there yet, until it is; one that is gone in the end is gone.
pub(crate) async fn until_there<Sent>(send: impl Fn() -> Sent) -> Result<Delivery, SendError>
where
    Sent: Future<Output = Result<Delivery, SendError>>,
{
    for pause in PAUSES {
        match send().await? {
            Delivery::Gone => sleep(Duration::from_millis(pause)).await,
            there => return Ok(there),
        }
    }
    send().await
}

#[cfg(test)]
mod tests;
