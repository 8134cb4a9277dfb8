//! Which languages a session says that it serves.

use crate::Language;

/// The languages into which a session is translated, as whoever made it declared them, each once and in that order. Without
/// any nothing is declared, and whoever runs the service decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServedLanguages(Vec<Language>);

/// More languages are declared than there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more than {} languages", ServedLanguages::MAX)]
pub struct TooManyLanguages;

impl ServedLanguages {
    /// How many languages a session may declare; more are refused.
    pub const MAX: usize = 100;

    /// Declares `languages`; one that comes again is left out.
    ///
    /// # Errors
    /// [`TooManyLanguages`] beyond [`Self::MAX`].
    pub fn new(languages: impl IntoIterator<Item = Language>) -> Result<Self, TooManyLanguages> {
        let mut declared = Vec::new();
        for language in languages {
            if declared.contains(&language) {
                continue;
            }
            if declared.len() == Self::MAX {
                return Err(TooManyLanguages);
            }
            declared.push(language);
        }
        Ok(Self(declared))
    }

    /// The languages that are declared; empty where nothing is.
    #[must_use]
    pub fn declared(&self) -> &[Language] {
        &self.0
    }

    /// Whether `language` can be heard, as far as this says.
    #[must_use]
    pub fn serves(&self, language: &Language) -> bool {
        self.0.is_empty() || self.0.contains(language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(tags: &[&str]) -> Vec<Language> {
        tags.iter().map(|tag| Language::parse(tag).unwrap()).collect()
    }

    #[test]
    fn what_is_declared_is_served_and_nothing_else() {
        let served = ServedLanguages::new(tags(&["fr", "es", "FR"])).unwrap();
        assert_eq!(served.declared(), tags(&["fr", "es"]));
        assert!(served.serves(&tags(&["es"])[0]) && !served.serves(&tags(&["de"])[0]));
        assert!(ServedLanguages::default().serves(&tags(&["de"])[0]), "nothing is declared");
    }

    #[test]
    fn no_more_than_a_hundred_can_be_declared() {
        let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap());
        let many = |count: usize| {
            let tag = |n: usize| format!("en-x-q{}{}", letter(n / 26), letter(n));
            (0..count).map(move |n| Language::parse(&tag(n)).unwrap())
        };
        assert_eq!(ServedLanguages::new(many(100)).unwrap().declared().len(), 100);
        assert_eq!(ServedLanguages::new(many(101)), Err(TooManyLanguages));
        assert!(ServedLanguages::new(many(100).chain(many(100))).is_ok(), "one that comes again is no other");
    }
}
