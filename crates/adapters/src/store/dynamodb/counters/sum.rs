//! The sum of a shard: how many listeners each cell has.

use super::super::item::{Item, item, map, n, number, s, whole};
use super::super::reach::{Condition, Key, Write};
use super::cell::Cell;
use aws_sdk_dynamodb::types::AttributeValue;
use headcount_core::{Language, SessionId, Timestamp};
use std::collections::BTreeMap;

/// How many cells a sum may have, so that its item stays far below DynamoDB's 400 KB. Beyond that, who comes in a
/// language or an hour that has no cell counts as `other`, without an end.
const MOST_CELLS: usize = 4_096;

/// How many listeners each cell has, as of a revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    /// How often it was written.
    pub(super) revision: u64,
    pub(super) cells: BTreeMap<Cell, u64>,
    /// When DynamoDB may forget it, in seconds; `None` is never.
    expires: u64,
}

impl Sum {
    pub(super) fn read(found: Option<&Item>) -> Self {
        let Some(found) = found else { return Self::default() };
        let cells = map(found, "cells").into_iter().flatten();
        let cells = cells.filter_map(|(name, count)| Some((Cell::read(name)?, whole(count)?)));
        Self {
            revision: number(found, "rev").unwrap_or(0),
            cells: cells.filter(|(_, count)| *count > 0).collect(),
            expires: number(found, "exp").unwrap_or(0),
        }
    }

    /// Listeners by language, without those whose time is over.
    pub(super) fn counts(&self, now: Timestamp) -> impl Iterator<Item = (&Language, u64)> {
        let live = self.cells.iter().filter(move |(cell, _)| cell.counts_at(now));
        live.map(|(cell, count)| (&cell.language, *count))
    }

    /// Counts one more who would be in `cell`; the cell that it is in.
    pub(super) fn add(&mut self, cell: Cell) -> Cell {
        let room = self.cells.len() < MOST_CELLS || self.cells.contains_key(&cell);
        let cell = if room { cell } else { Cell::new(Language::other(), None) };
        *self.cells.entry(cell.clone()).or_default() += 1;
        cell
    }

    /// Counts one less in `cell`. What is not there any more has expired.
    pub(super) fn take(&mut self, cell: &Cell) {
        if let Some(count) = self.cells.get_mut(cell) {
            *count -= 1;
            if *count == 0 {
                self.cells.remove(cell);
            }
        }
    }

    /// Forgets the cells whose time is over.
    pub(super) fn let_go(&mut self, now: Timestamp) {
        self.cells.retain(|cell, _| cell.counts_at(now));
    }

    /// It is kept as long as a mark that counts in it.
    pub(super) fn outlast(&mut self, expires: u64) {
        self.expires = self.expires.max(expires);
    }

    /// That it becomes this, where it is as it was read: one revision earlier.
    pub(super) fn put(&self, session: &SessionId, key: &str) -> Write {
        let cells = self.cells.iter().map(|(cell, count)| (cell.name(), n(count))).collect();
        let written = item([
            ("pk", Some(s(session.as_str()))),
            ("sk", Some(s(key))),
            ("rev", Some(n(self.revision))),
            ("cells", Some(AttributeValue::M(cells))),
            ("exp", Some(n(self.expires))),
        ]);
        Write::Put(Key::status(session, key), written, Some(unwritten(self.revision - 1)))
    }
}

/// That what was read at `revision` has not been written since; nothing is there at the revision 0.
pub(super) fn unwritten(revision: u64) -> Condition {
    match revision {
        0 => Condition::plain("attribute_not_exists(pk) OR attribute_not_exists(rev)"),
        _ => Condition { expression: "rev = :rev", values: vec![(":rev", n(revision))] },
    }
}
