//! A cell of a sum: those who listen to one language and whose rows expire in one quarter of an hour.
//!
//! A `$disconnect` that was lost leaves a row that DynamoDB deletes up to two days late. Its listener does not count
//! beyond the quarter in which its time to live is over, though nobody says that it has gone.

use super::super::item::language;
use headcount_core::{Language, Timestamp};

/// The width of a cell, in seconds. A narrower one has more cells to read for each status.
const QUARTER: u64 = 15 * 60;

/// A language, and until when.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Cell {
    pub(super) language: Language,
    /// The number of the quarter of an hour at whose beginning it ceases to count; `None` is never.
    pub(super) quarter: Option<u64>,
}

impl Cell {
    pub(super) fn new(language: Language, until: Option<Timestamp>) -> Self {
        Self { language, quarter: until.map(|until| (until.as_millis() / 1_000).div_ceil(QUARTER)) }
    }

    pub(super) fn counts_at(&self, now: Timestamp) -> bool {
        self.ends().is_none_or(|ends| ends.saturating_mul(1_000) > now.as_millis())
    }

    /// When it ceases to count, in seconds.
    pub(super) fn ends(&self) -> Option<u64> {
        self.quarter.map(|quarter| quarter.saturating_mul(QUARTER))
    }

    /// As it is written.
    pub(super) fn name(&self) -> String {
        match self.quarter {
            Some(quarter) => format!("{}/{quarter}", self.language),
            None => self.language.to_string(),
        }
    }

    pub(super) fn read(name: &str) -> Option<Self> {
        let (tag, quarter) = match name.split_once('/') {
            Some((tag, quarter)) => (tag, Some(quarter.parse().ok()?)),
            None => (name, None),
        };
        Some(Self { language: language(tag), quarter })
    }
}
