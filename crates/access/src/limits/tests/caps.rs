//! Tests of the caps on connections.

use super::ip;
use crate::limits::{CapReached, ConnectionCaps, Quotas};

fn caps(max_connections: u32, max_connections_per_address: u32) -> ConnectionCaps {
    ConnectionCaps::new(&Quotas { max_connections, max_connections_per_address, ..Quotas::default() })
}

#[test]
fn an_address_has_its_cap_and_a_dropped_permit_makes_room() {
    let caps = caps(10, 2);
    let first = caps.admit(ip("192.0.2.1")).unwrap();
    let _second = caps.admit(ip("::ffff:192.0.2.1")).unwrap();
    assert_eq!(caps.admit(ip("192.0.2.1")).unwrap_err(), CapReached::Address);
    let _other = caps.admit(ip("192.0.2.2")).unwrap();
    drop(first);
    let _third = caps.admit(ip("192.0.2.1")).unwrap();
    assert_eq!(caps.admit(ip("192.0.2.1")).unwrap_err(), CapReached::Address);
}

#[test]
fn all_together_have_their_cap() {
    let caps = caps(2, 2);
    let _one = caps.admit(ip("192.0.2.1")).unwrap();
    let two = caps.admit(ip("192.0.2.2")).unwrap();
    let refusal = caps.admit(ip("192.0.2.3")).unwrap_err();
    assert_eq!((refusal, refusal.retry_after().seconds), (CapReached::Total, 10));
    drop(two);
    assert!(caps.admit(ip("192.0.2.3")).is_ok());
}

#[test]
fn nothing_is_remembered_of_who_has_gone_or_was_refused() {
    let caps = caps(100, 1);
    let permits: Vec<_> = (0..100).map(|n| caps.admit([192, 0, 2, n].into()).unwrap()).collect();
    assert_eq!((caps.total(), caps.addresses()), (100, 100));
    assert!(caps.admit(ip("198.51.100.1")).is_err());
    drop(permits);
    assert_eq!((caps.total(), caps.addresses()), (0, 0));
}

#[test]
fn zero_turns_a_cap_off() {
    let caps = caps(0, 0);
    let permits: Vec<_> = (0..10_000).map(|_| caps.admit(ip("192.0.2.1")).unwrap()).collect();
    assert_eq!(caps.total(), 10_000);
    drop(permits);
}
