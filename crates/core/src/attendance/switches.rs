//! Changes from one language to another.

use crate::Language;
use std::collections::BTreeMap;

/// How often listeners changed from which language to which.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Switches {
    times: BTreeMap<Language, BTreeMap<Language, u64>>,
    pairs: usize,
}

impl Switches {
    /// How many pairs are told apart. What comes beyond is counted as from [`Language::other`] to the same.
    pub const MAX_PAIRS: usize = 1_024;

    /// The switches as a store wrote them down.
    #[must_use]
    pub fn from_parts(pairs: impl IntoIterator<Item = (Language, Language, u64)>) -> Self {
        let mut switches = Self::default();
        for (from, to, times) in pairs {
            switches.add(&from, &to, times);
        }
        switches
    }

    /// From, to, and how often, by tag.
    pub fn iter(&self) -> impl Iterator<Item = (&Language, &Language, u64)> {
        self.times.iter().flat_map(|(from, to)| to.iter().map(move |(to, times)| (from, to, *times)))
    }

    /// How many there were.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.iter().map(|(_, _, times)| times).sum()
    }

    pub(super) fn note(&mut self, from: &Language, to: &Language) {
        self.add(from, to, 1);
    }

    /// A pair that is known costs a look-up and copies nothing.
    fn add(&mut self, from: &Language, to: &Language, times: u64) {
        match self.times.get_mut(from).and_then(|known| known.get_mut(to)) {
            Some(known) => *known += times,
            None => self.add_pair(from, to, times),
        }
    }

    fn add_pair(&mut self, from: &Language, to: &Language, times: u64) {
        let full = self.pairs >= Self::MAX_PAIRS;
        let (from, to) =
            if full { (Language::other(), Language::other()) } else { (from.clone(), to.clone()) };
        let known = self.times.entry(from).or_default().entry(to).or_insert_with(|| {
            self.pairs += 1;
            0
        });
        *known += times;
    }
}
