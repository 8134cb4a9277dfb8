//! The answer to one request too many.

use governor::NotUntil;
use governor::clock::Reference;
use std::time::Duration;

/// A limit is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many requests, try again in {seconds} s")]
pub struct RetryAfter {
    /// When it is worth while to try again: whole seconds from now, at least one.
    pub seconds: u64,
}

impl RetryAfter {
    /// After `wait`, rounded up to whole seconds: whoever waits this long is not turned away once more.
    #[must_use]
    pub fn waiting(wait: Duration) -> Self {
        Self { seconds: wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0)).max(1) }
    }

    pub(crate) fn until<I: Reference>(refusal: &NotUntil<I>, now: I) -> Self {
        Self::waiting(refusal.wait_time_from(now))
    }
}
