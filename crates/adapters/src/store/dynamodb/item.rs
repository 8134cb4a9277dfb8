//! Reading and writing attributes. Reading bears every type in every attribute: what is not as it should be is not
//! there.

use aws_sdk_dynamodb::types::AttributeValue;
use headcount_core::{Language, Timestamp};
use std::collections::HashMap;

/// An item, or a map within one.
pub(super) type Item = HashMap<String, AttributeValue>;

/// Anything below is a time in seconds, anything from here on one in milliseconds (1973, or the year 5138).
const FIRST_MILLIS: u64 = 100_000_000_000;

pub(super) fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}

pub(super) fn map<'a>(item: &'a Item, name: &str) -> Option<&'a Item> {
    item.get(name)?.as_m().ok()
}

pub(super) fn flag(item: &Item, name: &str) -> Option<bool> {
    item.get(name)?.as_bool().ok().copied()
}

/// A number of any notation that DynamoDB and its clients have: `1`, `1.0`, `1.6995E12`.
pub(super) fn decimal(value: &AttributeValue) -> Option<f64> {
    let (AttributeValue::N(digits) | AttributeValue::S(digits)) = value else { return None };
    digits.trim().parse::<f64>().ok().filter(|number| number.is_finite())
}

/// A number that is not negative, without its fraction.
pub(super) fn whole(value: &AttributeValue) -> Option<u64> {
    if let AttributeValue::N(digits) = value
        && let Ok(number) = digits.parse()
    {
        return Some(number);
    }
    // The cast cuts the fraction off and stops at the largest integer.
    decimal(value).filter(|number| *number >= 0.0).map(|number| number as u64)
}

pub(super) fn number(item: &Item, name: &str) -> Option<u64> {
    item.get(name).and_then(whole)
}

/// A time that was written as milliseconds or as seconds.
pub(super) fn time(item: &Item, name: &str) -> Option<Timestamp> {
    let number = number(item, name)?;
    let millis = if number < FIRST_MILLIS { number.saturating_mul(1_000) } else { number };
    Some(Timestamp::from_millis(millis))
}

/// A time that this store wrote, in milliseconds.
pub(super) fn millis(item: &Item, name: &str) -> Option<Timestamp> {
    number(item, name).map(Timestamp::from_millis)
}

/// The language that `tag` names; what is none is `unknown`.
pub(super) fn language(tag: &str) -> Language {
    match tag {
        "other" => Language::other(),
        tag => Language::parse(tag).unwrap_or(Language::unknown()),
    }
}

pub(super) fn languages<C: FromIterator<Language>>(item: &Item, name: &str) -> C {
    let tags = item.get(name).and_then(|value| value.as_ss().ok());
    tags.into_iter().flatten().map(|tag| language(tag)).collect()
}

pub(super) fn s(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

pub(super) fn n(number: impl ToString) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

pub(super) fn ms(at: Timestamp) -> AttributeValue {
    n(at.as_millis())
}

/// Whole seconds, rounded up, as DynamoDB's time to live wants them.
pub(super) fn secs(at: Timestamp) -> u64 {
    at.as_millis().div_ceil(1_000)
}

/// A set of tags; `None` where there are none, for DynamoDB knows no empty sets.
pub(super) fn tags<'a>(languages: impl IntoIterator<Item = &'a Language>) -> Option<AttributeValue> {
    let tags: Vec<_> = languages.into_iter().map(|language| language.as_str().to_owned()).collect();
    (!tags.is_empty()).then_some(AttributeValue::Ss(tags))
}

/// An item of the attributes that there are.
pub(super) fn item<const N: usize>(attributes: [(&str, Option<AttributeValue>); N]) -> Item {
    attributes.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_in_every_notation() {
        for (digits, expected) in [
            ("1", Some(1)),
            ("1.0", Some(1)),
            ("1.6995E12", Some(1_699_500_000_000)),
            ("1.6995e+12", Some(1_699_500_000_000)),
            ("18446744073709551615", Some(u64::MAX)),
            ("1E126", Some(u64::MAX)),
            ("0.9", Some(0)),
            ("-1", None),
            ("", None),
            ("NaN", None),
            ("inf", None),
            ("soon", None),
        ] {
            assert_eq!(whole(&n(digits)), expected, "{digits}");
            assert_eq!(whole(&s(digits)), expected, "{digits} as text");
        }
        for value in [AttributeValue::Null(true), AttributeValue::Bool(true), AttributeValue::L(vec![n(1)])] {
            assert_eq!(whole(&value), None);
        }
    }

    #[test]
    fn reads_times_in_seconds_and_in_milliseconds() {
        for digits in ["1699500000", "1699500000000", "1.6995E9", "1.6995E12"] {
            let found = time(&item([("at", Some(n(digits)))]), "at");
            assert_eq!(found, Some(Timestamp::from_millis(1_699_500_000_000)), "{digits}");
        }
    }

    #[test]
    fn a_tag_that_is_none_is_unknown() {
        for (tag, expected) in [(" ES", "es"), ("", "unknown"), ("unknown", "unknown"), ("other", "other")] {
            assert_eq!(language(tag).as_str(), expected);
        }
    }
}
