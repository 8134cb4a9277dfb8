//! What all instances keep together, in memory: counters and guests.

use crate::guests::{Guest, Guests};
use crate::limits::Counters;
use async_trait::async_trait;
use headcount_access::Rate;
use headcount_core::ports::StoreError;
use headcount_core::{ConnectionId, Timestamp};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::time::Duration;

/// How counters behave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Counting {
    /// As they should.
    #[default]
    Exact,
    /// They fail.
    Failing,
    /// They never answer.
    Silent,
}

/// Counters, and what was asked of them.
#[derive(Default)]
pub(crate) struct StagedCounters {
    counting: Mutex<Counting>,
    /// When the next request would come if all came evenly.
    next: Mutex<HashMap<String, Timestamp>>,
    asked: Mutex<Vec<String>>,
}

impl StagedCounters {
    pub(crate) fn set(&self, counting: Counting) {
        *self.counting.lock() = counting;
    }

    /// The names of the counters that were asked since this was last asked.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock())
    }

    /// As if `requests` had been counted by other instances.
    pub(crate) fn fill(&self, counter: &str, requests: u32, interval: Duration, now: Timestamp) {
        self.next.lock().insert(counter.to_owned(), now.plus(interval * requests));
    }

    fn count(&self, counter: &str, rate: Rate, now: Timestamp) -> Result<(), Duration> {
        let mut counters = self.next.lock();
        let next = counters.entry(counter.to_owned()).or_insert(now);
        let latest = now.plus(rate.interval * (rate.burst - 1));
        if *next > latest {
            return Err(next.since(latest));
        }
        *next = (*next).max(now).plus(rate.interval);
        Ok(())
    }
}

#[async_trait]
impl Counters for StagedCounters {
    async fn take(
        &self,
        counter: &str,
        rate: Rate,
        now: Timestamp,
    ) -> Result<Result<(), Duration>, StoreError> {
        self.asked.lock().push(counter.to_owned());
        let counting = *self.counting.lock();
        match counting {
            Counting::Exact => Ok(self.count(counter, rate, now)),
            Counting::Failing => Err(StoreError::Unavailable("throttled".to_owned())),
            Counting::Silent => std::future::pending().await,
        }
    }
}

/// Guests.
#[derive(Default)]
pub(crate) struct StagedGuests {
    kept: Mutex<HashMap<ConnectionId, Guest>>,
    away: Mutex<bool>,
}

impl StagedGuests {
    /// How many are kept.
    pub(crate) fn count(&self) -> usize {
        self.kept.lock().len()
    }

    /// All that is kept, as text.
    pub(crate) fn text(&self) -> String {
        format!("{:?}", *self.kept.lock())
    }

    /// From now on nothing can be kept or read.
    pub(crate) fn go_away(&self) {
        *self.away.lock() = true;
    }

    fn unless_away(&self) -> Result<(), StoreError> {
        if *self.away.lock() { Err(StoreError::Unavailable("away".to_owned())) } else { Ok(()) }
    }
}

#[async_trait]
impl Guests for StagedGuests {
    async fn keep(&self, id: &ConnectionId, guest: &Guest, _now: Timestamp) -> Result<(), StoreError> {
        self.unless_away()?;
        self.kept.lock().insert(id.clone(), guest.clone());
        Ok(())
    }

    async fn guest(&self, id: &ConnectionId, _now: Timestamp) -> Result<Guest, StoreError> {
        self.unless_away()?;
        Ok(self.kept.lock().get(id).cloned().unwrap_or_default())
    }

    async fn forget(&self, id: &ConnectionId) -> Result<(), StoreError> {
        self.unless_away()?;
        self.kept.lock().remove(id);
        Ok(())
    }
}
