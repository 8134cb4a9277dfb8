//! A link: leave to look on at a session, and to do nothing else, for those who were given it.

use crate::{Account, Language, Signal, Step, Timestamp};
use std::fmt;
use std::time::Duration;

/// The name of a link: 16 hexadecimal digits in small letters. It authorises nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LinkId(String);

impl LinkId {
    /// The name that these random bits make.
    #[must_use]
    pub fn of(entropy: u64) -> Self {
        Self(format!("{entropy:016x}"))
    }

    /// The name that `text` is; `None` if it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == 16 && text.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How much of a session somebody sees.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// All of it.
    All,
    /// How many hear this language, and nothing of the others.
    Language(Language),
}

impl Scope {
    /// The name on the wire, which leaves out which language it is.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Language(_) => "language",
        }
    }

    /// The one language that is seen; `None` for all.
    #[must_use]
    pub const fn language(&self) -> Option<&Language> {
        match self {
            Self::All => None,
            Self::Language(language) => Some(language),
        }
    }

    /// Whether `signal` is seen. One about the whole audience says something about the other languages.
    #[must_use]
    pub fn shows(&self, signal: &Signal) -> bool {
        self.language().is_none_or(|language| signal.language() == Some(language))
    }

    /// What is seen of `account`: its history, not its totals, which only those read who see all.
    #[must_use]
    pub fn cut(&self, mut account: Account) -> Account {
        if let Self::Language(language) = self {
            let only = |step: &mut Step| step.changes.retain(|(changed, _)| changed == language);
            account.steps.retain(|step| step.told.is_none());
            account.steps.iter_mut().for_each(only);
        }
        account
    }
}

/// Leave to look on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its name.
    pub id: LinkId,
    /// What it shows.
    pub scope: Scope,
    /// What those who made it call it, at most [`Self::MAX_LABEL`] characters.
    pub label: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is good for nothing; never after the session.
    pub expires_at: Timestamp,
}

impl Link {
    /// How many links a session has at the most. One more is refused until one is taken back or expires.
    pub const MAX: usize = 64;
    /// How many characters a label has at the most.
    pub const MAX_LABEL: usize = 64;
    /// The shortest time for which a link can be good.
    pub const MIN_LIFE: Duration = Duration::from_secs(1);

    /// Whether it is good at `now`.
    #[must_use]
    pub fn is_good(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }
}
