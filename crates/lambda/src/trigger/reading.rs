//! Reads members of foreign events, none of which has to be there or to be of its type.

use headcount_core::Timestamp;
use serde_json::Value;

/// The text at `pointer` (RFC 6901), if there is one.
pub(super) fn text<'a>(event: &'a Value, pointer: &str) -> Option<&'a str> {
    event.pointer(pointer).and_then(Value::as_str)
}

/// Whether anything but `null` is at `pointer`.
pub(super) fn is_given(event: &Value, pointer: &str) -> bool {
    event.pointer(pointer).is_some_and(|value| !value.is_null())
}

/// The whole number at `pointer`, be it written as a number or as text, with or without fraction.
pub(super) fn number(event: &Value, pointer: &str) -> Option<u64> {
    match event.pointer(pointer)? {
        Value::Number(number) => number.as_u64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => text.trim().parse().ok().or_else(|| whole(text.trim().parse().ok()?)),
        _ => None,
    }
}

/// The time in milliseconds at `pointer`.
pub(super) fn millis(event: &Value, pointer: &str) -> Option<Timestamp> {
    number(event, pointer).map(Timestamp::from_millis)
}

/// The whole part of `number`, if it is one that a time or a count could be.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked before")]
pub(super) fn whole(number: f64) -> Option<u64> {
    /// Beyond 2^53 not every whole number has a double.
    const MOST: f64 = 9_007_199_254_740_992.0;
    (number.is_finite() && (0.0..=MOST).contains(&number)).then_some(number as u64)
}
