//! One message of the work queue, as SQS hands it over.

use super::reading::text;
use serde_json::Value;

/// A message and the name under which its failure is reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueMessage {
    /// SQS's name for it; empty where it has none, which reports the whole batch as failed.
    pub id: String,
    /// What it says. What is not text says nothing.
    pub body: String,
}

impl QueueMessage {
    pub(super) fn read(record: &Value) -> Self {
        let of = |pointer| text(record, pointer).unwrap_or_default().to_owned();
        Self { id: of("/messageId"), body: of("/body") }
    }
}
