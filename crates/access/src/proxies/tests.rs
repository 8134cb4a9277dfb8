//! Tests of client addresses behind proxies.

use super::{ForwardedHeader, InvalidProxy, TrustedProxies};
use proptest::prelude::*;
use std::net::IpAddr;

const PROXIES: [&str; 3] = ["10.0.0.0/8", "192.0.2.7", "::1"];

fn client_by(header: ForwardedHeader, trusted: &[&str], peer: &str, values: &[&str]) -> IpAddr {
    let proxies = TrustedProxies::new(trusted, header).unwrap();
    proxies.client(ip(peer), values.iter().map(|value| value.as_bytes()))
}

fn client(trusted: &[&str], peer: &str, forwarded_for: &[&str]) -> IpAddr {
    client_by(ForwardedHeader::XForwardedFor, trusted, peer, forwarded_for)
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn the_header_is_ignored_by_default_and_from_strangers() {
    assert_eq!(client(&[], "203.0.113.9", &["198.51.100.1"]), ip("203.0.113.9"));
    assert_eq!(client(&PROXIES, "203.0.113.9", &["198.51.100.1"]), ip("203.0.113.9"));
}

#[test]
fn the_rightmost_hop_that_is_no_proxy_is_the_client() {
    assert_eq!(client(&PROXIES, "10.1.1.1", &["198.51.100.1"]), ip("198.51.100.1"));
    assert_eq!(client(&PROXIES, "10.1.1.1", &["1.1.1.1, 198.51.100.1 , 192.0.2.7"]), ip("198.51.100.1"));
    assert_eq!(client(&PROXIES, "10.1.1.1", &["1.1.1.1", "198.51.100.1, 10.2.2.2"]), ip("198.51.100.1"));
}

#[test]
fn where_all_are_proxies_the_first_of_them_is_the_client() {
    assert_eq!(client(&PROXIES, "10.1.1.1", &["10.3.3.3, 10.2.2.2"]), ip("10.3.3.3"));
    assert_eq!(client(&PROXIES, "10.1.1.1", &[]), ip("10.1.1.1"));
}

#[test]
fn a_hop_that_is_no_address_makes_the_header_worthless() {
    for hop in ["unknown", "", "_hidden", "300.1.1.1", "example.com", "[::1", "1.1.1.1:99999"] {
        let header = format!("198.51.100.1, {hop}, 10.2.2.2");
        assert_eq!(client(&PROXIES, "10.1.1.1", &[&header]), ip("10.1.1.1"), "{hop}");
    }
    let proxies = TrustedProxies::new(PROXIES, ForwardedHeader::XForwardedFor).unwrap();
    assert_eq!(proxies.client(ip("10.1.1.1"), [b"\xff".as_slice()].into_iter()), ip("10.1.1.1"));
}

#[test]
fn what_is_left_of_the_client_is_not_even_read() {
    assert_eq!(client(&PROXIES, "10.1.1.1", &["garbage\", 198.51.100.1"]), ip("198.51.100.1"));
}

#[test]
fn ports_brackets_and_mapped_addresses_are_understood() {
    for (hop, expected) in [
        ("198.51.100.1:4711", "198.51.100.1"),
        ("[2001:db8::5]", "2001:db8::5"),
        ("[2001:db8::5]:443", "2001:db8::5"),
        ("2001:db8::5", "2001:db8::5"),
        ("::ffff:198.51.100.1", "198.51.100.1"),
    ] {
        assert_eq!(client(&PROXIES, "::1", &[hop]), ip(expected), "{hop}");
        assert_eq!(client(&PROXIES, "::ffff:10.1.1.1", &[hop]), ip(expected), "{hop}");
    }
}

#[test]
fn the_standard_header_is_read_where_it_is_chosen() {
    let client = |values: &[&str]| client_by(ForwardedHeader::Forwarded, &PROXIES, "10.1.1.1", values);
    for value in [
        "for=198.51.100.1",
        "For=\"198.51.100.1:4711\"",
        "proto=https; FOR=198.51.100.1 ;by=203.0.113.43",
        "for=1.1.1.1, for=198.51.100.1;host=\"a\", for=10.2.2.2",
        // The client opened a quote.
        "for=\"1.1.1.1, for=198.51.100.1",
    ] {
        assert_eq!(client(&[value]), ip("198.51.100.1"), "{value}");
    }
    assert_eq!(client(&["for=\"[2001:db8::1]:80\""]), ip("2001:db8::1"));
    for value in ["198.51.100.1", "for=unknown", "for=_secret", "proto=https", "for=\"198.51.100.1", ""] {
        assert_eq!(client(&[value]), ip("10.1.1.1"), "{value}");
    }
}

#[test]
fn every_malformed_proxy_is_named() {
    let texts = ["10.0.0.0/8", "10.0.0.0/33", "proxy.local"];
    let problems = TrustedProxies::new(texts, ForwardedHeader::default()).unwrap_err();
    assert_eq!(problems, [InvalidProxy("10.0.0.0/33".into()), InvalidProxy("proxy.local".into())]);
}

proptest! {
    #[test]
    fn a_stranger_is_itself_whatever_it_sends(value: Vec<u8>) {
        for header in [ForwardedHeader::XForwardedFor, ForwardedHeader::Forwarded] {
            let proxies = TrustedProxies::new(PROXIES, header).unwrap();
            prop_assert_eq!(proxies.client(ip("203.0.113.9"), [value.as_slice()].into_iter()), ip("203.0.113.9"));
        }
    }
}
