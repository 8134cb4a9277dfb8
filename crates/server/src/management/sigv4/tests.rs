//! The signature check against the test suite that AWS publishes.

use super::*;
use http::HeaderValue;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Suite {
    access_key_id: String,
    secret_key: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    name: String,
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: String,
    canonical_request: String,
    authorization: String,
}

impl Case {
    fn headers(&self) -> HeaderMap {
        let header = |(name, value): &(String, String)| {
            (name.parse::<HeaderName>().unwrap(), value.trim().parse::<HeaderValue>().unwrap())
        };
        self.headers.iter().map(header).collect()
    }

    fn canonical_request(&self, signed_headers: &[&str]) -> String {
        let (target, headers) = ((self.path.as_str(), self.query.as_str()), self.headers());
        canonical::request(&self.method, target, &headers, signed_headers, self.body.as_bytes()).unwrap()
    }
}

fn suite() -> Suite {
    serde_json::from_str(include_str!("tests/aws_suite.json")).unwrap()
}

#[test]
fn arrives_at_the_canonical_requests_and_signatures_of_the_suite() {
    let suite = suite();
    let key = AwsKeyPair::new(&suite.access_key_id, &suite.secret_key).unwrap();
    assert_eq!(suite.cases.len(), 33);
    for case in &suite.cases {
        let Authorization { access_key_id, scope, signed_headers, signature } =
            Authorization::parse(&case.authorization).unwrap();
        assert_eq!(access_key_id, suite.access_key_id);
        let canonical = case.canonical_request(&signed_headers);
        assert_eq!(canonical, case.canonical_request, "{}", case.name);
        let to_sign = string_to_sign("20150830T123600Z", &scope, &canonical);
        let verified = hmac::verify(&key.signing_key(&scope), to_sign.as_bytes(), &signature);
        assert!(verified.is_ok(), "{}", case.name);
    }
}

#[test]
fn encodes_a_path_once_more_than_it_came() {
    let path = |path| {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("h"));
        let text = canonical::request("GET", (path, ""), &headers, &["host"], b"").unwrap();
        text.lines().nth(1).unwrap().to_owned()
    };
    assert_eq!(path("/prod/@connections/a%3D"), "/prod/%40connections/a%253D");
    assert_eq!(path("/prod/%40connections/a="), "/prod/%2540connections/a%3D");
}

#[test]
fn a_signed_header_must_be_there_and_be_text() {
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static("h"));
    let canonical =
        |headers: &HeaderMap, signed: &[&str]| canonical::request("GET", ("/", ""), headers, signed, b"");
    assert!(canonical(&headers, &["host"]).is_some());
    assert!(canonical(&headers, &["host", "x-missing"]).is_none());
    assert!(canonical(&headers, &["", "host"]).is_none());
    assert!(canonical(&headers, &["bad name", "host"]).is_none());
    headers.insert("x-odd", HeaderValue::from_bytes(b"\xff").unwrap());
    assert!(canonical(&headers, &["host", "x-odd"]).is_none());
}
