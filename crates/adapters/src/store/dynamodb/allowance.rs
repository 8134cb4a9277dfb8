//! Rates that all instances keep together: the generic cell rate algorithm, with one item a counter.
//!
//! A counter is one number, the moment at which the next request would arrive if all came evenly (`tat`, the
//! theoretical arrival time). A request has room where that is at most `(burst - 1) * interval` away, and moves it on
//! by one interval, from where it is or from now, whichever is later. An update of DynamoDB cannot choose the later of
//! two, so there are two of them, with conditions that exclude each other ([`Step`]). One that does not hold brings the
//! number back, which says whether the other will hold, or how long to wait. So the first request after a rest costs
//! one call, one too many costs one call, and one that follows others closely costs two.
//!
//! The number only ever grows, whatever the clocks of the instances say: clocks that differ by some milliseconds shift
//! a decision by as much, and do nothing else. A call whose answer is lost, and that is sent again, counts twice: that
//! errs on the side of refusing.

#[cfg(test)]
mod tests;

use super::DynamoStore;
use super::failure::failed;
use super::item::{Item, item, n, number, s};
use aws_lc_rs::digest::{Context, SHA256};
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use headcount_core::Timestamp;
use headcount_core::ports::StoreError;
use std::time::Duration;

/// The sort key of counters.
const SORT: &str = "rate";

/// How long DynamoDB keeps a counter that has come to rest, in seconds: more than its clock and ours are apart.
const KEPT: u64 = 60 * 60;

/// How often one request is tried. A third time is needed only where DynamoDB forgets the counter meanwhile.
const TRIES: usize = 4;

/// What is allowed of one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// How many there may be at once, after a rest; 0 counts as 1.
    pub burst: u32,
    /// How long it takes until there is room for one more; zero counts as a nanosecond.
    pub interval: Duration,
}

impl DynamoStore {
    /// Takes one of `what`, if `allowance` has room for it at `now`; else says how long to wait until it has.
    ///
    /// `what` names the counter and may hold an address or the name of a user: only a hash of it is stored. Another
    /// allowance of the same thing is another counter, so a setting that is changed begins at rest.
    ///
    /// # Errors
    /// If the table does not answer, or throttles: one counter bears a thousand calls a second.
    pub async fn take(
        &self,
        what: &str,
        allowance: Allowance,
        now: Timestamp,
    ) -> Result<Result<(), Duration>, StoreError> {
        let (request, counter) = (Request::new(allowance, now), counter(what, allowance));
        let mut found = None;
        for _ in 0..TRIES {
            let step = match request.step(found) {
                Ok(step) => step,
                Err(wait) => return Ok(Err(wait)),
            };
            match self.move_on(&counter, &request, step).await? {
                Moved::On => return Ok(Ok(())),
                Moved::Not { tat } => found = tat,
            }
        }
        Err(StoreError::Unavailable("a counter comes and goes".to_owned()))
    }

    async fn move_on(&self, counter: &str, request: &Request, step: Step) -> Result<Moved, StoreError> {
        let update = self.reach.client.update_item().table_name(&self.reach.tables.status);
        let update = update
            .key("pk", s(counter))
            .key("sk", s(SORT))
            .update_expression(step.change())
            .condition_expression(step.condition())
            .set_expression_attribute_values(Some(request.values(step)))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let Err(error) = update.send().await else { return Ok(Moved::On) };
        match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                Ok(Moved::Not { tat: refused.item().and_then(|item| number(item, "tat")) })
            }
            _ => Err(failed(error)),
        }
    }
}

/// What became of an update.
enum Moved {
    /// The request is counted.
    On,
    /// Its condition did not hold.
    Not {
        /// Where the counter is; `None` where it is not.
        tat: Option<u64>,
    },
}

/// How a request with room moves the counter on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// The counter is at rest, or is not there.
    FromNow,
    /// The counter is ahead of now.
    FromThere,
}

impl Step {
    fn change(self) -> &'static str {
        match self {
            Self::FromNow => "SET tat = :next, exp = :exp",
            Self::FromThere => "SET tat = tat + :interval, exp = :exp",
        }
    }

    fn condition(self) -> &'static str {
        match self {
            Self::FromNow => "attribute_not_exists(tat) OR tat <= :now",
            Self::FromThere => "tat > :now AND tat <= :latest",
        }
    }
}

/// A request, in nanoseconds since 1970, since intervals are not always whole milliseconds. 64 bits reach to the year
/// 2554; what would be later is then.
#[derive(Debug)]
struct Request {
    now: u64,
    interval: u64,
    /// How far ahead the counter may be.
    latest: u64,
}

impl Request {
    fn new(allowance: Allowance, now: Timestamp) -> Self {
        let now = now.as_millis().saturating_mul(1_000_000);
        let interval = nanos(allowance.interval).max(1);
        let ahead = interval.saturating_mul(allowance.burst.saturating_sub(1).into());
        Self { now, interval, latest: now.saturating_add(ahead) }
    }

    /// The update for a counter that is at `tat`.
    ///
    /// # Errors
    /// There is no room: how long to wait.
    fn step(&self, tat: Option<u64>) -> Result<Step, Duration> {
        match tat {
            None => Ok(Step::FromNow),
            Some(tat) if tat <= self.now => Ok(Step::FromNow),
            Some(tat) if tat <= self.latest => Ok(Step::FromThere),
            Some(tat) => Err(Duration::from_nanos(tat - self.latest)),
        }
    }

    /// The values that `step` names, and no more: DynamoDB refuses those without a use.
    fn values(&self, step: Step) -> Item {
        let at_rest = self.latest.saturating_add(self.interval).div_ceil(1_000_000_000);
        let both = [(":now", Some(n(self.now))), (":exp", Some(n(at_rest.saturating_add(KEPT))))];
        let own = match step {
            Step::FromNow => [(":next", Some(n(self.now.saturating_add(self.interval)))), (":latest", None)],
            Step::FromThere => [(":interval", Some(n(self.interval))), (":latest", Some(n(self.latest)))],
        };
        let mut values = item(both);
        values.extend(item(own));
        values
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// The partition of a counter; no session has such a name.
///
/// It keeps addresses and names out of the table, its backups and whatever shows them. It does not hide an address
/// from someone who tries all: a key would have to be kept from readers of a table that holds all keys that there are.
/// 128 bits of the hash are enough, for nothing is proved by it: who finds two names with one hash, in 2^64 tries, has
/// two names that share one allowance, and to find a second name for the counter of somebody else takes 2^128.
fn counter(what: &str, allowance: Allowance) -> String {
    let mut hash = Context::new(&SHA256);
    hash.update(&allowance.burst.to_be_bytes());
    hash.update(&nanos(allowance.interval).to_be_bytes());
    hash.update(what.as_bytes());
    let hash = hash.finish();
    let start = hash.as_ref().iter().take(16).fold(0_u128, |start, byte| start << 8 | u128::from(*byte));
    format!("rate#{start:032x}")
}
