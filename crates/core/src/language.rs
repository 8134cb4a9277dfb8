//! A target language: a BCP 47 tag in canonical form, so that one language is counted once however it is written.

use icu_locale::{Locale, LocaleCanonicalizer};
use smol_str::{SmolStr, format_smolstr};
use std::fmt;

/// A BCP 47 tag in the canonical form of Unicode's locale data (UTS 35, "canonical form of locale
/// identifiers"), at most [`Language::MAX_LEN`] characters: `es`, `pt-BR`, `zh-Hant`.
///
/// Two names are not languages: [`Language::unknown`], for a listener whose language nobody wrote down, and
/// [`Language::other`], for the languages that a message has no room for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language(SmolStr);

/// The text is not a language tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a BCP 47 language tag such as es, pt-BR or zh-Hant")]
pub struct InvalidLanguage;

impl Language {
    /// The longest tag: the buffer that RFC 5646 §4.4.1 asks of every implementation.
    pub const MAX_LEN: usize = 35;

    /// Trims `text`, reads `_` as `-`, and makes it the canonical tag: `ES`, ` es` and `es` are one, `iw` is
    /// `he`, `zh_hant_tw` is `zh-Hant-TW`.
    ///
    /// # Errors
    /// [`InvalidLanguage`] if it is empty, too long, or not well formed. `unknown` and `other` are not well formed either (UTS 35
    /// language subtags have two or three letters), so no client can claim those names.
    pub fn parse(text: &str) -> Result<Self, InvalidLanguage> {
        const CANONICALIZER: &LocaleCanonicalizer<icu_locale::LocaleExpander> =
            &LocaleCanonicalizer::new_extended();
        let text = text.trim();
        if text.is_empty() || text.len() > Self::MAX_LEN || !text.is_ascii() {
            return Err(InvalidLanguage);
        }
        let mut tag = [0; Self::MAX_LEN];
        for (to, from) in tag.iter_mut().zip(text.bytes()) {
            *to = if from == b'_' { b'-' } else { from };
        }
        let mut locale = Locale::try_from_utf8(&tag[..text.len()]).map_err(|_| InvalidLanguage)?;
        let _ = CANONICALIZER.canonicalize(&mut locale);
        let canonical = format_smolstr!("{locale}");
        if canonical.len() > Self::MAX_LEN { Err(InvalidLanguage) } else { Ok(Self(canonical)) }
    }

    /// Where listeners without a language count. Never new to a speaker.
    #[must_use]
    pub const fn unknown() -> Self {
        Self(SmolStr::new_static("unknown"))
    }

    /// Where languages count that there is no room to count or show apart. Never new to a speaker.
    #[must_use]
    pub const fn other() -> Self {
        Self(SmolStr::new_static("other"))
    }

    /// The language of which [`Self::as_str`] is `tag`, the two collecting names included: for a store that reads what it
    /// wrote. What a client says is for [`Self::parse`].
    #[must_use]
    pub fn from_written(tag: &str) -> Option<Self> {
        let named = [Self::unknown(), Self::other()].into_iter().find(|name| name.as_str() == tag);
        named.or_else(|| Self::parse(tag).ok())
    }

    /// Whether this names a language, not one of the two collecting names.
    #[must_use]
    pub fn is_language(&self) -> bool {
        self.0 != "unknown" && self.0 != "other"
    }

    /// The tag.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Language({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tag(text: &str) -> String {
        Language::parse(text).map(|l| l.as_str().to_owned()).unwrap_or_else(|e| e.to_string())
    }

    #[test]
    fn what_was_written_is_read_again_with_the_names_that_no_client_can_claim() {
        for language in [Language::unknown(), Language::other(), Language::parse("zh-Hant").unwrap()] {
            assert_eq!(Language::from_written(language.as_str()), Some(language));
        }
        assert_eq!(Language::from_written("nobody's"), None);
    }

    #[test]
    fn writes_one_language_one_way() {
        for (text, canonical) in [
            ("es", "es"),
            ("ES", "es"),
            (" es ", "es"),
            ("pt_br", "pt-BR"),
            ("ZH_hant", "zh-Hant"),
            ("zh-hant-tw", "zh-Hant-TW"),
            ("iw", "he"),
            ("in", "id"),
            ("ji", "yi"),
            ("sr-latn-rs", "sr-Latn-RS"),
            ("es-419", "es-419"),
            ("de-1996", "de-1996"),
            ("tl", "fil"),
            ("cmn", "zh"),
            ("no", "no"),
            ("nb", "nb"),
            ("nn", "nn"),
        ] {
            assert_eq!(tag(text), canonical, "{text}");
        }
    }

    #[test]
    fn collecting_names_are_read_as_they_were_written() {
        for language in [Language::unknown(), Language::other(), Language::parse("pt-BR").unwrap()] {
            assert_eq!(Language::from_written(language.as_str()), Some(language));
        }
        assert_eq!(Language::from_written("OTHER"), None);
    }

    #[test]
    fn refuses_what_is_not_a_tag() {
        let long = format!("en-{}", "abcdefgh-".repeat(5));
        for text in [
            "",
            "  ",
            "e",
            "english language",
            "e$",
            "日本語",
            "other",
            "OTHER",
            "unknown",
            "en--US",
            "-en",
            &long,
            "\0\0",
            "1234",
        ] {
            assert_eq!(Language::parse(text), Err(InvalidLanguage), "{text}");
        }
    }

    proptest! {
        #[test]
        fn canonical_form_is_a_fixed_point(text in "[a-zA-Z0-9_-]{1,40}|\\PC{0,40}") {
            if let Ok(language) = Language::parse(&text) {
                prop_assert!(language.as_str().len() <= Language::MAX_LEN);
                prop_assert_eq!(Language::parse(language.as_str()), Ok(language));
            }
        }
    }
}
