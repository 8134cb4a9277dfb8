//! What the answer of a receiver means, and when to try again.

use headcount_core::Timestamp;
use std::time::{Duration, UNIX_EPOCH};

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It has arrived.
    Delivered,
    /// It may arrive at another try.
    TryAgain,
    /// The receiver will never take this one.
    Refused,
    /// The receiver wants no more of any.
    Gone,
}

impl Verdict {
    /// The meaning of an HTTP status (RFC 9110 §15). A redirect is not followed: it would lead where nobody has
    /// looked. It is tried again, because whoever runs the receiver may put it right.
    pub(super) const fn of(status: u16) -> Self {
        match status {
            200..=299 => Self::Delivered,
            410 => Self::Gone,
            408 | 425 | 429 => Self::TryAgain,
            400..=499 => Self::Refused,
            _ => Self::TryAgain,
        }
    }
}

/// How long to wait before the next try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// The longest wait after the first failure; it doubles with each that follows.
    pub first: Duration,
    /// The longest wait of all.
    pub longest: Duration,
    /// How old an event is when it is not tried again.
    pub give_up_after: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        let hour = Duration::from_secs(60 * 60);
        Self { first: Duration::from_secs(5), longest: hour, give_up_after: 24 * hour }
    }
}

impl Retries {
    /// The longest wait after so many failures in a row. The wait is anything up to it ("full jitter"), so that
    /// senders that failed together do not come back together.
    pub(super) fn longest_wait(&self, failures: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        self.first.saturating_mul(doubled).min(self.longest)
    }
}

/// What a `Retry-After` asks for at `now`: seconds, or a date (RFC 9110 §10.2.3).
pub(super) fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(date.saturating_sub(Duration::from_millis(now.as_millis())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_change_is_tried_again() {
        for (status, verdict) in [
            (200, Verdict::Delivered),
            (204, Verdict::Delivered),
            (302, Verdict::TryAgain),
            (400, Verdict::Refused),
            (401, Verdict::Refused),
            (404, Verdict::Refused),
            (408, Verdict::TryAgain),
            (410, Verdict::Gone),
            (425, Verdict::TryAgain),
            (429, Verdict::TryAgain),
            (500, Verdict::TryAgain),
            (503, Verdict::TryAgain),
        ] {
            assert_eq!(Verdict::of(status), verdict, "{status}");
        }
    }

    #[test]
    fn waits_double_up_to_an_hour() {
        let retries = Retries::default();
        let seconds = |failures| retries.longest_wait(failures).as_secs();
        assert_eq!(
            [1, 2, 3, 4, 10, 11, 40, u32::MAX].map(seconds),
            [5, 10, 20, 40, 2_560, 3_600, 3_600, 3_600]
        );
    }

    #[test]
    fn a_retry_after_is_seconds_or_a_date() {
        let now = Timestamp::from_millis(784_111_777_000);
        assert_eq!(retry_after("120", now), Some(Duration::from_secs(120)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:50:37 GMT", now), Some(Duration::from_secs(60)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:40:37 GMT", now), Some(Duration::ZERO));
        assert_eq!(retry_after("soon", now), None);
    }
}
