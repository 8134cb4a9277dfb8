//! Rates: the decisions of the library that the server uses, kept together by any number of instances.

use crate::tables;
use futures_util::future::join_all;
use governor::clock::{Clock, FakeRelativeClock};
use governor::{Quota, RateLimiter};
use headcount_adapters::store::{Allowance, DynamoStore, Writers};
use headcount_core::Timestamp;
use headcount_testkit::samples;
use proptest::prelude::*;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Bursts and intervals as our limits have them, and ones that are no whole milliseconds.
fn allowances() -> impl Strategy<Value = Allowance> {
    let interval = prop_oneof![
        Just(Duration::from_nanos(1)),
        Just(Duration::from_micros(1_500)),
        Just(Duration::from_nanos(333_333_333)),
        Just(Duration::from_millis(100)),
        Just(Duration::from_secs(72)),
    ];
    (1..6_u32, interval).prop_map(|(burst, interval)| Allowance { burst, interval })
}

/// Waits between requests, in thousandths of an interval: mostly short ones, so that most counters are busy.
fn waits() -> impl Strategy<Value = Vec<u32>> {
    let wait = prop_oneof![4 => Just(0), 4 => 0..1_500_u32, 1 => 1_000..10_000_u32];
    prop::collection::vec(wait, 1..30)
}

/// What the library decides about requests that come after these waits, in milliseconds, and how long it says to wait.
fn library(allowance: Allowance, waits: &[u64]) -> Vec<Result<(), Duration>> {
    let quota = Quota::with_period(allowance.interval).unwrap();
    let quota = quota.allow_burst(NonZeroU32::new(allowance.burst).unwrap());
    let clock = FakeRelativeClock::default();
    let limiter = RateLimiter::direct_with_clock(quota, clock.clone());
    let decide = |wait: &u64| {
        clock.advance(Duration::from_millis(*wait));
        limiter.check().map_err(|refused| refused.wait_time_from(clock.now()))
    };
    waits.iter().map(decide).collect()
}

async fn store(
    allowance: Allowance,
    waits: &[u64],
    what: &str,
    stores: &[DynamoStore],
) -> Vec<Result<(), Duration>> {
    let (mut now, mut decided) = (samples::NOW, Vec::new());
    for (wait, store) in waits.iter().zip(stores.iter().cycle()) {
        now = now.plus(Duration::from_millis(*wait));
        decided.push(store.take(what, allowance, now).await.unwrap());
    }
    decided
}

#[test]
fn decides_as_the_library_does() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let made = runtime.block_on(tables::create());
    let stores = [made.store(Writers::Ours), made.store(Writers::Others { scan: false })];
    let cases = AtomicU32::new(0);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) };
    proptest!(config, |(allowance in allowances(), waits in waits())| {
        let thousandth = allowance.interval.as_micros();
        let waits: Vec<_> =
            waits.iter().map(|wait| u64::try_from(u128::from(*wait) * thousandth / 1_000_000).unwrap()).collect();
        let case = cases.fetch_add(1, Ordering::Relaxed);
        let decided = runtime.block_on(store(allowance, &waits, &case.to_string(), &stores));
        prop_assert_eq!(decided, library(allowance, &waits));
    });
}

/// Takes one at each of these times, all at once and each by another instance.
async fn taken(
    stores: &[DynamoStore],
    allowance: Allowance,
    times: impl Iterator<Item = Timestamp>,
) -> usize {
    let taking = times.zip(stores.iter().cycle()).map(|(at, store)| store.take("hall", allowance, at));
    let taken = join_all(taking).await.into_iter().map(Result::unwrap);
    taken.filter(Result::is_ok).count()
}

#[tokio::test]
async fn instances_together_let_in_as_many_as_one_would() {
    let made = tables::create().await;
    let stores: Vec<_> = (0..4).map(|_| made.store(Writers::Ours)).collect();
    let allowance = Allowance { burst: 10, interval: Duration::from_secs(1) };
    for (second, expected) in [(0, 10), (0, 0), (3, 3), (100, 10)] {
        let at = samples::at(second * 1_000);
        assert_eq!(taken(&stores, allowance, std::iter::repeat_n(at, 40)).await, expected, "at {second} s");
    }
}

#[tokio::test]
async fn clocks_that_differ_a_little_let_in_no_more() {
    let made = tables::create().await;
    let stores: Vec<_> = (0..4).map(|_| made.store(Writers::Ours)).collect();
    let allowance = Allowance { burst: 10, interval: Duration::from_millis(100) };
    let mut let_in = 0;
    for tenth in 0..20 {
        let skewed = (0..16).map(|call| samples::at(1_000 + tenth * 100 + [0, 7, 3, 20][call % 4]));
        let_in += taken(&stores, allowance, skewed).await;
    }
    // What one clock would let in within 1.9 s; the fastest of them is not another tenth ahead.
    assert_eq!(let_in, 10 + 19);
}

#[tokio::test]
async fn counters_are_told_apart_and_forgotten_and_name_nobody() {
    let made = tables::create().await;
    let store = made.store(Writers::Ours);
    let once = Allowance { burst: 1, interval: Duration::from_secs(72) };
    for what in ["sessions of alice@example.com", "sessions of bob@example.com"] {
        assert_eq!(store.take(what, once, samples::NOW).await.unwrap(), Ok(()));
        assert_eq!(store.take(what, once, samples::at(2_000)).await.unwrap(), Err(Duration::from_secs(70)));
    }
    let found = made.client.scan().table_name(&made.names.status).send().await.unwrap();
    assert_eq!(found.count(), 2);
    assert!(!format!("{found:?}").contains("example.com"));
    let full_again = samples::NOW.as_millis() / 1_000 + 72;
    for item in found.items() {
        let exp: u64 = item["exp"].as_n().unwrap().parse().unwrap();
        assert!((full_again + 60..full_again + 86_400).contains(&exp), "{exp}");
    }
}
