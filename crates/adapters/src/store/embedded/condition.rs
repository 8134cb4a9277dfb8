//! Whether the disk takes what it is given: what the writer finds, for whoever has to send clients elsewhere.

use parking_lot::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long a session that was refused speaks against taking new ones. Not for ever: whoever is sent no new session
/// because of it would never learn that there is room again.
const REMEMBER_REFUSAL: Duration = Duration::from_secs(10);

/// The condition of the disk, as of the last transactions.
#[derive(Default)]
pub(super) struct Condition {
    in_trouble: AtomicBool,
    refused_at: Mutex<Option<Instant>>,
}

impl Condition {
    /// The last transaction failed, or did not.
    pub(super) fn set_in_trouble(&self, in_trouble: bool) {
        self.in_trouble.store(in_trouble, Ordering::Relaxed);
    }

    /// There was no room for a new session at `now`.
    pub(super) fn refused(&self, now: Instant) {
        *self.refused_at.lock() = Some(now);
    }

    /// There was room for a new session, or one has ended and made some.
    pub(super) fn has_room(&self) {
        *self.refused_at.lock() = None;
    }

    /// Whether the disk takes what is known already, and a new session as far as anybody knows at `now`.
    pub(super) fn takes_new(&self, now: Instant) -> bool {
        let recently = |at| now.saturating_duration_since(at) < REMEMBER_REFUSAL;
        !self.in_trouble.load(Ordering::Relaxed) && !self.refused_at.lock().is_some_and(recently)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_forgotten_when_there_is_room_or_after_a_while() {
        let (condition, start) = (Condition::default(), Instant::now());
        assert!(condition.takes_new(start));
        condition.refused(start);
        assert!(!condition.takes_new(start));
        assert!(!condition.takes_new(start + REMEMBER_REFUSAL - Duration::from_millis(1)));
        assert!(condition.takes_new(start + REMEMBER_REFUSAL));
        condition.has_room();
        assert!(condition.takes_new(start));
    }

    #[test]
    fn what_cannot_be_written_is_not_forgotten() {
        let (condition, start) = (Condition::default(), Instant::now());
        condition.set_in_trouble(true);
        assert!(!condition.takes_new(start + REMEMBER_REFUSAL));
        condition.set_in_trouble(false);
        assert!(condition.takes_new(start));
    }
}
