//! Numbers and times as people read them.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::cmp::Ordering;
use std::time::Duration;

/// A number with its thousands apart: `15,000`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many listeners, in words: `1 listener`, `42 listeners`.
pub(crate) fn listeners(number: u64) -> String {
    let word = if number == 1 { "listener" } else { "listeners" };
    format!("{} {word}", count(number))
}

/// A difference: `▲3`, `▼12`, or nothing.
pub(crate) fn difference(before: u64, after: u64) -> String {
    match after.cmp(&before) {
        Ordering::Greater => format!("▲{}", count(after - before)),
        Ordering::Less => format!("▼{}", count(before - after)),
        Ordering::Equal => String::new(),
    }
}

/// Whole seconds as a stopwatch shows them: `0:07`, `30:47`, `1:02:03`.
pub(crate) fn stopwatch(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// The time of day of a moment in milliseconds since the Unix epoch, where this terminal is.
pub(crate) fn time_of_day(millis: u64) -> String {
    time_of_day_in(millis, TimeZone::system())
}

fn time_of_day_in(millis: u64, zone: TimeZone) -> String {
    let moment = i64::try_from(millis).ok().and_then(|millis| Timestamp::from_millisecond(millis).ok());
    // A time beyond the year 9999 comes from a broken clock; that it cannot be shown is all there is to say.
    moment.map_or_else(
        || "--:--:--".to_owned(),
        |moment| moment.to_zoned(zone).strftime("%H:%M:%S").to_string(),
    )
}

/// A part of a whole in percent, rounded: 0 of 0 is 0.
pub(crate) const fn percent(part: u64, whole: u64) -> u64 {
    match (part as u128 * 200 + whole as u128).checked_div(whole as u128 * 2) {
        #[expect(clippy::cast_possible_truncation, reason = "a part of a whole is at most 100 percent of it")]
        Some(percent) => percent as u64,
        None => 0,
    }
}

/// A measured time with the unit that suits it: `0.8 ms`, `12 ms`, `1.25 s`.
pub(crate) fn latency(time: Duration) -> String {
    let millis = time.as_secs_f64() * 1_000.0;
    match millis {
        0.0..10.0 => format!("{millis:.2} ms"),
        10.0..100.0 => format!("{millis:.1} ms"),
        100.0..10_000.0 => format!("{millis:.0} ms"),
        _ => format!("{:.1} s", millis / 1_000.0),
    }
}

/// The largest languages of a distribution in one line: `es 15  fr 12  +3 more`.
pub(crate) fn languages(distribution: &[(String, u64)], most: usize) -> String {
    let shown: Vec<_> = distribution
        .iter()
        .take(most)
        .map(|(tag, listeners)| format!("{tag} {}", count(*listeners)))
        .collect();
    let mut line = shown.join("  ");
    if distribution.len() > most {
        line.push_str(&format!("  +{} more", distribution.len() - most));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_thousands_apart() {
        for (number, text) in
            [(0, "0"), (999, "999"), (1_000, "1,000"), (15_000, "15,000"), (1_234_567, "1,234,567")]
        {
            assert_eq!(count(number), text);
        }
    }

    #[test]
    fn one_listener_is_not_many() {
        assert_eq!((listeners(1), listeners(0)), ("1 listener".to_owned(), "0 listeners".to_owned()));
    }

    #[test]
    fn differences_have_a_direction() {
        assert_eq!(difference(39, 42), "▲3");
        assert_eq!(difference(1_042, 42), "▼1,000");
        assert_eq!(difference(42, 42), "");
    }

    #[test]
    fn times_are_short() {
        assert_eq!(
            (stopwatch(7), stopwatch(1_847), stopwatch(3_723)),
            ("0:07".into(), "30:47".into(), "1:02:03".into())
        );
        assert_eq!(time_of_day_in(1_699_501_847_000, TimeZone::UTC), "03:50:47");
        assert_eq!(time_of_day_in(u64::MAX, TimeZone::UTC), "--:--:--");
        assert_eq!(latency(Duration::from_micros(812)), "0.81 ms");
        assert_eq!(latency(Duration::from_micros(12_340)), "12.3 ms");
        assert_eq!(latency(Duration::from_millis(1_250)), "1250 ms");
        assert_eq!(latency(Duration::from_secs(12)), "12.0 s");
    }

    #[test]
    fn shares_are_rounded_and_never_divide_by_zero() {
        assert_eq!((percent(15, 42), percent(1, 200), percent(0, 0)), (36, 1, 0));
        assert_eq!(percent(u64::MAX, u64::MAX), 100);
    }

    #[test]
    fn the_largest_languages_fit_on_a_line() {
        let distribution = [("es", 1_500), ("fr", 12), ("de", 8)].map(|(tag, n)| (tag.to_owned(), n));
        assert_eq!(languages(&distribution, 2), "es 1,500  fr 12  +1 more");
        assert_eq!(languages(&distribution, 3), "es 1,500  fr 12  de 8");
        assert_eq!(languages(&[], 3), "");
    }
}
