//! Counting by counters, in tables that others write: what the stream of their connections says is kept as sums of
//! ours, so that a status reads a handful of items however many listen.
//!
//! A session has some shards, to one of which the name of each connection belongs. A shard is one [`Sum`], listeners by
//! language, and one [`Mark`] for each connection: the last that was seen of it, and the cell of the sum in which that
//! counts. A record of the stream that is no later than the mark changes nothing, so records may come again and in any
//! order. Marks change only together with their sum, and only if nobody has written them since they were read.
//!
//! Nothing of this is believed until an [audit](audit) has compared it with the tables, nor after the sweep has ceased
//! to [keep](lease) it; the audience is counted by the index then.

mod audit;
mod cell;
mod lease;
mod mark;
mod noting;
mod place;
mod round;
mod settle;
mod sum;
#[cfg(test)]
mod tests;

pub use audit::Audited;
pub use settle::{Heard, Seen};

use super::counting::Tally;
use super::item::{Item, text};
use headcount_core::Timestamp;
use lease::Lease;
use place::Places;
use round::Round;
use sum::Sum;

/// How a store counts by counters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counters {
    /// Over how many items the counts of a session are spread, from 1 to 64. Each takes some 500 changes a second. With
    /// another number all sessions are counted anew.
    pub shards: u16,
}

/// What the counters of a session say at `now`, where `parts` are its items in our table; `None` where they are not
/// to be believed.
pub(super) fn tally(counters: Counters, parts: &[Item], now: Timestamp) -> Option<Tally> {
    let places = Places::of(counters);
    let part = |key: &str| parts.iter().find(|item| text(item, "sk") == Some(key));
    let lease = Lease::read(part(&places.lease())?)?;
    let round = Round::read(part(&places.round())?)?;
    if !lease.holds(now) || !round.has_settled(&lease) {
        return None;
    }
    let mut tally = Tally::new();
    // A shard that nobody was ever counted in has no item.
    for sum in (0..places.shards).filter_map(|shard| part(&places.sum(shard))) {
        for (language, count) in Sum::read(Some(sum)).counts(now) {
            *tally.entry(language.as_str().to_owned()).or_default() += count;
        }
    }
    Some(tally)
}
