//! The self-audit of a room: the places in it are counted anew, and what does not agree with that is mended.

use super::Rooms;
use super::audience::Audience;
use super::journal::Part;
use headcount_core::{LanguageDistribution, SessionId, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Rooms {
    /// Counts the places of a session anew and, where its aggregates say otherwise, puts those right. By how many
    /// listeners they were wrong, summed over the languages: zero, unless there is a bug. Takes time in proportion to
    /// the listeners, for which the session waits: a millisecond for some ten thousand.
    pub(in crate::store) fn recount(&self, id: &SessionId, now: Timestamp) -> u64 {
        let Some(room) = self.room(id) else { return 0 };
        let drift = room.with(|live| live.audience.recount(now)).unwrap_or(0);
        if drift > 0 {
            self.changed(&room, Part::History);
        }
        drift
    }
}

impl Audience {
    fn recount(&mut self, now: Timestamp) -> u64 {
        let mut places: BTreeMap<_, u64> = BTreeMap::new();
        let listening = self.listeners.values().map(|listener| &listener.seat);
        for seat in listening.chain(self.graces.seats()).chain(self.handed.seats()) {
            *places.entry(seat.counted_as()).or_default() += 1;
        }
        let counted: LanguageDistribution =
            places.iter().map(|(language, listeners)| (language, *listeners)).collect();
        let drift = difference(&counted, &self.distribution);
        if drift > 0 {
            self.chronicle.before(now, &self.distribution);
            self.distribution = Arc::new(counted);
        }
        drift
    }

    /// Spoils the count of `language`, as no code of ours should.
    #[cfg(test)]
    pub(in crate::store) fn spoil(&mut self, language: &headcount_core::Language, by: u64) {
        Arc::make_mut(&mut self.distribution).add_many(language, by);
    }
}

/// By how many listeners two distributions differ, summed over the languages.
fn difference(one: &LanguageDistribution, other: &LanguageDistribution) -> u64 {
    let missing: u64 = one.iter().map(|(language, count)| count.abs_diff(other.count(language))).sum();
    let surplus: u64 =
        other.iter().filter(|(language, _)| one.count(language) == 0).map(|(_, count)| count).sum();
    missing + surplus
}
