//! Tests of the rules for browsers.

use super::{InvalidOriginSetting, OriginPolicy, OriginRefused};
use proptest::prelude::*;

const NONE: [&str; 0] = [];

fn open() -> OriginPolicy {
    OriginPolicy::new(NONE, NONE, false).unwrap()
}

fn at_home() -> OriginPolicy {
    OriginPolicy::new(NONE, NONE, true).unwrap()
}

fn check(
    policy: &OriginPolicy,
    origin: Option<&str>,
    host: Option<&str>,
    tls: bool,
) -> Result<(), OriginRefused> {
    policy.check(origin.map(str::as_bytes), host.map(str::as_bytes), tls)
}

#[test]
fn without_an_origin_everything_passes() {
    assert_eq!(check(&open(), None, Some("example.com"), false), Ok(()));
    assert_eq!(check(&open(), None, None, false), Ok(()));
}

#[test]
fn our_own_origin_passes_however_it_is_written() {
    for (origin, host, tls) in [
        ("http://example.com", "example.com", false),
        ("http://example.com", "example.com:80", false),
        ("http://example.com:80", "example.com", false),
        ("HTTP://Example.COM", "eXample.com", false),
        ("http://example.com:8080", "example.com:8080", false),
        ("https://example.com", "example.com", true),
        ("https://example.com", "example.com:443", true),
        // A proxy in front of us has the TLS.
        ("https://example.com", "example.com", false),
        ("http://[::1]:8080", "[::1]:8080", false),
    ] {
        assert_eq!(check(&open(), Some(origin), Some(host), tls), Ok(()), "{origin} {host}");
    }
}

#[test]
fn other_origins_are_refused() {
    for (origin, host, tls) in [
        ("http://evil.com", "example.com", false),
        ("http://example.com.evil.com", "example.com", false),
        ("http://sub.example.com", "example.com", false),
        ("http://example.com:8080", "example.com", false),
        ("http://example.com", "example.com:8080", false),
        ("https://example.com", "example.com:80", false),
        ("http://example.com", "example.com", true),
        ("null", "example.com", false),
        ("null", "null", false),
        ("chrome-extension://abcdef", "abcdef", false),
    ] {
        let answer = check(&open(), Some(origin), Some(host), tls);
        assert_eq!(answer, Err(OriginRefused::ForeignOrigin), "{origin} {host}");
    }
}

#[test]
fn malformed_headers_are_refused() {
    for origin in [
        "",
        "example.com",
        "http://",
        "http://a b",
        "http://user@example.com",
        "http://example.com/x",
        "*",
        "NULL",
        "https:example.com",
    ] {
        let answer = check(&open(), Some(origin), Some("example.com"), false);
        assert_eq!(answer, Err(OriginRefused::MalformedOrigin), "{origin}");
    }
    for host in
        [None, Some(""), Some("example.com/"), Some("a@example.com"), Some("a\\b"), Some("example.com:99999")]
    {
        let answer = check(&open(), Some("http://example.com"), host, false);
        assert_eq!(answer, Err(OriginRefused::MalformedHost), "{host:?}");
    }
}

#[test]
fn a_header_that_cannot_be_read_is_not_taken_for_absent() {
    let answer = open().check(Some(b"http://\xff"), Some(b"example.com"), false);
    assert_eq!(answer, Err(OriginRefused::MalformedOrigin));
    assert_eq!(at_home().check(None, Some(b"localhost\xff"), false), Err(OriginRefused::MalformedHost));
}

#[test]
fn listed_origins_pass_those_of_extensions_too() {
    let origins = ["https://Talks.example", "chrome-extension://abcdef", "http://localhost:5173"];
    let policy = OriginPolicy::new(origins, NONE, false).unwrap();
    for origin in ["https://talks.example", "https://talks.example:443", "chrome-extension://abcdef"] {
        assert_eq!(check(&policy, Some(origin), Some("example.com"), false), Ok(()), "{origin}");
    }
    for origin in ["http://talks.example", "https://talks.example:8443", "chrome-extension://other", "null"] {
        let answer = check(&policy, Some(origin), Some("example.com"), false);
        assert_eq!(answer, Err(OriginRefused::ForeignOrigin), "{origin}");
    }
}

#[test]
fn a_star_allows_every_origin_but_no_foreign_host_on_loopback() {
    let policy = OriginPolicy::new(["*"], NONE, true).unwrap();
    for origin in ["https://evil.com", "null", "chrome-extension://abcdef"] {
        assert_eq!(check(&policy, Some(origin), Some("localhost:8080"), false), Ok(()), "{origin}");
    }
    let answer = check(&policy, Some("https://evil.com"), Some("evil.com"), false);
    assert_eq!(answer, Err(OriginRefused::ForeignHost));
}

#[test]
fn on_loopback_the_host_must_be_loopback() {
    for host in ["localhost", "LOCALHOST:8080", "localhost.", "127.0.0.1:8080", "127.9.9.9", "[::1]:80"] {
        assert_eq!(check(&at_home(), None, Some(host), false), Ok(()), "{host}");
    }
    for host in [
        "evil.com",
        "localhost.evil.com",
        "a.localhost",
        "evillocalhost",
        "10.0.0.1",
        "[::2]",
        "0.0.0.0",
        "127.0.0.1.evil.com",
    ] {
        assert_eq!(check(&at_home(), None, Some(host), false), Err(OriginRefused::ForeignHost), "{host}");
    }
    assert_eq!(check(&at_home(), None, None, false), Err(OriginRefused::MalformedHost));
}

#[test]
fn dns_rebinding_is_refused_although_the_origin_is_the_same() {
    let answer = check(&at_home(), Some("http://evil.com:8080"), Some("evil.com:8080"), false);
    assert_eq!(answer, Err(OriginRefused::ForeignHost));
}

#[test]
fn a_listed_host_passes_on_loopback_on_any_port() {
    let policy = OriginPolicy::new(NONE, ["talks.example"], true).unwrap();
    assert_eq!(check(&policy, Some("https://talks.example"), Some("Talks.example"), false), Ok(()));
    assert_eq!(check(&policy, None, Some("talks.example:8443"), false), Ok(()));
    assert_eq!(check(&policy, None, Some("other.example"), false), Err(OriginRefused::ForeignHost));
}

#[test]
fn every_malformed_setting_is_named() {
    let problems =
        OriginPolicy::new(["null", "https://ok.example", "a.example"], ["ok.example", "a b"], true)
            .unwrap_err();
    let expected = [
        InvalidOriginSetting::Origin("null".into()),
        InvalidOriginSetting::Origin("a.example".into()),
        InvalidOriginSetting::Host("a b".into()),
    ];
    assert_eq!(problems, expected);
}

proptest! {
    #[test]
    fn no_header_makes_it_panic_or_pass_as_loopback(origin in ".{0,60}", host in "[a-z.:@/]{0,30}\\.com") {
        prop_assert!(check(&at_home(), Some(&origin), Some(&host), false).is_err());
    }
}
