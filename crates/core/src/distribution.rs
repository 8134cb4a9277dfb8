//! How many listeners each language has. Its sum *is* the listener count; no second number is kept.

use crate::Language;
use std::collections::BTreeMap;

/// Listeners by target language. Languages without listeners are not in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LanguageDistribution {
    counts: BTreeMap<Language, u64>,
    total: u64,
}

impl LanguageDistribution {
    /// How many languages of one session are counted apart. A listener in one more counts under
    /// [`Language::other`]; a slot comes free when a language has no listener left.
    pub const MAX_LANGUAGES: usize = 1_024;

    /// An audience of nobody.
    #[must_use]
    pub const fn new() -> Self {
        Self { counts: BTreeMap::new(), total: 0 }
    }

    /// How many listeners there are: the sum over the languages.
    #[must_use]
    pub const fn listener_count(&self) -> u64 {
        self.total
    }

    /// How many languages have listeners.
    #[must_use]
    pub fn language_count(&self) -> usize {
        self.counts.len()
    }

    /// How many listeners `language` has.
    #[must_use]
    pub fn count(&self, language: &Language) -> u64 {
        self.counts.get(language).copied().unwrap_or(0)
    }

    /// The languages and their listeners, by tag.
    pub fn iter(&self) -> impl Iterator<Item = (&Language, u64)> {
        self.counts.iter().map(|(language, count)| (language, *count))
    }

    /// Counts one listener in `language` and says under which name it counts: `language` itself, or
    /// [`Language::other`] when [`Self::MAX_LANGUAGES`] are taken. [`Self::remove`] wants that name back.
    pub fn add(&mut self, language: &Language) -> Language {
        self.add_many(language, 1)
    }

    /// Counts `listeners` more in `language`, as [`Self::add`] does.
    pub fn add_many(&mut self, language: &Language, listeners: u64) -> Language {
        if listeners == 0 {
            return language.clone();
        }
        self.total += listeners;
        if let Some(count) = self.counts.get_mut(language) {
            *count += listeners;
            return language.clone();
        }
        let other = Language::other();
        let taken = self.counts.len() - usize::from(self.counts.contains_key(&other));
        let counted_as = if taken < Self::MAX_LANGUAGES { language.clone() } else { other };
        *self.counts.entry(counted_as.clone()).or_insert(0) += listeners;
        counted_as
    }

    /// Stops counting one listener that counted under `counted_as`; without one there, nothing happens.
    pub fn remove(&mut self, counted_as: &Language) {
        if let Some(count) = self.counts.get_mut(counted_as) {
            *count -= 1;
            self.total -= 1;
            if *count == 0 {
                self.counts.remove(counted_as);
            }
        }
    }

    /// What a message with room for `limit` tags shows: the largest first, ties by tag, and what has no room
    /// folded into [`Language::other`], which takes its place by size like any other.
    #[must_use]
    pub fn shown(&self, limit: usize) -> ShownDistribution {
        let mut tags: Vec<(Language, u64)> =
            self.iter().map(|(language, count)| (language.clone(), count)).collect();
        let by_size = |a: &(Language, u64), b: &(Language, u64)| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0));
        tags.sort_unstable_by(by_size);
        let folds = tags.len() - usize::from(self.counts.contains_key(&Language::other())) > limit;
        if folds {
            let other = tags
                .iter()
                .position(|(language, _)| *language == Language::other())
                .map(|at| tags.remove(at));
            let folded = tags.drain(limit..).map(|(_, count)| count).sum::<u64>()
                + other.map_or(0, |(_, count)| count);
            tags.push((Language::other(), folded));
            tags.sort_unstable_by(by_size);
        }
        ShownDistribution { tags }
    }
}

impl<'a> FromIterator<(&'a Language, u64)> for LanguageDistribution {
    fn from_iter<I: IntoIterator<Item = (&'a Language, u64)>>(counts: I) -> Self {
        let mut distribution = Self::new();
        for (language, count) in counts {
            distribution.add_many(language, count);
        }
        distribution
    }
}

/// A distribution as a message shows it; see [`LanguageDistribution::shown`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShownDistribution {
    tags: Vec<(Language, u64)>,
}

impl ShownDistribution {
    /// How many tags a message shows, `other` not counted, unless a setting says otherwise.
    pub const DEFAULT_LIMIT: usize = 63;

    /// How many listeners there are: the sum over what is shown.
    #[must_use]
    pub fn listener_count(&self) -> u64 {
        self.tags.iter().map(|(_, count)| count).sum()
    }

    /// The tags and their listeners, in the order of the wire.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Language, u64)> {
        self.tags.iter().map(|(language, count)| (language, *count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lang(n: usize) -> Language {
        let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap());
        Language::parse(&format!("en-x-q{}{}{}", letter(n / 676), letter(n / 26), letter(n))).unwrap()
    }

    #[test]
    fn shows_the_largest_first_ties_by_tag() {
        let mut d = LanguageDistribution::new();
        for text in ["fr", "es", "de", "es"] {
            d.add(&Language::parse(text).unwrap());
        }
        let shown: Vec<_> = d.shown(63).iter().map(|(l, n)| (l.as_str().to_owned(), n)).collect();
        assert_eq!(shown, [("es".into(), 2), ("de".into(), 1), ("fr".into(), 1)]);
    }

    #[test]
    fn folds_what_has_no_room_into_other() {
        let mut d = LanguageDistribution::new();
        for n in 0..100 {
            d.add_many(&lang(n), if n < 3 { 10 } else { 1 });
        }
        let shown = d.shown(63);
        assert_eq!((shown.iter().len(), shown.listener_count()), (64, 127));
        assert_eq!(shown.iter().next(), Some((&Language::other(), 37)));
        assert_eq!(d.shown(100).iter().len(), 100);
        assert_eq!(d.shown(0).iter().collect::<Vec<_>>(), [(&Language::other(), 127)]);
    }

    #[test]
    fn one_language_too_many_counts_as_other_until_a_slot_is_free() {
        let mut d = LanguageDistribution::new();
        for n in 0..LanguageDistribution::MAX_LANGUAGES {
            assert_eq!(d.add(&lang(n)), lang(n));
        }
        let extra = lang(2_000);
        assert_eq!(d.add(&extra), Language::other());
        assert_eq!(d.language_count(), LanguageDistribution::MAX_LANGUAGES + 1);
        d.remove(&lang(7));
        assert_eq!(d.add(&extra), extra);
        assert_eq!(d.listener_count(), 1_025);
    }

    proptest! {
        #[test]
        fn the_count_is_the_sum_and_leaving_undoes_joining(
            start in proptest::collection::vec(0usize..1_200, 0..60), joins in proptest::collection::vec(0usize..1_200, 0..60),
            limit in 0usize..80,
        ) {
            let mut d = LanguageDistribution::new();
            for n in start { d.add(&lang(n)); }
            let before = d.clone();
            let counted: Vec<_> = joins.iter().map(|n| d.add(&lang(*n))).collect();
            prop_assert_eq!(d.listener_count(), d.iter().map(|(_, n)| n).sum::<u64>());
            prop_assert_eq!(d.shown(limit).listener_count(), d.listener_count());
            prop_assert!(d.shown(limit).iter().len() <= limit + 1);
            for language in &counted { d.remove(language); }
            prop_assert_eq!(d, before);
        }
    }
}
