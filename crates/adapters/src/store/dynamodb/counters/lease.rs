//! Whether the counters of a session are kept: the sweep says so each minute.
//!
//! While nobody sweeps, or those who do count by the index, the stream may be noted by nobody. Counters that were not
//! kept for a while have missed what happened then, so they begin anew: an audit that began before does not count.

use super::super::DynamoStore;
use super::super::item::{Item, item, millis, ms, n, secs};
use super::super::reach::{Condition, Key};
use super::place::Places;
use super::round::Round;
use headcount_core::ports::StoreError;
use headcount_core::{SessionId, Timestamp};
use std::time::Duration;

/// How long counters count as kept after a sweep: two of them may be missed.
const HELD: Duration = Duration::from_secs(200);

/// How long after the first sweep no audit begins yet. Until then the stream may still be worked off by a function
/// that counts by the index, which notes nothing.
const TAKING_OVER: Duration = Duration::from_secs(60);

/// How long what DynamoDB has of a lease is kept after it, in seconds.
const KEPT: u64 = 24 * 60 * 60;

/// From when to when the counters of a session are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lease {
    pub(super) since: Timestamp,
    held: Timestamp,
}

impl Lease {
    pub(super) fn read(found: &Item) -> Option<Self> {
        Some(Self { since: millis(found, "since")?, held: millis(found, "held")? })
    }

    pub(super) fn holds(&self, now: Timestamp) -> bool {
        self.held > now
    }

    /// As it is after a sweep at `now`.
    fn renewed(before: Option<Self>, now: Timestamp) -> Self {
        let kept = before.filter(|before| before.holds(now));
        Self { since: kept.map_or(now, |kept| kept.since), held: now.plus(HELD) }
    }

    pub(super) fn is_taken_over(&self, now: Timestamp) -> bool {
        self.since.plus(TAKING_OVER) <= now
    }
}

impl DynamoStore {
    /// Says that the counters of `session` are kept at `now`, and for 200 s from then; whether they are to be audited.
    /// Where nothing is counted by counters, nothing happens.
    ///
    /// # Errors
    /// The table could not be read or written.
    pub async fn keep_counters(&self, session: &SessionId, now: Timestamp) -> Result<bool, StoreError> {
        let Some(places) = self.counters.map(Places::of) else { return Ok(false) };
        let (before, round) = self.standing(places, session).await?;
        let lease = Lease::renewed(before, now);
        let key = Key::status(session, &places.lease());
        let mut written = key.attributes();
        written.extend(item([
            ("since", Some(ms(lease.since))),
            ("held", Some(ms(lease.held))),
            ("exp", Some(n(secs(lease.held).saturating_add(KEPT)))),
        ]));
        // A sweep that was late does not take back what the next one has said.
        let later = Condition {
            expression: "attribute_not_exists(pk) OR held < :held",
            values: vec![(":held", ms(lease.held))],
        };
        self.reach.put(&key, written, later).await?;
        Ok(lease.is_taken_over(now) && round.unwrap_or_default().is_due(&lease, now))
    }

    /// The lease and the round of a session, as they are now.
    pub(super) async fn standing(
        &self,
        places: Places,
        session: &SessionId,
    ) -> Result<(Option<Lease>, Option<Round>), StoreError> {
        let keys = [places.lease(), places.round()].map(|key| Key::status(session, &key));
        let [lease, round] = self.reach.get_all(keys).await?;
        Ok((lease.as_ref().and_then(Lease::read), round.as_ref().and_then(Round::read)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::item::s;
    use super::*;

    #[test]
    fn a_lease_that_is_renewed_in_time_is_one() {
        let at = |seconds: u64| Timestamp::from_millis(seconds * 1_000);
        let first = Lease::renewed(None, at(0));
        let second = Lease::renewed(Some(first), at(199));
        assert_eq!((second.since, second.holds(at(398)), second.holds(at(399))), (at(0), true, false));
        assert_eq!(Lease::renewed(Some(second), at(399)).since, at(399), "what was missed is not known");
    }

    #[test]
    fn what_is_no_lease_is_none() {
        assert_eq!(Lease::read(&item([("since", Some(s("today"))), ("held", None)])), None);
    }
}
