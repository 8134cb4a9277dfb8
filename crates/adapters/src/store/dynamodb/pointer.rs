//! Who holds a place that its first connection does not hold any more. A place that was never resumed has no pointer:
//! its first connection holds it.

use super::item::{Item, item, n, number, s, text};
use super::reach::{Key, Write};
use super::row::Row;
use headcount_core::{ConnectionId, SessionId};

pub(super) fn key(session: &SessionId, first: &ConnectionId) -> Key {
    Key::Status(session.clone(), sort_key(first))
}

fn sort_key(first: &ConnectionId) -> String {
    format!("place#{}", first.as_str())
}

/// The holder, if the pointer is of the session of that life and not an earlier one of its name.
pub(super) fn read(item: &Item, life: u64) -> Option<ConnectionId> {
    if number(item, "life") != Some(life) {
        return None;
    }
    ConnectionId::parse(text(item, "holder")?).ok()
}

/// Points to `row` as the holder of its place, if that was first another's.
pub(super) fn point(row: &Row) -> Option<Write> {
    let first = resumed(row)?;
    let item = item([
        ("pk", Some(s(row.session.as_str()))),
        ("sk", Some(s(sort_key(first)))),
        ("holder", Some(s(row.id.as_str()))),
        ("life", Some(n(row.life))),
        ("exp", Some(n(row.ttl))),
    ]);
    Some(Write::Put(key(&row.session, first), item, None))
}

/// Forgets the pointer to `row`, if there is one.
pub(super) fn forget(row: &Row) -> Option<Write> {
    Some(Write::Delete(key(&row.session, resumed(row)?), None))
}

/// The connection that first took the place of `row`, if that is another.
fn resumed(row: &Row) -> Option<&ConnectionId> {
    let first = &row.seat.as_ref()?.place.first;
    (*first != row.id).then_some(first)
}
