//! A batch of the stream, collapsed: for each session, who came and who went from its beginning to its end.

use crate::trigger::{Image, StreamRecord};
use headcount_core::{ConnectionId, Language, SessionId, Timestamp};
use std::collections::{BTreeMap, HashMap};

/// What a batch says about one session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Changed {
    /// The place of the first record about it.
    pub(super) first: Option<String>,
    places: HashMap<ConnectionId, Place>,
}

/// The language of one connection before the batch and after it; `None` where it does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    before: Option<Language>,
    after: Option<Language>,
}

impl Changed {
    /// Who has come to count in a language.
    pub(super) fn joined(&self) -> Vec<(ConnectionId, Language)> {
        let moved = self.places.iter().filter(|(_, place)| place.before != place.after);
        moved.filter_map(|(connection, place)| Some((connection.clone(), place.after.clone()?))).collect()
    }

    /// Whether anybody no longer counts where they did.
    pub(super) fn has_departures(&self) -> bool {
        self.places.values().any(|place| place.before.is_some() && place.before != place.after)
    }

    /// Whether the count of any language differs after it.
    fn matters(&self) -> bool {
        let mut net: HashMap<&Language, i64> = HashMap::new();
        for place in self.places.values() {
            if let Some(language) = &place.before {
                *net.entry(language).or_default() -= 1;
            }
            if let Some(language) = &place.after {
                *net.entry(language).or_default() += 1;
            }
        }
        net.values().any(|change| *change != 0)
    }

    fn note(&mut self, connection: &ConnectionId, old: Option<Language>, new: Option<Language>) {
        let place = self.places.entry(connection.clone());
        place.and_modify(|place| place.after.clone_from(&new)).or_insert(Place { before: old, after: new });
    }
}

/// The sessions whose counts `records` change, as seen at `now`. A session in which for everyone who leaves a language
/// another one comes to it is not among them.
pub(super) fn collapse(records: &[StreamRecord], now: Timestamp) -> BTreeMap<SessionId, Changed> {
    let mut sessions: BTreeMap<SessionId, Changed> = BTreeMap::new();
    for record in records {
        let counted = |image: &Option<Image>| image.clone().filter(|image| image.counts_at(now));
        // What has expired was not counted any more; that it did count before it expired is what its end says.
        let (old, new) = (record.old.clone(), counted(&record.new));
        for (session, connection) in named_by(old.as_ref(), new.as_ref()) {
            let language = |image: &Option<Image>| {
                let here = image.as_ref().filter(|image| image.session == session);
                here.map(|image| image.language.clone())
            };
            let changed = sessions.entry(session.clone()).or_default();
            changed.first = changed.first.take().or_else(|| record.sequence.clone());
            changed.note(&connection, language(&old), language(&new));
        }
    }
    sessions.retain(|_, changed| changed.matters());
    sessions
}

/// The sessions that a record is about, each once: two, where a row has changed hands.
fn named_by(old: Option<&Image>, new: Option<&Image>) -> Vec<(SessionId, ConnectionId)> {
    let mut named: Vec<(SessionId, ConnectionId)> = Vec::new();
    for image in [old, new].into_iter().flatten() {
        if !named.iter().any(|(session, _)| *session == image.session) {
            named.push((image.session.clone(), image.connection.clone()));
        }
    }
    named
}
