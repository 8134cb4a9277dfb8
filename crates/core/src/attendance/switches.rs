//! Changes from one language to another.

use super::TallyIndex;
use crate::Language;
use std::collections::BTreeMap;

pub(super) static OTHER: Language = Language::other();

/// How often listeners changed from which language to which.
#[derive(Clone, Debug, Default)]
pub struct Switches {
    /// [`Self::MAX_PAIRS`] at the most.
    pairs: Vec<(Language, Language, u64)>,
    /// Where a pair is, for those that were met since this was made: to look two numbers up costs less than two tags.
    met: BTreeMap<(TallyIndex, TallyIndex), usize>,
    /// Those from [`Language::other`] to the same, which are no pair: what found no room is among them.
    other: u64,
}

impl Switches {
    /// How many pairs are told apart. What comes beyond is counted as from [`Language::other`] to the same.
    pub const MAX_PAIRS: usize = 1_024;

    /// The switches as a store wrote them down; of a pair that comes more than once, the sum.
    #[must_use]
    pub fn from_parts(pairs: impl IntoIterator<Item = (Language, Language, u64)>) -> Self {
        let mut sums = BTreeMap::new();
        for (from, to, times) in pairs {
            *sums.entry((from, to)).or_insert(0) += times;
        }
        let mut switches = Self::default();
        for ((from, to), times) in sums {
            if switches.pairs.len() < Self::MAX_PAIRS && (&from, &to) != (&OTHER, &OTHER) {
                switches.pairs.push((from, to, times));
            } else {
                switches.other += times;
            }
        }
        switches
    }

    /// From, to, and how often, by tag.
    pub fn iter(&self) -> impl Iterator<Item = (&Language, &Language, u64)> {
        let other = (self.other > 0).then_some((&OTHER, &OTHER, self.other));
        let mut sorted: Vec<_> =
            self.pairs.iter().map(|(from, to, times)| (from, to, *times)).chain(other).collect();
        sorted.sort_unstable();
        sorted.into_iter()
    }

    /// How many there were.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.pairs.iter().map(|(_, _, times)| times).sum::<u64>() + self.other
    }

    /// One more from the language counted at one index to that counted at the other; `names` says which they are.
    pub(super) fn note<'a>(
        &mut self,
        pair: (TallyIndex, TallyIndex),
        names: impl FnOnce() -> (&'a Language, &'a Language),
    ) {
        let place = match self.met.get(&pair) {
            Some(place) => Some(*place),
            None => self.meet(pair, names),
        };
        *self.times(place) += 1;
    }

    fn times(&mut self, place: Option<usize>) -> &mut u64 {
        match place.and_then(|place| self.pairs.get_mut(place)) {
            Some((_, _, times)) => times,
            None => &mut self.other,
        }
    }

    fn meet<'a>(
        &mut self,
        pair: (TallyIndex, TallyIndex),
        names: impl FnOnce() -> (&'a Language, &'a Language),
    ) -> Option<usize> {
        // Where all that there may be were met, this one is none of them, and nobody need look: somebody may go through
        // thousands of languages.
        if self.met.len() >= Self::MAX_PAIRS {
            return None;
        }
        let place = self.place(names())?;
        self.met.insert(pair, place);
        Some(place)
    }

    /// Where the pair of that name is, a new one if need be and there is room.
    fn place(&mut self, (from, to): (&Language, &Language)) -> Option<usize> {
        if (from, to) == (&OTHER, &OTHER) {
            return None;
        }
        let known = self.pairs.iter().position(|(a, b, _)| (a, b) == (from, to));
        if known.is_none() && self.pairs.len() < Self::MAX_PAIRS {
            self.pairs.push((from.clone(), to.clone(), 0));
            return Some(self.pairs.len() - 1);
        }
        known
    }
}

/// The order in which pairs came makes no difference.
impl PartialEq for Switches {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Switches {}
