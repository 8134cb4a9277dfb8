//! What a batch says of each connection in each session at the last.
//!
//! The place of a record in the stream orders it among the others about its row, whenever it comes: numbers of a stream
//! grow with each change of a row, and a stream that was begun later has a later name.

use crate::tallies::{Heard, Seen};
use crate::trigger::StreamRecord;
use headcount_core::{ConnectionId, SessionId};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// How many digits a place in a stream has at the most.
const DIGITS: usize = 40;

/// What a batch says of one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    /// The place of the first record about it.
    pub(super) first: String,
    /// The last that is said of each connection.
    pub(super) seen: Vec<Seen>,
}

/// What `records` say at the last, in whichever order they stand. A record that has no place in its stream says
/// nothing: the audit finds what it was about. One that changes nothing that counts says nothing either.
pub(super) fn latest(records: &[StreamRecord]) -> BTreeMap<SessionId, Told> {
    let mut sessions: BTreeMap<SessionId, (String, BTreeMap<ConnectionId, Seen>)> = BTreeMap::new();
    for record in records.iter().filter(|record| record.old != record.new) {
        let (Some(version), Some(sequence)) = (version(record), &record.sequence) else { continue };
        for (session, seen) in said_by(record, &version) {
            let (_, told) = sessions.entry(session).or_insert_with(|| (sequence.clone(), BTreeMap::new()));
            match told.entry(seen.connection.clone()) {
                Entry::Vacant(place) => drop(place.insert(seen)),
                Entry::Occupied(mut place) if place.get().version < seen.version => drop(place.insert(seen)),
                Entry::Occupied(_) => {}
            }
        }
    }
    let told =
        |(first, seen): (String, BTreeMap<_, Seen>)| Told { first, seen: seen.into_values().collect() };
    sessions.into_iter().map(|(session, of)| (session, told(of))).collect()
}

/// Where the row is now it hears; in the session that it has left it does not.
fn said_by(record: &StreamRecord, version: &str) -> Vec<(SessionId, Seen)> {
    let mut said = Vec::new();
    if let Some(new) = &record.new {
        let heard = Some(Heard { language: new.language.clone(), until: new.expires });
        let seen = Seen { connection: new.connection.clone(), version: version.to_owned(), heard };
        said.push((new.session.clone(), seen));
    }
    if let Some(old) = &record.old
        && record.new.as_ref().is_none_or(|new| new.session != old.session)
    {
        let seen = Seen { connection: old.connection.clone(), version: version.to_owned(), heard: None };
        said.push((old.session.clone(), seen));
    }
    said
}

/// The place of a record in all streams of its table, as text that orders as the places do.
fn version(record: &StreamRecord) -> Option<String> {
    let sequence = record.sequence.as_deref()?;
    let is_number =
        (1..=DIGITS).contains(&sequence.len()) && sequence.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("{}/{sequence:0>DIGITS$}", record.stream))
}
