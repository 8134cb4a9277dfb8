//! The stream of the table of connections: read as Lambda reads it, batch after batch, in order.

mod reader;
mod retries;
#[cfg(test)]
mod tests;

pub(crate) use reader::Reader;

use crate::dead_letters::DeadLetters;
use crate::function::Invoke;
use crate::stack::StreamRules;
use retries::Retries;
use std::time::Duration;

/// How long to wait for an emulator that does not answer.
const PAUSE: Duration = Duration::from_secs(1);

/// Brings what `reader` finds to `function`, looking for more every `poll`, until it is dropped.
pub(crate) async fn deliver(
    mut reader: Reader,
    rules: StreamRules,
    function: &dyn Invoke,
    dead: &DeadLetters,
    poll: Duration,
) {
    let retries = Retries { rules: &rules, function, dead };
    loop {
        match reader.next(rules.batch_size).await {
            Ok(records) if records.is_empty() => tokio::time::sleep(poll).await,
            Ok(records) => retries.deliver(records).await,
            Err(error) => {
                tracing::warn!(%error, "the stream cannot be read");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
