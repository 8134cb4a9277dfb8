//! A short, harmless quotation of what a client sent, for error messages.

use std::fmt;

/// Writes the beginning of a text in quotation marks: at most [`Excerpt::MAX_CHARS`] characters of it, `…` where
/// more follows, and `�` for characters that could garble a terminal, a log line or the direction of writing.
pub(crate) struct Excerpt<'a>(pub(crate) &'a str);

impl Excerpt<'_> {
    /// How many characters of a client's text are ever shown.
    pub(crate) const MAX_CHARS: usize = 64;
}

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        let mut rest = self.0.chars();
        for c in rest.by_ref().take(Self::MAX_CHARS) {
            fmt::Write::write_char(f, if is_harmful(c) { char::REPLACEMENT_CHARACTER } else { c })?;
        }
        f.write_str(if rest.next().is_some() { "…\"" } else { "\"" })
    }
}

/// Control characters, line separators, and the marks that change the direction of writing (UAX 9).
fn is_harmful(c: char) -> bool {
    let directional =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || directional || matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_64_characters_at_the_most_and_cuts_between_characters() {
        assert_eq!(Excerpt("fly").to_string(), "\"fly\"");
        assert_eq!(Excerpt(&"é".repeat(64)).to_string(), format!("\"{}\"", "é".repeat(64)));
        assert_eq!(Excerpt(&"é".repeat(65)).to_string(), format!("\"{}…\"", "é".repeat(64)));
    }

    #[test]
    fn makes_control_and_direction_characters_harmless() {
        assert_eq!(Excerpt("a\u{1b}[2J\n\0\u{202e}b\u{2028}").to_string(), "\"a�[2J���b�\"");
    }
}
