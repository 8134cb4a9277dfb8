//! The queue of wakes: messages that come after a delay, in batches, and again if they were not worked off.

mod shelf;
mod sqs;
#[cfg(test)]
mod tests;

pub(crate) use sqs::router;

use crate::batch::Failed;
use crate::dead_letters::DeadLetters;
use crate::function::{Clock, Invoke};
use crate::ids;
use crate::stack::{QueueRules, REGION, Source, arn};
use parking_lot::Mutex;
use serde_json::{Value, json};
use shelf::{Message, Shelf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, Semaphore};
use tokio::time::{Instant, sleep_until};

/// How many messages lie in the queue. What comes on top is refused (`OverLimit`), and its sender tries again.
const CAPACITY: usize = 10_000;

/// The name of the queue.
pub(crate) const NAME: &str = "Wakes";

/// The queue.
pub(crate) struct Queue {
    rules: QueueRules,
    clock: Clock,
    shelf: Mutex<Shelf>,
    changed: Notify,
    dead: DeadLetters,
}

/// There is no room for another message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Full;

impl Queue {
    pub(crate) fn new(rules: QueueRules, clock: Clock, dead: DeadLetters) -> Self {
        Self { rules, clock, shelf: Mutex::default(), changed: Notify::new(), dead }
    }

    /// Puts in a message that comes after `delay`; its name.
    pub(crate) fn send(&self, body: String, delay: Duration) -> Result<String, Full> {
        let now = Instant::now();
        let mut shelf = self.shelf.lock();
        if shelf.len() >= CAPACITY {
            return Err(Full);
        }
        let id = ids::uuid();
        let message = Message { id: id.clone(), body, sent: now, sent_at: self.clock.now(), received: 0 };
        shelf.put(message, now + delay);
        drop(shelf);
        self.changed.notify_one();
        Ok(id)
    }

    /// Brings messages to `function`, at most `at_once` batches at a time, until it is dropped.
    pub(crate) async fn deliver(self: Arc<Self>, function: Arc<dyn Invoke>, at_once: usize) {
        let turns = Arc::new(Semaphore::new(at_once));
        while let Ok(turn) = Arc::clone(&turns).acquire_owned().await {
            let batch = self.next_batch().await;
            let (queue, function) = (Arc::clone(&self), Arc::clone(&function));
            tokio::spawn(async move {
                queue.work_off(batch, &*function).await;
                drop(turn);
            });
        }
    }

    /// Waits for messages whose time has come.
    async fn next_batch(&self) -> Vec<Message> {
        loop {
            let (batch, next) = {
                let (mut shelf, now) = (self.shelf.lock(), Instant::now());
                (shelf.take(now, self.rules.batch_size, self.rules.retention), shelf.next())
            };
            if !batch.is_empty() {
                return batch;
            }
            let come = async {
                match next {
                    Some(at) => sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = come => {}
                () = self.changed.notified() => {}
            }
        }
    }

    async fn work_off(&self, mut batch: Vec<Message>, function: &dyn Invoke) {
        let visible_again = Instant::now() + self.rules.visibility;
        for message in &mut batch {
            message.received += 1;
        }
        let event = json!({ "Records": batch.iter().map(record).collect::<Vec<Value>>() });
        let returned = function.invoke(event).await;
        let names: Vec<&str> = batch.iter().map(|message| message.id.as_str()).collect();
        let failed = Failed::read(&returned, &names);
        batch.retain(|message| match &failed {
            Failed::All => true,
            Failed::These(names) => names.contains(&message.id),
        });
        self.bring_back(batch, visible_again);
    }

    /// What failed comes again, or is dead.
    fn bring_back(&self, failed: Vec<Message>, visible_again: Instant) {
        let (dead, again): (Vec<_>, Vec<_>) =
            failed.into_iter().partition(|message| message.received >= self.rules.max_receives);
        for message in dead {
            self.dead.add("queue", &format!("received {} times", message.received));
        }
        if again.is_empty() {
            return;
        }
        let mut shelf = self.shelf.lock();
        for message in again {
            shelf.put(message, visible_again);
        }
        drop(shelf);
        self.changed.notify_one();
    }
}

/// A message as Lambda shows it to the function.
fn record(message: &Message) -> Value {
    let sent_at = message.sent_at.as_millis().to_string();
    json!({
        "messageId": message.id,
        "receiptHandle": message.id,
        "body": message.body,
        "attributes": {
            "ApproximateReceiveCount": message.received.to_string(),
            "SentTimestamp": sent_at,
            "SenderId": "local",
            "ApproximateFirstReceiveTimestamp": sent_at,
        },
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": arn(Source::Queue, NAME),
        "awsRegion": REGION,
    })
}
