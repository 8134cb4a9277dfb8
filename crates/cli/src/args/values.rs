//! What the values of the command line mean: durations, rates, mixes of languages.

use headcount_core::{Language, QualityTier, SessionId, UserId};
use headcount_protocol::Token;
use std::fmt;
use std::time::Duration;

#[cfg(test)]
mod tests;

/// A session id.
pub(crate) fn session(text: &str) -> Result<SessionId, String> {
    SessionId::parse(text).map_err(|_| "a session id looks like golden-eagle-427".to_owned())
}

/// A language tag.
pub(crate) fn language(text: &str) -> Result<Language, String> {
    Language::parse(text).map_err(|error| error.to_string())
}

/// A quality tier.
pub(crate) fn quality_tier(text: &str) -> Result<QualityTier, String> {
    QualityTier::from_name(text).ok_or_else(|| "choose standard or premium".to_owned())
}

/// A user's name as it stands in a login token.
pub(crate) fn user(text: &str) -> Result<UserId, String> {
    UserId::parse(text).map_err(|error| error.to_string())
}

/// A token: visible ASCII, as it has to fit into an HTTP header.
pub(crate) fn token(text: &str) -> Result<Token, String> {
    match text {
        "" => Err("it is empty".to_owned()),
        text if !text.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Err("a token has no spaces and only ASCII characters".to_owned())
        }
        text => Ok(Token::new(text)),
    }
}

/// A duration: a number and `ms`, `s`, `m`, `h` or `d`; several in a row are added (`1m30s`).
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    const HELP: &str = "write a duration as 500ms, 30s, 2m, 1h or 1m30s";
    let mut rest = text;
    let mut total = Duration::ZERO;
    if rest.is_empty() {
        return Err(HELP.to_owned());
    }
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: u64 = rest[..digits].parse().map_err(|_| HELP.to_owned())?;
        rest = &rest[digits..];
        let letters = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        let millis: u64 = match &rest[..letters] {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return Err(HELP.to_owned()),
        };
        let part = number.checked_mul(millis).map(Duration::from_millis);
        total = part.and_then(|part| total.checked_add(part)).ok_or_else(|| HELP.to_owned())?;
        rest = &rest[letters..];
    }
    Ok(total)
}

/// The units of sizes in bytes, the largest first.
const SIZES: [(&str, u64); 4] = [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];

/// A number of bytes: `65536`, `64KiB`, `512MiB`.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    let unit = SIZES.iter().find_map(|(name, bytes)| Some((text.strip_suffix(name)?, *bytes)));
    let (number, bytes) = unit.unwrap_or((text, 1));
    let number = Some(number).filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
    let number = number.and_then(|number| number.parse::<u64>().ok());
    let size = number.and_then(|number| number.checked_mul(bytes));
    size.ok_or_else(|| "write a size as 65536, 64KiB, 512MiB or 1GiB".to_owned())
}

/// A number of bytes as [`size`] reads it, in the largest unit that it is a multiple of.
pub(crate) fn size_text(bytes: u64) -> String {
    match SIZES.iter().find(|(_, unit)| bytes > 0 && bytes.is_multiple_of(*unit)) {
        Some((name, unit)) => format!("{}{name}", bytes / unit),
        None => bytes.to_string(),
    }
}

/// A number of things a second, more than 0: `10/s`, `90/m`, or `0.5/s`.
pub(crate) fn rate(text: &str) -> Result<f64, String> {
    const HELP: &str = "write a rate as 10/s or 90/m";
    per_second(text).filter(|rate| *rate > 0.0).ok_or_else(|| HELP.to_owned())
}

/// A share of the whole a second, 0 to 1: `5%/s`, or `0` for none.
pub(crate) fn churn(text: &str) -> Result<f64, String> {
    const HELP: &str = "write the churn as 5%/s, at most 100%/s, or 0";
    if text == "0" {
        return Ok(0.0);
    }
    let (percent, period) = text.split_once('%').ok_or_else(|| HELP.to_owned())?;
    let share = per_second(&format!("{percent}{period}")).map(|rate| rate / 100.0);
    share.filter(|share| (0.0..=1.0).contains(share)).ok_or_else(|| HELP.to_owned())
}

fn per_second(text: &str) -> Option<f64> {
    let (number, seconds) = match text.split_once('/')? {
        (number, "s") => (number, 1.0),
        (number, "m") => (number, 60.0),
        _ => return None,
    };
    let number: f64 = number.parse().ok()?;
    (number.is_finite() && number >= 0.0).then_some(number / seconds)
}

/// Languages, each with its weight: `es:40,fr:30,de:20,pt:10`. A weight left out is 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LanguageMix(Vec<(Language, u32)>);

impl LanguageMix {
    /// The most languages in one mix: as many as the server counts apart.
    pub(crate) const MAX: usize = 1_024;

    /// Reads a mix.
    ///
    /// # Errors
    /// What is wrong with it: empty, an unknown tag, a weight that is not a whole number from 1 to 1,000,000.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut languages = Vec::new();
        for entry in text.split(',') {
            let (tag, weight) = entry.split_once(':').unwrap_or((entry, "1"));
            let language = language(tag).map_err(|error| format!("{tag:?} is {error}"))?;
            let weight = weight.trim().parse().ok().filter(|weight| (1..=1_000_000).contains(weight));
            let weight = weight.ok_or_else(|| {
                format!("the weight of {language} must be a whole number from 1 to 1000000")
            })?;
            languages.push((language, weight));
        }
        if languages.len() > Self::MAX {
            return Err(format!("at most {} languages", Self::MAX));
        }
        Ok(Self(languages))
    }

    /// The language of the `index`-th arrival. Spreads every language evenly over the arrivals, so that any
    /// stretch of them has about the wanted mix: the languages follow the golden-ratio sequence.
    pub(crate) fn pick(&self, index: u64) -> &Language {
        const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
        let total: u64 = self.0.iter().map(|(_, weight)| u64::from(*weight)).sum();
        let spread = u128::from(index.wrapping_mul(GOLDEN)) * u128::from(total);
        let mut left = u64::try_from(spread >> 64).unwrap_or_default();
        for (language, weight) in &self.0 {
            match left.checked_sub(u64::from(*weight)) {
                Some(rest) => left = rest,
                None => return language,
            }
        }
        // The point lies below the total, so one of the weights has covered it; an empty mix cannot be made.
        &self.0[0].0
    }
}

impl fmt::Display for LanguageMix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (language, weight)) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{language}:{weight}")?;
        }
        Ok(())
    }
}
