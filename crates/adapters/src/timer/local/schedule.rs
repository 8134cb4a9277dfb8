//! Which session is to be woken when: the earliest wish of each session, in the order of time.

use headcount_core::SessionId;
use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

/// One wake-up for each session that asked for any. It holds as many as there are live sessions, and those of
/// sessions that have ended until their moment comes; an entry is about 150 bytes. Times are those of
/// [`super::timeline::Timeline`].
#[derive(Default)]
pub(super) struct Schedule {
    by_time: BTreeSet<(Duration, SessionId)>,
    by_session: HashMap<SessionId, Duration>,
}

impl Schedule {
    /// Asks for `session` to be woken at `at`. A wish that is earlier and still open stands, and answers this one
    /// too. Says whether `at` is now the first moment of all.
    pub(super) fn ask(&mut self, session: &SessionId, at: Duration) -> bool {
        let before = self.by_session.get(session).copied();
        if before.is_some_and(|before| before <= at) {
            return false;
        }
        if let Some(before) = before {
            self.by_time.remove(&(before, session.clone()));
        }
        let first_of_all = self.first().is_none_or(|first| at < first);
        self.by_session.insert(session.clone(), at);
        self.by_time.insert((at, session.clone()));
        first_of_all
    }

    /// The first moment at which somebody wants to be woken.
    pub(super) fn first(&self) -> Option<Duration> {
        self.by_time.first().map(|(at, _)| *at)
    }

    /// Takes out the session whose moment came first, if it has come by `now`.
    pub(super) fn take_due(&mut self, now: Duration) -> Option<SessionId> {
        let due = self.first().is_some_and(|at| at <= now);
        let (_, session) = due.then(|| self.by_time.pop_first()).flatten()?;
        self.by_session.remove(&session);
        Some(session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(number: u64) -> SessionId {
        SessionId::pick(number)
    }

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_earliest_wish_of_a_session_stands() {
        let mut schedule = Schedule::default();
        assert!(schedule.ask(&session(1), at(30)));
        assert!(!schedule.ask(&session(1), at(60)), "a later wish must not put it off");
        assert!(schedule.ask(&session(1), at(10)), "an earlier one must bring it forward");
        assert_eq!(schedule.take_due(at(9)), None);
        assert_eq!(schedule.take_due(at(10)), Some(session(1)));
        assert_eq!((schedule.take_due(at(99)), schedule.first()), (None, None));
    }

    #[test]
    fn sessions_come_out_in_the_order_of_their_moments() {
        let mut schedule = Schedule::default();
        for (number, seconds) in [(1, 3), (2, 1), (3, 2), (4, 2)] {
            schedule.ask(&session(number), at(seconds));
        }
        assert_eq!(schedule.first(), Some(at(1)));
        let due: Vec<_> = std::iter::from_fn(|| schedule.take_due(at(2))).collect();
        assert_eq!((due.len(), &due[0]), (3, &session(2)));
        assert!(due.contains(&session(3)) && due.contains(&session(4)));
        assert_eq!(schedule.first(), Some(at(3)));
    }
}
