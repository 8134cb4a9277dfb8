//! Tests of limits, by a clock that only moves when told.

mod caps;
mod first_look;
mod keyed_rate;

use super::{ConnectionRate, Limits, Quotas, RetryAfter};
use governor::clock::FakeRelativeClock;
use headcount_core::{SessionId, UserId};
use std::net::IpAddr;
use std::time::Duration;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn session(id: &str) -> SessionId {
    SessionId::parse(id).unwrap()
}

fn limits(quotas: Quotas) -> (Limits<FakeRelativeClock>, FakeRelativeClock) {
    let clock = FakeRelativeClock::default();
    clock.advance(Duration::from_secs(1_000));
    (Limits::with_clock(quotas, clock.clone()), clock)
}

/// How many of `tries` pass before the first that does not.
fn passes(tries: usize, mut check: impl FnMut() -> Result<(), RetryAfter>) -> usize {
    (0..tries).take_while(|_| check().is_ok()).count()
}

#[test]
fn a_speaker_may_ask_twice_a_second() {
    let (limits, clock) = limits(Quotas::default());
    let (eagle, river) = (session("golden-eagle-427"), session("quiet-river-100"));
    assert_eq!(passes(10, || limits.query_status(&eagle)), 2);
    assert_eq!(limits.query_status(&eagle), Err(RetryAfter { seconds: 1 }));
    assert_eq!(passes(10, || limits.query_status(&river)), 2);
    clock.advance(Duration::from_millis(500));
    assert_eq!(passes(10, || limits.query_status(&eagle)), 1);
    clock.advance(Duration::from_secs(60));
    assert_eq!(passes(10, || limits.query_status(&eagle)), 2);
}

#[test]
fn every_connection_has_its_own_ten_messages_a_second() {
    let (limits, _clock) = limits(Quotas::default());
    let (one, other) = (limits.control_messages(), limits.control_messages());
    assert_eq!(passes(100, || one.check()), 10);
    assert_eq!(passes(100, || other.check()), 10);
}

#[test]
fn a_connection_pays_little_for_its_limit() {
    assert!(size_of::<ConnectionRate>() <= 40, "{}", size_of::<ConnectionRate>());
}

#[test]
fn a_user_may_create_fifty_sessions_an_hour_from_wherever() {
    let (limits, clock) = limits(Quotas::default());
    let (ann, bob) = (UserId::parse("ann").unwrap(), UserId::parse("bob").unwrap());
    let mut addresses = (0..=255).cycle().map(|n| IpAddr::from([192, 0, 2, n]));
    assert_eq!(passes(100, || limits.create_session(Some(&ann), addresses.next().unwrap())), 50);
    assert_eq!(limits.create_session(Some(&ann), ip("192.0.2.1")), Err(RetryAfter { seconds: 72 }));
    assert_eq!(limits.create_session(Some(&bob), ip("192.0.2.1")), Ok(()));
    clock.advance(Duration::from_millis(71_001));
    assert_eq!(limits.create_session(Some(&ann), ip("192.0.2.1")), Err(RetryAfter { seconds: 1 }));
    clock.advance(Duration::from_secs(1));
    assert_eq!(limits.create_session(Some(&ann), ip("192.0.2.1")), Ok(()));
}

#[test]
fn without_a_user_sessions_are_counted_by_address() {
    let (limits, _clock) = limits(Quotas::default());
    assert_eq!(passes(100, || limits.create_session(None, ip("192.0.2.1"))), 50);
    assert_eq!(limits.create_session(None, ip("192.0.2.2")), Ok(()));
}

#[test]
fn a_hall_of_people_gets_in_at_once_and_then_ten_a_second() {
    let (limits, clock) = limits(Quotas::default());
    assert_eq!(passes(5_000, || limits.connect(ip("192.0.2.1"))), 1_000);
    assert_eq!(limits.connect(ip("192.0.2.1")), Err(RetryAfter { seconds: 1 }));
    assert_eq!(limits.connect(ip("192.0.2.2")), Ok(()));
    clock.advance(Duration::from_secs(1));
    assert_eq!(passes(5_000, || limits.connect(ip("192.0.2.1"))), 10);
}

#[test]
fn an_ipv6_network_of_64_bits_is_one_address() {
    let quotas = Quotas { connection_burst: 1, ..Quotas::default() };
    let (limits, _clock) = limits(quotas);
    assert_eq!(limits.connect(ip("2001:db8:1:2::1")), Ok(()));
    assert!(limits.connect(ip("2001:db8:1:2:ffff::9")).is_err());
    assert_eq!(limits.connect(ip("2001:db8:1:3::1")), Ok(()));
}

#[test]
fn a_mapped_ipv4_address_is_that_address() {
    let quotas = Quotas { connection_burst: 1, ..Quotas::default() };
    let (limits, _clock) = limits(quotas);
    assert_eq!(limits.connect(ip("::ffff:192.0.2.1")), Ok(()));
    assert!(limits.connect(ip("192.0.2.1")).is_err());
    assert_eq!(limits.connect(ip("::ffff:192.0.2.2")), Ok(()));
}

#[test]
fn zero_turns_a_limit_off_except_for_the_burst() {
    let off = Quotas {
        status_queries_per_second: 0,
        control_messages_per_second: 0,
        sessions_per_hour: 0,
        connections_per_minute: 0,
        ..Quotas::default()
    };
    let (limits, _clock) = self::limits(off);
    let messages = limits.control_messages();
    assert_eq!(passes(10_000, || messages.check()), 10_000);
    assert_eq!(passes(10_000, || limits.query_status(&session("golden-eagle-427"))), 10_000);
    assert_eq!(passes(10_000, || limits.connect(ip("192.0.2.1"))), 10_000);
    assert_eq!(passes(10_000, || limits.create_session(None, ip("192.0.2.1"))), 10_000);
    let (limits, _clock) = self::limits(Quotas { connection_burst: 0, ..Quotas::default() });
    assert_eq!(passes(10, || limits.connect(ip("192.0.2.1"))), 1);
}

#[test]
fn no_setting_is_too_large() {
    let most = u32::MAX;
    for connections_per_minute in [1, most] {
        let (limits, clock) = limits(Quotas {
            status_queries_per_second: most,
            control_messages_per_second: most,
            sessions_per_hour: most,
            connections_per_minute,
            connection_burst: most,
            ..Quotas::default()
        });
        clock.advance(Duration::from_secs(86_400 * 365));
        assert_eq!(limits.connect(ip("192.0.2.1")), Ok(()));
        assert_eq!(limits.create_session(None, ip("192.0.2.1")), Ok(()));
        assert_eq!(limits.control_messages().check(), Ok(()));
        assert_eq!(limits.query_status(&session("golden-eagle-427")), Ok(()));
    }
}

#[test]
fn the_wait_is_rounded_up_to_whole_seconds() {
    for (millis, seconds) in [(0, 1), (1, 1), (1_000, 1), (1_001, 2), (72_000, 72)] {
        assert_eq!(RetryAfter::waiting(Duration::from_millis(millis)), RetryAfter { seconds });
    }
}
