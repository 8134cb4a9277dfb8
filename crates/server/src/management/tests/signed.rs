//! A listener elsewhere: requests that SDKs signed, requests that were changed on the way, and operator
//! tokens.

use super::super::{AwsKeyPair, ManagementAccess};
use super::harness::{Answer, NOON, Served};
use crate::management::times::amz_date;
use headcount_access::OperatorAuth;
use headcount_core::Timestamp;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::Duration;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// Requests as an SDK signed them; see `tests/interop` of the repository.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recorded {
    access_key_id: String,
    secret_key: String,
    requests: Vec<Signed>,
}

#[derive(Clone, Deserialize)]
struct Signed {
    method: String,
    target: String,
    headers: BTreeMap<String, String>,
    body: String,
}

/// What somebody on the way does to a request.
type Change = fn(&mut Signed);

impl Recorded {
    fn by_boto3() -> Self {
        serde_json::from_str(include_str!("signed_by_boto3.json")).unwrap()
    }

    fn by_js() -> Self {
        serde_json::from_str(include_str!("signed_by_js.json")).unwrap()
    }

    fn access(&self) -> ManagementAccess {
        access(Some(AwsKeyPair::new(&self.access_key_id, &self.secret_key).unwrap()))
    }
}

impl Signed {
    fn header(&mut self, name: &str) -> &mut String {
        self.headers.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)).unwrap().1
    }

    fn at(&self) -> Timestamp {
        amz_date(self.clone().header("x-amz-date")).unwrap()
    }

    async fn send(&self, served: &Served) -> Answer {
        let mut headers: Vec<(&str, &str)> =
            self.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        // The harness writes the length of a body itself.
        headers.retain(|(name, _)| self.body.is_empty() || !name.eq_ignore_ascii_case("content-length"));
        served.send(&self.method, &self.target, &headers, self.body.as_bytes()).await
    }

    /// Sends it to a server that has `access` and whose clock says `now`.
    async fn send_to(&self, access: ManagementAccess, now: Timestamp) -> Answer {
        self.send(&Served::start(access, now).await).await
    }
}

fn access(key: Option<AwsKeyPair>) -> ManagementAccess {
    ManagementAccess::Verified { key, operators: OperatorAuth::new([TOKEN]).unwrap() }
}

#[tokio::test]
async fn lets_in_what_sdks_signed() {
    for recorded in [Recorded::by_boto3(), Recorded::by_js()] {
        assert!(recorded.requests.len() >= 4);
        let served = Served::start(recorded.access(), recorded.requests[0].at()).await;
        for request in &recorded.requests {
            let expected = if request.method == "DELETE" { 204 } else { 200 };
            let answer = request.send(&served).await;
            assert_eq!(answer.status, expected, "{} {}: {answer:?}", request.method, request.target);
        }
        let odd = ("a~b/c+d%3De'(!)*".to_owned(), "plain text".to_owned());
        assert!(served.posted().contains(&odd), "{:?}", served.posted());
    }
}

#[tokio::test]
async fn refuses_a_request_that_was_changed_after_it_was_signed() {
    let recorded = Recorded::by_boto3();
    let original = recorded.requests[0].clone();
    let changes: [Change; 8] = [
        |r| r.method = "GET".to_owned(),
        |r| r.target = r.target.replace("L0SM", "M0SM"),
        |r| r.target = r.target.replace("/prod", "/test"),
        |r| r.target.push_str("?a=1"),
        |r| r.body = "another text".to_owned(),
        |r| *r.header("host") = "other.example.org:9443".to_owned(),
        |r| {
            *r.header("authorization") = r.header("authorization").replace("HEADCOUNTMANAGER", "SOMEBODYELSE")
        },
        |r| {
            let signature = r.header("authorization");
            let last = if signature.pop() == Some('0') { '1' } else { '0' };
            signature.push(last);
        },
    ];
    for change in changes {
        let mut request = original.clone();
        change(&mut request);
        let answer = request.send_to(recorded.access(), original.at()).await;
        answer.assert_refused(403, "ForbiddenException");
        assert!(answer.body.contains("not valid"), "{answer:?}");
    }
}

#[tokio::test]
async fn refuses_the_right_signature_of_another_secret() {
    let recorded = Recorded::by_boto3();
    let other =
        AwsKeyPair::new(&recorded.access_key_id, &recorded.secret_key.replace("only", "Only")).unwrap();
    for access in [access(Some(other)), access(None)] {
        let request = &recorded.requests[0];
        request.send_to(access, request.at()).await.assert_refused(403, "ForbiddenException");
    }
}

#[tokio::test]
async fn a_signature_is_current_for_five_minutes_either_way() {
    let recorded = Recorded::by_boto3();
    let request = &recorded.requests[0];
    let (five, signed) = (Duration::from_secs(300), request.at());
    let earlier = |by: Duration| Timestamp::from_millis(signed.as_millis() - by.as_millis() as u64);
    let a_little = Duration::from_millis(1);
    for (now, status) in [
        (signed.plus(five), 200),
        (signed.plus(five + a_little), 403),
        (earlier(five), 200),
        (earlier(five + a_little), 403),
    ] {
        let answer = request.send_to(recorded.access(), now).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert!(status == 200 || answer.body.contains("not current"), "{answer:?}");
    }
}

#[tokio::test]
async fn says_what_is_wrong_with_the_form_of_a_signature() {
    let recorded = Recorded::by_boto3();
    let original = recorded.requests[0].clone();
    let changes: [(&str, Change); 5] = [
        ("incomplete", |r| drop(r.headers.remove("X-Amz-Date"))),
        ("incomplete", |r| *r.header("x-amz-date") = "20261123T235959Z".to_owned()),
        ("incomplete", |r| *r.header("authorization") = "AWS4-HMAC-SHA256".to_owned()),
        ("scoped to", |r| {
            *r.header("authorization") = r.header("authorization").replace("execute-api", "s3")
        }),
        ("Sign the request", |r| *r.header("authorization") = "Basic dTpw".to_owned()),
    ];
    for (said, change) in changes {
        let mut request = original.clone();
        change(&mut request);
        let answer = request.send_to(recorded.access(), original.at()).await;
        answer.assert_refused(403, "ForbiddenException");
        assert!(answer.body.contains(said), "{answer:?}");
    }
}

#[tokio::test]
async fn an_operator_token_will_do_and_nothing_less() {
    let served = Served::start(access(None), Timestamp::from_millis(NOON)).await;
    let bearer = format!("Bearer {TOKEN}");
    let post =
        async |headers: &[(&str, &str)]| served.send("POST", "/@connections/a", headers, b"hello").await;
    assert_eq!(post(&[("host", "example.org"), ("authorization", &bearer)]).await.status, 200);
    for headers in [
        &[("host", "localhost")][..],
        &[("host", "localhost"), ("authorization", "Bearer 0123456789abcdef0123456789abcdeg")],
        &[("host", "localhost"), ("authorization", "Bearer")],
        &[("host", "localhost"), ("authorization", &bearer), ("authorization", &bearer)],
    ] {
        post(headers).await.assert_refused(403, "ForbiddenException");
    }
    assert_eq!(served.posted().len(), 1);
}
