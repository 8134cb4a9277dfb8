//! One thing that is wrong with a configuration.

use std::fmt;

/// What is wrong, where it stands, and what to do. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The flag, the variable, or the key and its file.
    place: String,
    text: String,
}

impl Problem {
    pub(crate) fn new(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self { place: place.into(), text: text.into() }
    }

    /// All of `problems` as one message for the terminal.
    pub(crate) fn list(problems: &[Self]) -> String {
        match problems {
            [only] => format!("wrong configuration: {only}"),
            all => {
                let lines: String = all.iter().map(|problem| format!("\n  {problem}")).collect();
                format!("wrong configuration, {} problems:{lines}", all.len())
            }
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.text)
    }
}
