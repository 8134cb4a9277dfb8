//! The two ways in which AWS writes a moment.

use headcount_core::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// `at` in the extended form of ISO 8601 with milliseconds, `2026-11-24T12:00:00.000Z`. Moments after the
/// year 9999, for which that form has no room, become its last one.
pub(super) fn iso(at: Timestamp) -> String {
    let millis = i64::try_from(at.as_millis()).unwrap_or(i64::MAX);
    let moment = jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX);
    format!("{moment:.3}")
}

/// The moment that an `X-Amz-Date` names, `20261124T120000Z`; `None` if it is malformed or before 1970.
pub(super) fn amz_date(text: &str) -> Option<Timestamp> {
    // The parser alone would also take signs and shorter numbers.
    let digits = text.bytes().enumerate().all(|(at, b)| b.is_ascii_digit() || matches!(at, 8 | 15));
    if text.len() != 16 || !digits {
        return None;
    }
    let moment = TimeZone::UTC.to_timestamp(DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?).ok()?;
    u64::try_from(moment.as_millisecond()).ok().map(Timestamp::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_milliseconds_always() {
        assert_eq!(iso(Timestamp::from_millis(1_795_521_600_000)), "2026-11-24T12:00:00.000Z");
        assert_eq!(iso(Timestamp::from_millis(1_795_521_600_050)), "2026-11-24T12:00:00.050Z");
        assert_eq!(iso(Timestamp::EPOCH), "1970-01-01T00:00:00.000Z");
        assert!(iso(Timestamp::MAX).starts_with("9999-12-30T"));
    }

    #[test]
    fn reads_the_basic_form_and_no_other() {
        assert_eq!(amz_date("20261124T120000Z"), Some(Timestamp::from_millis(1_795_521_600_000)));
        assert_eq!(amz_date("19700101T000000Z"), Some(Timestamp::EPOCH));
        for bad in [
            "",
            "20261124T120000",
            "2026-11-24T12:00:00Z",
            "20261124 120000Z",
            "20261324T120000Z",
            "20261124T250000Z",
            "+0261124T120000Z",
            "19691231T235959Z",
            "20261124T120000ZZ",
            "2026112éT12000Z",
        ] {
            assert_eq!(amz_date(bad), None, "{bad}");
        }
    }
}
