//! The curve of a whole audience, out of those of its parts.

use headcount_core::{Timestamp, Trend};

/// At each point of any part, all parts together, but never more than `peak`: where the parts are drawn with different
/// steps, one that has fallen since and one that has risen since may meet in a point that never was.
pub(super) fn sum<'a>(started: Timestamp, parts: impl IntoIterator<Item = &'a Trend>, peak: u64) -> Trend {
    let mut changes = Vec::new();
    for part in parts {
        let mut before = 0;
        for (at, count) in part.points() {
            changes.push((*at, before, *count));
            before = *count;
        }
    }
    changes.sort_by_key(|(at, ..)| *at);
    let mut total = 0_u64;
    let points = changes.into_iter().map(|(at, before, count)| {
        total = (total + count).saturating_sub(before);
        (at, total.min(peak))
    });
    // Several changes at one time are one point: the last of them stands.
    Trend::from_points(started, points)
}
