//! The tallies of all languages.

use super::Tally;
use crate::{Language, LanguageDistribution, Timestamp};
use std::collections::BTreeMap;

/// A tally for each language that ever had a listener, [`LanguageDistribution::MAX_LANGUAGES`] at the most; what is heard
/// beyond that is counted under [`Language::other`].
///
/// None is ever taken out, so a tally keeps its [`TallyIndex`]: whoever remembers that of a listener changes the tally
/// without looking the language up again.
#[derive(Clone, Debug, Default)]
pub struct Tallies {
    indices: BTreeMap<Language, TallyIndex>,
    tallies: Vec<Tally>,
    turns: u64,
}

/// Where a tally is in the [`Tallies`] that gave it; elsewhere it means nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct TallyIndex(u16);

impl Tallies {
    /// The tally of `language`, if it ever had a listener.
    #[must_use]
    pub fn get(&self, language: &Language) -> Option<&Tally> {
        self.tallies.get(usize::from(self.indices.get(language)?.0))
    }

    /// How many languages ever had a listener.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tallies.len()
    }

    /// Whether no language ever had a listener.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tallies.is_empty()
    }

    /// The languages and their tallies, by tag.
    pub fn iter(&self) -> impl Iterator<Item = (&Language, &Tally)> {
        self.indices
            .iter()
            .filter_map(|(language, index)| Some((language, self.tallies.get(usize::from(index.0))?)))
    }

    /// How often a language got its first listener or lost its last one: what was said of silence holds until this moves.
    pub(crate) const fn turns(&self) -> u64 {
        self.turns
    }

    /// The tally that counts `language`, a new one as of `now` if need be.
    pub(super) fn index_of(&mut self, language: &Language, now: Timestamp) -> TallyIndex {
        match self.indices.get(language) {
            Some(index) => *index,
            None => self.begin(language, now),
        }
    }

    /// The language that is counted there.
    pub(super) fn language_of(&self, index: TallyIndex) -> Option<&Language> {
        self.indices.iter().find(|(_, known)| **known == index).map(|(language, _)| language)
    }

    /// Makes `change` to one tally, and says how many listeners it has then.
    pub(super) fn change(&mut self, index: TallyIndex, change: impl FnOnce(&mut Tally)) -> u64 {
        let Some(tally) = self.tallies.get_mut(usize::from(index.0)) else { return 0 };
        let before = tally.count;
        change(tally);
        self.turns += u64::from((before == 0) != (tally.count == 0));
        tally.count
    }

    /// Makes `change` to every tally.
    pub(super) fn change_all(&mut self, change: impl FnMut(&mut Tally)) {
        self.tallies.iter_mut().for_each(change);
        self.turns += 1;
    }

    fn begin(&mut self, language: &Language, now: Timestamp) -> TallyIndex {
        let full = self.tallies.len() >= LanguageDistribution::MAX_LANGUAGES;
        let name = if full { Language::other() } else { language.clone() };
        let next = TallyIndex(u16::try_from(self.tallies.len()).unwrap_or(u16::MAX));
        let index = *self.indices.entry(name).or_insert(next);
        if index == next {
            self.tallies.push(Tally::new(now));
        }
        index
    }
}

impl FromIterator<(Language, Tally)> for Tallies {
    /// The tallies as a store wrote them down.
    fn from_iter<I: IntoIterator<Item = (Language, Tally)>>(written: I) -> Self {
        let mut tallies = Self::default();
        for (language, tally) in written {
            let index = tallies.index_of(&language, tally.since);
            tallies.change(index, |known| *known = tally);
        }
        tallies
    }
}

/// The order in which languages came makes no difference.
impl PartialEq for Tallies {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Tallies {}
