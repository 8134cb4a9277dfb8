//! The published contracts, held against a running server. That every message over a WebSocket is as its schema says,
//! the client of all these tests looks after itself.

use crate::support::{Answer, OPERATOR, TestServer, contract};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The OpenAPI document of a server, and which of its operations have been held against what the server did.
struct OpenApi {
    document: Value,
    held: BTreeSet<String>,
}

impl OpenApi {
    async fn of(server: &TestServer) -> Self {
        Self { document: server.get("/openapi.json", None).await.json(), held: BTreeSet::new() }
    }

    /// Every operation that there is, and every one that was held.
    fn operations(&self) -> (BTreeSet<String>, &BTreeSet<String>) {
        let paths = self.document["paths"].as_object().unwrap().values();
        let names = paths.flat_map(|path| path.as_object().unwrap().values());
        (names.map(|operation| operation["operationId"].as_str().unwrap().to_owned()).collect(), &self.held)
    }

    /// Fails unless `answer` is one that the document gives for this.
    #[track_caller]
    fn hold(&mut self, method: &str, path: &str, answer: &Answer) {
        let operation = &self.document["paths"][path][method.to_lowercase()];
        let response = &operation["responses"][answer.status.to_string()];
        assert!(response["description"].is_string(), "{method} {path} has no such answer: {answer:?}");
        self.held.insert(operation["operationId"].as_str().unwrap().to_owned());
        let Some(media) = answer.header("content-type") else {
            assert!(
                response.get("content").is_none() && answer.body.is_empty(),
                "{method} {path}: {answer:?}"
            );
            return;
        };
        let mut schema = response["content"][media]["schema"].clone();
        assert!(schema.is_object(), "{method} {path} has no {media}: {answer:?}");
        if media == "application/json" {
            schema["components"] = self.document["components"].clone();
            let validator = jsonschema::draft202012::new(&schema).unwrap();
            assert_eq!(contract::problem_by(&validator, &answer.json()), None, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn every_operation_answers_as_the_document_says() {
    let server = TestServer::with(|config| config.quotas.status_queries_per_second = 0).await;
    let mut api = OpenApi::of(&server).await;
    let (mut speaker, session, token) = server.speaker().await;
    let (_listener, _) = server.listener(&session, "es").await;
    server.listener(&session, "uk").await.0.close().await;
    let (own, operator, wrong) = (Some(token.as_str()), Some(OPERATOR), Some("nonsense"));
    let session = session.as_str();
    let of_session = [
        ("GET", "/sessions/{id}", "", own, ""),
        ("PATCH", "/sessions/{id}", "", own, r#"{"status":"paused"}"#),
        ("PATCH", "/sessions/{id}", "", own, "{}"),
        ("PATCH", "/sessions/{id}", "", own, r#"{"status":1}"#),
        ("PATCH", "/sessions/{id}", "", own, "no json"),
        ("PATCH", "/sessions/{id}", "", wrong, "{}"),
        ("GET", "/sessions/{id}/status", "", own, ""),
        ("GET", "/sessions/{id}/status", "", None, ""),
        ("POST", "/sessions/{id}/links", "", own, r#"{"scope":"language","language":"es","label":"booth"}"#),
        ("POST", "/sessions/{id}/links", "", own, r#"{"scope":"all"}"#),
        ("POST", "/sessions/{id}/links", "", own, r#"{"scope":"language"}"#),
        ("POST", "/sessions/{id}/links", "", wrong, "{}"),
        ("GET", "/sessions/{id}/links", "", own, ""),
        ("GET", "/sessions/{id}/links", "", None, ""),
        // A stream that is let in never ends; `events.rs` follows those.
        ("GET", "/sessions/{id}/events", "", wrong, ""),
        ("GET", "/sessions/{id}/events", "?access_token=nonsense&lastEventId=x", None, ""),
        ("GET", "/sessions/{id}/history", "", own, ""),
        ("GET", "/sessions/{id}/history", "?step=5000", operator, ""),
        ("GET", "/sessions/{id}/history", "?step=often", own, ""),
        ("GET", "/sessions/{id}/report", "", own, ""),
        ("GET", "/sessions/{id}/report", "?format=csv&table=curve", own, ""),
        ("GET", "/sessions/{id}/report", "?format=html", own, ""),
        ("GET", "/sessions/{id}/report", "?format=pdf", own, ""),
        ("DELETE", "/sessions/{id}", "", wrong, ""),
        ("GET", "/sessions", "", operator, ""),
        ("DELETE", "/sessions/{id}", "", own, ""),
        ("GET", "/sessions/{id}/report", "", own, ""),
        ("GET", "/sessions/{id}", "", own, ""),
        ("POST", "/sessions", "", None, r#"{"sourceLanguage":"en"}"#),
        ("POST", "/sessions", "", None, r#"{"sourceLanguage":"no such language"}"#),
        ("POST", "/sessions", "", None, "[]"),
        ("GET", "/sessions", "?limit=0", operator, ""),
        ("GET", "/sessions", "", wrong, ""),
        ("GET", "/sessions", "", None, ""),
        ("GET", "/reports", "", operator, ""),
        ("GET", "/reports", "?cursor=x", operator, ""),
        ("GET", "/healthz", "", None, ""),
        ("GET", "/readyz", "", None, ""),
        ("GET", "/metrics", "", None, ""),
        ("GET", "/openapi.json", "", None, ""),
        ("GET", "/asyncapi.json", "", None, ""),
        ("GET", "/docs", "", None, ""),
        ("GET", "/", "", None, ""),
    ];
    for (method, path, query, token, body) in of_session {
        let asked = format!("{}{query}", path.replace("{id}", session));
        api.hold(method, path, &server.request(method, &asked, token, body).await);
    }
    let link = "/sessions/{id}/links/{linkId}";
    for name in ["0123456789abcdef", "nonsense"] {
        let asked = format!("/sessions/{session}/links/{name}");
        api.hold("DELETE", link, &server.request("DELETE", &asked, own, "").await);
    }
    for malformed in ["/sessions/Golden%20Eagle", "/sessions/%FF"] {
        api.hold("GET", "/sessions/{id}", &server.get(malformed, None).await);
    }
    let long = format!(r#"{{"sourceLanguage":"{}"}}"#, "x".repeat(20_000));
    api.hold("POST", "/sessions", &server.request("POST", "/sessions", None, &long).await);
    let (all, held) = api.operations();
    assert_eq!(all, *held);
    speaker.until("sessionEnded").await;
}

#[tokio::test]
async fn metrics_that_are_off_answer_as_the_document_says() {
    let server = TestServer::with(|config| config.metrics = headcount_server::MetricsAccess::Off).await;
    let answer = server.get("/metrics", None).await;
    assert_eq!(answer.refusal(404), "INVALID_ACTION");
    OpenApi::of(&server).await.hold("GET", "/metrics", &answer);
}

#[tokio::test]
async fn what_is_not_in_the_document_is_not_there() {
    let server = TestServer::local().await;
    let document = server.get("/openapi.json", None).await.json();
    for (path, operations) in document["paths"].as_object().unwrap() {
        let path = path.replace("{id}", "golden-eagle-427").replace("{linkId}", "0123456789abcdef");
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            if operations.get(method.to_lowercase()).is_none() {
                let answer = server.request(method, &path, None, "").await;
                assert_eq!(answer.refusal(405), "INVALID_ACTION", "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn the_documents_and_the_page_are_for_anyone_and_load_nothing() {
    let server = TestServer::local().await;
    let sockets = server.get("/asyncapi.json", None).await;
    assert_eq!(sockets.json()["asyncapi"], "3.0.0");
    let page = server.get("/docs", None).await;
    assert!(page.body.contains("getSessionStatus"), "{}", page.body);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'unsafe-inline'"), "{policy}");
    for answer in [sockets, page] {
        assert_eq!((answer.status, answer.header("cache-control")), (200, Some("max-age=300")));
    }
}

#[test]
fn a_message_that_is_not_as_its_schema_says_is_found() {
    let told = json!({ "type": "heartbeatAck", "timestamp": 1_699_501_847_000_u64 });
    assert_eq!(contract::problem(&told.to_string()), None);
    for (member, value) in [("timestamp", json!("today")), ("surprise", json!(1))] {
        let mut wrong = told.clone();
        wrong[member] = value;
        assert!(contract::problem(&wrong.to_string()).is_some(), "{wrong}");
    }
}
