//! How far the audit of a session has come.
//!
//! A round compares all rows with their marks, and then all marks with their rows and their sums. It is done in steps,
//! by as many invocations as it takes, one after the other: each step begins where the last one that was written ended.

use super::super::item::{Item, item, map, millis, ms, n, number, s, secs, text};
use super::super::reach::{Condition, Key};
use super::lease::Lease;
use super::sum::unwritten;
use aws_sdk_dynamodb::types::AttributeValue;
use headcount_core::Timestamp;
use std::time::Duration;

/// How long after the beginning of a round that came to its end the next one begins.
const EVERY: Duration = Duration::from_secs(30 * 60);

/// How long a round is kept, in seconds.
const KEPT: u64 = 24 * 60 * 60;

/// What comes next.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Next {
    /// The rows of the index from this key on.
    Rows(Option<Item>),
    /// The marks of this shard.
    Marks(u16),
    /// Nothing.
    Done,
}

/// A round, and how the last one ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Round {
    pub(super) revision: u64,
    pub(super) began: Timestamp,
    pub(super) next: Next,
    /// When the last round began that came to its end.
    pub(super) settled: Option<Timestamp>,
}

impl Default for Round {
    fn default() -> Self {
        Self { revision: 0, began: Timestamp::EPOCH, next: Next::Done, settled: None }
    }
}

impl Round {
    pub(super) fn read(found: &Item) -> Option<Self> {
        let next = match text(found, "next")? {
            "rows" => Next::Rows(map(found, "from").cloned()),
            "marks" => Next::Marks(u16::try_from(number(found, "shard")?).ok()?),
            _ => Next::Done,
        };
        let settled = millis(found, "settled");
        Some(Self { revision: number(found, "rev")?, began: millis(found, "began")?, next, settled })
    }

    /// Whether a round came to its end that has seen all there was when `lease` began.
    pub(super) fn has_settled(&self, lease: &Lease) -> bool {
        self.settled.is_some_and(|settled| lease.is_taken_over(settled))
    }

    pub(super) fn is_due(&self, lease: &Lease, now: Timestamp) -> bool {
        let recent = self.settled.is_some_and(|settled| settled.plus(EVERY) > now);
        self.next != Next::Done || !self.has_settled(lease) || !recent
    }

    /// This round, where it is under way within `lease`; else a new one.
    pub(super) fn under_way(mut self, lease: &Lease, now: Timestamp) -> Self {
        if self.next == Next::Done || !lease.is_taken_over(self.began) {
            (self.began, self.next) = (now, Next::Rows(None));
        }
        self
    }

    /// The step is done, and `next` is what remains.
    pub(super) fn stepped(&mut self, next: Next) {
        self.revision += 1;
        self.next = next;
        if self.next == Next::Done {
            self.settled = Some(self.began);
        }
    }

    /// It as it is written, and that nobody else has written it.
    pub(super) fn write(&self, key: &Key, now: Timestamp) -> (Item, Condition) {
        let (name, from, shard) = match &self.next {
            Next::Rows(from) => ("rows", from.clone(), None),
            Next::Marks(shard) => ("marks", None, Some(*shard)),
            Next::Done => ("done", None, None),
        };
        let mut written = key.attributes();
        written.extend(item([
            ("rev", Some(n(self.revision))),
            ("began", Some(ms(self.began))),
            ("next", Some(s(name))),
            ("from", from.map(AttributeValue::M)),
            ("shard", shard.map(n)),
            ("settled", self.settled.map(ms)),
            ("exp", Some(n(secs(now).saturating_add(KEPT)))),
        ]));
        (written, unwritten(self.revision - 1))
    }
}
