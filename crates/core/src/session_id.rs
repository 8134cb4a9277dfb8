//! The readable name of a broadcast, such as `golden-eagle-427`.

mod words;

use smol_str::{SmolStr, format_smolstr};
use std::fmt;
use words::{ADJECTIVES, NOUNS};

/// A session id: `^[a-z]+-[a-z]+-[1-9][0-9]{2}$`, at most 64 characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(SmolStr);

/// The text is not a session id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a session id looks like golden-eagle-427: adjective-noun-number")]
pub struct InvalidSessionId;

impl SessionId {
    /// How many different ids [`SessionId::pick`] can give.
    pub const CHOICES: u64 = (ADJECTIVES.len() * NOUNS.len()) as u64 * 900;

    /// Checks `text` and makes it an id.
    ///
    /// # Errors
    /// [`InvalidSessionId`] if it does not have the form above.
    pub fn parse(text: &str) -> Result<Self, InvalidSessionId> {
        let word = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
        let number = |part: &str| matches!(part.as_bytes(), [b'1'..=b'9', rest @ ..] if rest.len() == 2 && rest.iter().all(u8::is_ascii_digit));
        if text.len() > 64 {
            return Err(InvalidSessionId);
        }
        let mut parts = text.split('-');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(a), Some(n), Some(d), None) if word(a) && word(n) && number(d) => {
                Ok(Self(SmolStr::new(text)))
            }
            _ => Err(InvalidSessionId),
        }
    }

    /// The id that `entropy` picks from the word lists; the caller brings the randomness and checks that the
    /// id is free.
    #[must_use]
    pub fn pick(entropy: u64) -> Self {
        let choice = entropy % Self::CHOICES;
        let number = 100 + choice % 900;
        let rest = usize::try_from(choice / 900).unwrap_or(0);
        let adjective = ADJECTIVES[rest % ADJECTIVES.len()];
        let noun = NOUNS[(rest / ADJECTIVES.len()) % NOUNS.len()];
        Self(format_smolstr!("{adjective}-{noun}-{number}"))
    }

    /// The id as it stands on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionId({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn accepts_the_form_and_nothing_else() {
        assert_eq!(SessionId::parse("golden-eagle-427").unwrap().as_str(), "golden-eagle-427");
        let long = format!("{}-eagle-427", "a".repeat(64));
        let bad = [
            "",
            "golden",
            "golden-eagle",
            "golden-eagle-42",
            "golden-eagle-042",
            "golden-eagle-4270",
            "Golden-eagle-427",
            "golden--427",
            "-eagle-427",
            "golden-eagle-427-1",
            "golden-eagle-427 ",
            "gölden-eagle-427",
            "golden-eagle-4²7",
            long.as_str(),
        ];
        for text in bad {
            assert_eq!(SessionId::parse(text), Err(InvalidSessionId), "{text}");
        }
    }

    #[test]
    fn every_pick_is_a_valid_id_and_the_words_are_enough() {
        assert!(ADJECTIVES.len() >= 100 && NOUNS.len() >= 100);
        assert_eq!(ADJECTIVES.iter().collect::<HashSet<_>>().len(), ADJECTIVES.len());
        assert_eq!(NOUNS.iter().collect::<HashSet<_>>().len(), NOUNS.len());
        for adjective in 0..ADJECTIVES.len() as u64 {
            let id = SessionId::pick(adjective * 900);
            assert_eq!(SessionId::parse(id.as_str()), Ok(id));
        }
        let step = SessionId::CHOICES / 10_000;
        let picks: HashSet<_> = (0..10_000).map(|n| SessionId::pick(n * step)).collect();
        assert_eq!(picks.len(), 10_000);
        assert!(picks.iter().all(|id| SessionId::parse(id.as_str()).is_ok()));
        let _ = SessionId::pick(u64::MAX);
    }
}
