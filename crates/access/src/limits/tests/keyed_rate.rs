//! Tests of the bound on keys.

use super::passes;
use crate::limits::keyed_rate::KeyedRate;
use governor::Quota;
use governor::clock::FakeRelativeClock;
use std::num::NonZeroU32;
use std::time::Duration;

/// Two a second for each of at most three keys; the clock stands at 1,000 s.
fn rate() -> (KeyedRate<u32, FakeRelativeClock>, FakeRelativeClock) {
    let clock = FakeRelativeClock::default();
    clock.advance(Duration::from_secs(1_000));
    let quota = Quota::per_second(NonZeroU32::new(2).unwrap());
    (KeyedRate::with_capacity(quota, clock.clone(), 3), clock)
}

#[test]
fn who_finds_no_room_shares_one_bucket_and_the_others_keep_theirs() {
    let (rate, _clock) = rate();
    for key in 0..3 {
        assert_eq!(rate.check(&key), Ok(()));
    }
    assert_eq!(rate.check(&3), Ok(()));
    assert_eq!(rate.check(&4), Ok(()));
    assert!(rate.check(&5).is_err());
    assert!(rate.check(&3).is_err());
    for key in 0..3 {
        assert_eq!(passes(10, || rate.check(&key)), 1);
    }
}

#[test]
fn the_table_never_grows_beyond_its_capacity() {
    let (rate, clock) = rate();
    for key in 0..10_000 {
        let _ = rate.check(&key);
        clock.advance(Duration::from_millis(1));
        assert!(rate.len() <= 3);
    }
}

#[test]
fn keys_that_are_back_at_their_full_quota_make_room() {
    let (rate, clock) = rate();
    for key in 0..6 {
        let _ = rate.check(&key);
    }
    clock.advance(Duration::from_secs(10));
    assert_eq!(passes(10, || rate.check(&100)), 2);
    assert_eq!(passes(10, || rate.check(&101)), 2);
    assert_eq!(passes(10, || rate.check(&102)), 2);
}

#[test]
fn a_full_table_is_swept_once_a_second_at_most() {
    let (rate, clock) = rate();
    clock.advance(Duration::from_secs(1));
    for key in 0..4 {
        assert_eq!(rate.check(&key), Ok(()));
    }
    // The check of key 3 swept in vain. In its last millisecond key 0 could be forgotten long since, but is not.
    clock.advance(Duration::from_millis(999));
    assert_eq!(passes(10, || rate.check(&10)), 1 + 1);
    assert!(rate.check(&11).is_err());
    clock.advance(Duration::from_millis(1));
    assert_eq!(passes(10, || rate.check(&12)), 2);
}

#[test]
fn old_keys_are_forgotten_although_there_is_room() {
    let (rate, clock) = rate();
    assert_eq!(rate.check(&1), Ok(()));
    clock.advance(Duration::from_secs(59));
    assert_eq!(rate.check(&2), Ok(()));
    assert_eq!(rate.len(), 2);
    clock.advance(Duration::from_secs(1));
    assert_eq!(rate.check(&3), Ok(()));
    assert_eq!(rate.len(), 1);
}
