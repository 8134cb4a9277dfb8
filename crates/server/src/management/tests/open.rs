//! A listener on loopback: open to this machine, closed to web pages.

use super::super::ManagementAccess;
use super::harness::{NOON, Served};
use headcount_core::Timestamp;

async fn status(headers: &[(&str, &str)]) -> u16 {
    let served = Served::start(ManagementAccess::on_loopback(), Timestamp::from_millis(NOON)).await;
    let answer = served.send("POST", "/@connections/a", headers, b"hello").await;
    if answer.status != 200 {
        answer.assert_refused(403, "ForbiddenException");
        assert_eq!(served.posted(), []);
    }
    answer.status
}

#[tokio::test]
async fn answers_to_the_names_of_loopback_only() {
    for host in ["localhost", "LOCALHOST:9000", "127.0.0.1:9000", "[::1]:9000", "localhost."] {
        assert_eq!(status(&[("host", host)]).await, 200, "{host}");
    }
    for host in [
        "rebound.example.org",
        "192.0.2.7",
        "localhost.example.org",
        "api.localhost",
        "localhost@example.org",
        "",
    ] {
        assert_eq!(status(&[("host", host)]).await, 403, "{host}");
    }
    assert_eq!(status(&[("host", "localhost"), ("host", "rebound.example.org")]).await, 403);
}

#[tokio::test]
async fn answers_no_web_page_not_even_one_of_its_own_origin() {
    for origin in ["https://example.org", "http://localhost", "null", ""] {
        assert_eq!(status(&[("host", "localhost"), ("origin", origin)]).await, 403, "{origin}");
    }
}

#[tokio::test]
async fn tolerates_whatever_credentials_sdks_send() {
    assert_eq!(status(&[("host", "localhost"), ("authorization", "AWS4-HMAC-SHA256 whatever")]).await, 200);
}
