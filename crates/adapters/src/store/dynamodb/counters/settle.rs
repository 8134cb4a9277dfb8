//! What a record changes, and what the tables do: the rules of the counters, without the tables.

use super::cell::Cell;
use super::mark::Mark;
use super::sum::Sum;
use headcount_core::{ConnectionId, Language, Timestamp};

/// What a record of the stream says of one connection in one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The connection.
    pub connection: ConnectionId,
    /// The place of the record in the stream. Of two that are about one connection the later one has the greater text.
    pub version: String,
    /// What it hears there since; `None` where it does not.
    pub heard: Option<Heard>,
}

/// What a listener hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// In which language.
    pub language: Language,
    /// Until when its row counts; `None` is for ever.
    pub until: Option<Timestamp>,
}

impl Heard {
    /// The cell in which it counts at `now`.
    pub(super) fn cell(&self, now: Timestamp) -> Option<Cell> {
        let counts = self.until.is_none_or(|until| until > now);
        counts.then(|| Cell::new(self.language.clone(), self.until))
    }
}

/// The mark that `seen` leaves in place of `mark`, and `sum` with it; `None` where as much or more was seen before.
pub(super) fn note(sum: &mut Sum, mark: Option<&Mark>, seen: &Seen, now: Timestamp) -> Option<Mark> {
    if mark.is_some_and(|mark| mark.version >= seen.version) {
        return None;
    }
    let wanted = seen.heard.as_ref().and_then(|heard| heard.cell(now));
    Some(moved(sum, mark, seen.version.clone(), wanted))
}

/// The mark of a connection that the table itself shows in `row`, where `mark` says otherwise. What records said last
/// stays known, so that those that are on their way find the same as without this.
pub(super) fn mend(sum: &mut Sum, mark: Option<&Mark>, row: Option<Cell>, now: Timestamp) -> Option<Mark> {
    let counted = mark.and_then(|mark| mark.cell.as_ref()).filter(|cell| cell.counts_at(now));
    if is_in(counted, row.as_ref()) {
        return None;
    }
    let version = mark.map(|mark| mark.version.clone()).unwrap_or_default();
    Some(moved(sum, mark, version, row))
}

/// Whether who is `counted` so counts as the row says. One for whom there was no cell of its own does.
pub(super) fn is_in(counted: Option<&Cell>, row: Option<&Cell>) -> bool {
    let spilled = |cell: &Cell| *cell == Cell::new(Language::other(), None);
    counted == row || (row.is_some() && counted.is_some_and(spilled))
}

fn moved(sum: &mut Sum, mark: Option<&Mark>, version: String, to: Option<Cell>) -> Mark {
    if let Some(from) = mark.and_then(|mark| mark.cell.as_ref()) {
        sum.take(from);
    }
    Mark { revision: mark.map_or(0, |mark| mark.revision) + 1, version, cell: to.map(|cell| sum.add(cell)) }
}
