//! What was last seen of one connection in one session.

use super::super::item::{Item, item, n, number, s, secs, text};
use super::super::reach::{Condition, Key, Write};
use super::cell::Cell;
use super::sum::unwritten;
use headcount_core::Timestamp;

/// How long a mark is kept that does not count, in seconds: no record is delivered later, since a stream keeps its
/// records for a day.
const KEPT: u64 = 2 * 24 * 60 * 60;

/// How long one that counts without an end is kept, in seconds. No connection of API Gateway's lasts so long.
const KEPT_WITHOUT_END: u64 = 30 * 24 * 60 * 60;

/// The last that was seen of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// How often it was written.
    pub(super) revision: u64,
    /// The place in the stream of the last record about it; empty where none was seen.
    pub(super) version: String,
    /// Where it counts; `None` is nowhere.
    pub(super) cell: Option<Cell>,
}

impl Mark {
    pub(super) fn read(found: &Item) -> Self {
        Self {
            revision: number(found, "rev").unwrap_or(0),
            version: text(found, "ver").unwrap_or_default().to_owned(),
            cell: text(found, "cell").and_then(Cell::read),
        }
    }

    /// When DynamoDB may forget it, in seconds.
    pub(super) fn expires(&self, now: Timestamp) -> u64 {
        let kept = match &self.cell {
            Some(Cell { quarter: None, .. }) => KEPT_WITHOUT_END,
            _ => KEPT,
        };
        let ends = self.cell.as_ref().and_then(Cell::ends).unwrap_or(0);
        ends.max(secs(now)).saturating_add(kept)
    }

    /// That it becomes this, where it is as it was read.
    pub(super) fn put(&self, key: Key, now: Timestamp) -> Write {
        let mut written = key.attributes();
        written.extend(item([
            ("rev", Some(n(self.revision))),
            ("ver", (!self.version.is_empty()).then(|| s(&self.version))),
            ("cell", self.cell.as_ref().map(|cell| s(cell.name()))),
            ("exp", Some(n(self.expires(now)))),
        ]));
        let before: Condition = unwritten(self.revision - 1);
        Write::Put(key, written, Some(before))
    }
}
