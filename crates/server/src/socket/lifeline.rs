//! How long a connection may go on: signs of life, the time to take a role, the greatest age.

use crate::config::SocketSettings;
use std::time::Duration;
use tokio::time::Instant;

/// The times of one connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lifeline {
    opened: Instant,
    last_seen: Instant,
    next_ping: Instant,
}

/// What a moment brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// Nothing yet.
    Nothing,
    /// A ping is to be sent.
    Ping,
    /// It gave no sign of life for too long.
    Silent,
    /// It took no role in time.
    NoRole,
    /// It has reached its greatest age.
    MaximumAge,
}

impl Lifeline {
    pub(super) fn new(now: Instant, settings: &SocketSettings) -> Self {
        Self { opened: now, last_seen: now, next_ping: now + settings.ping_every }
    }

    /// The client has been heard of.
    pub(super) fn seen(&mut self, now: Instant) {
        self.last_seen = now;
    }

    /// The next moment at which something may be due.
    pub(super) fn next(&self, has_role: bool, settings: &SocketSettings) -> Instant {
        let mut next = self.next_ping.min(self.last_seen + settings.silent_after);
        if !has_role {
            next = next.min(self.opened + settings.role_within);
        }
        self.ends(settings).map_or(next, |end| next.min(end))
    }

    /// What is due now.
    pub(super) fn due(&mut self, now: Instant, has_role: bool, settings: &SocketSettings) -> Due {
        if self.last_seen + settings.silent_after <= now {
            Due::Silent
        } else if !has_role && self.opened + settings.role_within <= now {
            Due::NoRole
        } else if self.ends(settings).is_some_and(|end| end <= now) {
            Due::MaximumAge
        } else if self.next_ping <= now {
            self.next_ping = now + settings.ping_every;
            Due::Ping
        } else {
            Due::Nothing
        }
    }

    /// How long the connection may still go on; `None` where its age is not limited.
    pub(super) fn remaining(&self, now: Instant, settings: &SocketSettings) -> Option<Duration> {
        self.ends(settings).map(|end| end.saturating_duration_since(now))
    }

    fn ends(&self, settings: &SocketSettings) -> Option<Instant> {
        let age = settings.max_connection_age;
        (!age.is_zero()).then(|| self.opened.checked_add(age)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_pinged_and_given_up_in_order() {
        let settings =
            SocketSettings { max_connection_age: Duration::from_secs(60), ..SocketSettings::default() };
        let start = Instant::now();
        let at = |secs| start + Duration::from_secs(secs);
        let mut life = Lifeline::new(start, &settings);
        assert_eq!(life.next(true, &settings), at(10));
        assert_eq!(life.due(at(9), true, &settings), Due::Nothing);
        assert_eq!(life.due(at(10), true, &settings), Due::Ping);
        assert_eq!(life.next(true, &settings), at(15));
        life.seen(at(11));
        assert_eq!(life.next(true, &settings), at(20));
        assert_eq!(life.due(at(26), true, &settings), Due::Silent);
        life.seen(at(29));
        assert_eq!(life.due(at(30), false, &settings), Due::NoRole);
        life.seen(at(59));
        assert_eq!(life.due(at(60), true, &settings), Due::MaximumAge);
        assert_eq!(life.remaining(at(50), &settings), Some(Duration::from_secs(10)));
    }
}
