//! What Lambda does with a batch that fails: again from the first record that failed, in halves, not for ever.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html>

use crate::batch::Failed;
use crate::dead_letters::DeadLetters;
use crate::function::Invoke;
use crate::stack::StreamRules;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// The wait before the first retry; each doubles it.
const FIRST_WAIT: Duration = Duration::from_millis(200);

/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// How batches are brought to a function.
pub(super) struct Retries<'a> {
    pub(super) rules: &'a StreamRules,
    pub(super) function: &'a dyn Invoke,
    pub(super) dead: &'a DeadLetters,
}

/// Records that are brought together, and how often they may be brought again.
struct Batch {
    records: Vec<Value>,
    retries: u32,
}

impl Retries<'_> {
    /// Brings `records` in order, each at least once; gives up what fails for too long.
    pub(super) async fn deliver(&self, records: Vec<Value>) {
        let over = Instant::now() + self.rules.max_age;
        // The batches that are left, the next one last.
        let mut left = vec![Batch { records, retries: self.rules.retries }];
        while let Some(mut batch) = left.pop() {
            let first_failed = self.attempt(&batch.records).await;
            if first_failed >= batch.records.len() {
                continue;
            }
            batch.records.drain(..first_failed);
            if first_failed == 0 && self.rules.bisect && batch.records.len() > 1 {
                // Halving is no retry: it ends by itself.
                let later = batch.records.split_off(batch.records.len() / 2);
                left.push(Batch { records: later, retries: batch.retries });
                left.push(batch);
                continue;
            }
            if batch.retries == 0 || Instant::now() >= over {
                self.dead.add("stream", &format!("{} records failed for too long", batch.records.len()));
                continue;
            }
            sleep(wait(self.rules.retries - batch.retries)).await;
            batch.retries -= 1;
            left.push(batch);
        }
    }

    /// Brings them once; the place of the first that failed, or how many there are.
    async fn attempt(&self, records: &[Value]) -> usize {
        let returned = self.function.invoke(json!({ "Records": records })).await;
        let names: Vec<&str> = records.iter().map(sequence).collect();
        match Failed::read(&returned, &names) {
            Failed::All => 0,
            Failed::These(failed) => {
                names.iter().position(|name| failed.contains(*name)).unwrap_or(records.len())
            }
        }
    }
}

fn sequence(record: &Value) -> &str {
    record["dynamodb"]["SequenceNumber"].as_str().unwrap_or_default()
}

fn wait(retry: u32) -> Duration {
    FIRST_WAIT.saturating_mul(1 << retry.min(16)).min(LONGEST_WAIT)
}
