//! Where messages lie until their time comes.

use headcount_core::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// A message of the queue.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) body: String,
    pub(super) sent: Instant,
    pub(super) sent_at: Timestamp,
    /// How often it was handed out.
    pub(super) received: u32,
}

/// Messages by the moment at which they may be handed out; those of one moment in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    messages: BTreeMap<(Instant, u64), Message>,
    /// Counts all that was ever put here.
    count: u64,
}

impl Shelf {
    pub(super) fn len(&self) -> usize {
        self.messages.len()
    }

    /// Lays down a message that may be handed out at `visible`.
    pub(super) fn put(&mut self, message: Message, visible: Instant) {
        self.count += 1;
        self.messages.insert((visible, self.count), message);
    }

    /// When the next one may be handed out.
    pub(super) fn next(&self) -> Option<Instant> {
        self.messages.first_key_value().map(|((visible, _), _)| *visible)
    }

    /// Hands out at most `most` whose time has come, and throws away those that lay longer than `retention`.
    pub(super) fn take(&mut self, now: Instant, most: usize, retention: Duration) -> Vec<Message> {
        let mut taken = Vec::new();
        while taken.len() < most && self.next().is_some_and(|visible| visible <= now) {
            let Some((_, message)) = self.messages.pop_first() else { break };
            if now.duration_since(message.sent) < retention {
                taken.push(message);
            }
        }
        taken
    }
}
