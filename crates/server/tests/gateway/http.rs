//! The HTTP interface: every route, its status, its body.

use crate::support::{OPERATOR, Sample, TestServer};
use headcount_server::access::OriginPolicy;
use serde_json::json;
use std::time::Duration;

const CREATE: &str = r#"{"sourceLanguage":"en","qualityTier":"standard"}"#;

/// A session created by HTTP: its path and its speaker token.
async fn created(server: &TestServer) -> (String, String) {
    let answer = server.request("POST", "/sessions", None, CREATE).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let token = answer.json()["speakerToken"].as_str().unwrap().to_owned();
    (answer.header("location").unwrap().to_owned(), token)
}

fn body(name: &str) -> Sample {
    Sample::of(&format!("http/{name}"))
}

#[tokio::test]
async fn a_session_is_created_shown_and_spoken_in() {
    let server = TestServer::local().await;
    let sent = body("createSession.request");
    let answer = server.request("POST", "/sessions", None, sent.text()).await;
    assert_eq!((answer.status, answer.header("cache-control")), (201, Some("no-store")));
    body("createSession.answer").is(&answer.body);
    let session = answer.json();
    let id = session["sessionId"].as_str().unwrap();
    assert_eq!(answer.header("location"), Some(format!("/sessions/{id}").as_str()));
    let lifetime = session["expiresAt"].as_u64().unwrap() - session["createdAt"].as_u64().unwrap();
    assert_eq!(lifetime, 2 * 60 * 60 * 1_000);

    let shown = server.get(&format!("/sessions/{id}"), None).await;
    body("getSession.answer").is(&shown.body);
    let token = session["speakerToken"].as_str().unwrap();
    let mut speaker = server.connect(&format!("/?sessionId={id}&token={token}")).await;
    assert_eq!(speaker.expect("sessionStatus").await["listenerCount"], 0);
}

#[tokio::test]
async fn a_body_that_is_not_right_is_refused() {
    let server = TestServer::local().await;
    let (session, token) = created(&server).await;
    let token = Some(token.as_str());
    let large = format!(r#"{{"sourceLanguage":"en","padding":"{}"}}"#, "x".repeat(20_000));
    for (sent, status, code) in [
        ("", 400, "INVALID_MESSAGE"),
        ("[]", 400, "INVALID_MESSAGE"),
        (r#"{"sourceLanguage":"en","sourceLanguage":"de"}"#, 400, "INVALID_MESSAGE"),
        ("{}", 400, "MISSING_PARAMETER"),
        (r#"{"sourceLanguage":"english, please"}"#, 400, "INVALID_LANGUAGE"),
        (r#"{"sourceLanguage":"en","qualityTier":"golden"}"#, 400, "INVALID_PARAMETER"),
        (large.as_str(), 413, "MESSAGE_TOO_LARGE"),
    ] {
        let answer = server.request("POST", "/sessions", None, sent).await;
        assert_eq!(answer.refusal(status), code, "{sent}");
        let answer = server.request("PATCH", &session, token, sent).await;
        assert!(sent.starts_with(r#"{"sourceLanguage":"en","p"#) || answer.status == status, "{answer:?}");
    }
    let answer = server.request("PATCH", &session, token, r#"{"status":"gone"}"#).await;
    assert_eq!(
        (answer.refusal(400).as_str(), &answer.json()["details"]["field"]),
        ("INVALID_PARAMETER", &"status".into())
    );
}

#[tokio::test]
async fn what_is_not_there_is_404_and_what_is_not_done_is_405() {
    let server = TestServer::local().await;
    let (session, token) = created(&server).await;
    let unknown = "/sessions/no-session-999";
    for (method, path, body) in
        [("GET", "", ""), ("PATCH", "", "{}"), ("DELETE", "", ""), ("GET", "/status", "")]
    {
        let path = format!("{unknown}{path}");
        assert_eq!(server.request(method, &path, Some(&token), body).await.refusal(404), "SESSION_NOT_FOUND");
    }
    for malformed in
        ["/sessions/Golden-Eagle-427", "/sessions/golden-eagle-027", "/sessions/%ff", "/sessions/%00"]
    {
        assert_eq!(server.get(malformed, None).await.refusal(400), "INVALID_SESSION_ID", "{malformed}");
    }
    for path in ["/nothing", "/sessions/", "/sessions/golden-eagle-427/listeners", "//"] {
        server.get(path, None).await.refusal(404);
    }
    for (method, path) in [("PUT", session.as_str()), ("POST", "/healthz"), ("DELETE", "/sessions")] {
        let answer = server.request(method, path, None, "").await;
        answer.refusal(405);
        assert!(answer.header("allow").is_some_and(|allowed| allowed.contains("GET")), "{answer:?}");
    }
}

#[tokio::test]
async fn a_session_is_changed_and_its_listeners_are_told() {
    let server = TestServer::local().await;
    let (mut speaker, session, token) = server.speaker().await;
    let (mut listener, _) = server.listener(&session, "es").await;
    speaker.expect("sessionStatus").await;
    let path = format!("/sessions/{session}");
    let token = Some(token.as_str());
    let answer = server.request("PATCH", &path, token, body("patchSession.request").text()).await;
    body("patchSession.answer").with("listenerCount", 1).is(&answer.body);
    Sample::of("server/broadcastPaused.listener").is(&listener.next_text().await);
    let answer = server.request("PATCH", &path, token, r#"{"status":"active","sourceLanguage":"DE"}"#).await;
    assert_eq!(
        (&answer.json()["status"], &answer.json()["sourceLanguage"]),
        (&"active".into(), &"de".into())
    );
    Sample::of("server/broadcastResumed.listener").is(&listener.next_text().await);
    for nobody in [None, Some("nobody")] {
        assert_eq!(
            server.request("PATCH", &path, nobody, r#"{"status":"ended"}"#).await.refusal(401),
            "UNAUTHORIZED"
        );
    }
    let answer = server.request("PATCH", &path, token, r#"{"status":"ended"}"#).await;
    assert_eq!((answer.status, &answer.json()["status"]), (200, &"ended".into()));
    for anyone in [&mut speaker, &mut listener] {
        Sample::of("server/sessionEnded.unsaid").is(&anyone.next_text().await);
        assert_eq!(anyone.closed().await, 1000);
    }
    assert_eq!(server.request("PATCH", &path, token, "{}").await.refusal(404), "SESSION_NOT_FOUND");
}

#[tokio::test]
async fn a_session_is_deleted_once() {
    let server = TestServer::local().await;
    let (mut speaker, session, token) = server.speaker().await;
    let path = format!("/sessions/{session}");
    let refused = server.request("DELETE", &path, None, "").await;
    assert_eq!(
        (refused.refusal(401).as_str(), refused.header("www-authenticate")),
        ("UNAUTHORIZED", Some("Bearer"))
    );
    let answer = server.request("DELETE", &path, Some(&token), "").await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    Sample::of("server/sessionEnded.unsaid").is(&speaker.next_text().await);
    assert_eq!(speaker.closed().await, 1000);
    assert_eq!(server.request("DELETE", &path, Some(&token), "").await.refusal(404), "SESSION_NOT_FOUND");
}

#[tokio::test]
async fn a_status_read_by_http_is_not_one_that_was_told() {
    let server = TestServer::with(|config| config.service.policy.min_gap = Duration::from_millis(300)).await;
    let (mut speaker, session, token) = server.speaker().await;
    let (_first, _) = server.listener(&session, "es").await;
    speaker.expect("sessionStatus").await;
    // Within the gap, so that the speaker learns of it only when that ends.
    let (_second, _) = server.listener(&session, "fr").await;
    let answer = server.get(&format!("/sessions/{session}/status"), Some(&token)).await;
    let read = Sample::of("server/sessionStatus.requested").with("listenerCount", 2);
    read.with("languageDistribution", r#"{"es":1,"fr":1}"#).is(&answer.body);
    assert_eq!(speaker.expect("sessionStatus").await["updateReason"], "newLanguage");
}

#[tokio::test]
async fn the_speakers_questions_by_http_are_counted_as_those_by_websocket() {
    let server = TestServer::with(|config| config.quotas.status_queries_per_second = 1).await;
    let (mut speaker, session, token) = server.speaker().await;
    let path = format!("/sessions/{session}/status");
    assert_eq!(server.get(&path, Some(&token)).await.status, 200);
    let refused = server.get(&path, Some(&token)).await;
    assert_eq!(
        (refused.refusal(429).as_str(), refused.header("retry-after")),
        ("RATE_LIMIT_EXCEEDED", Some("1"))
    );
    speaker.refused(r#"{"action":"getSessionStatus"}"#, "RATE_LIMIT_EXCEEDED").await;
    assert_eq!(server.get(&path, Some(OPERATOR)).await.status, 200);
}

#[tokio::test]
async fn operators_page_through_all_sessions() {
    let server = TestServer::local().await;
    let mut names = Vec::new();
    for _ in 0..5 {
        names.push(created(&server).await.0.replace("/sessions/", ""));
    }
    let (_listener, _) = server.listener(&names[0], "es").await;
    names.sort();
    let (mut found, mut listeners, mut query) = (Vec::new(), 0, "limit=2".to_owned());
    for pages in 1.. {
        let answer = server.get(&format!("/sessions?{query}"), Some(OPERATOR)).await;
        let page = answer.json();
        for session in page["sessions"].as_array().unwrap() {
            assert!(session.get("speakerToken").is_none() && session["status"] == "active", "{session}");
            found.push(session["sessionId"].as_str().unwrap().to_owned());
            listeners += session["listenerCount"].as_u64().unwrap();
        }
        match page["nextCursor"].as_str() {
            Some(cursor) => query = format!("limit=2&cursor={cursor}"),
            None => {
                assert_eq!(pages, 3);
                break;
            }
        }
    }
    found.sort();
    assert_eq!((found, listeners), (names, 1));
    for (wrong, field) in [("limit=0", "limit"), ("limit=many", "limit"), ("cursor=Nowhere", "cursor")] {
        let refused = server.get(&format!("/sessions?{wrong}"), Some(OPERATOR)).await;
        assert_eq!(
            (refused.refusal(400).as_str(), &refused.json()["details"]["field"]),
            ("INVALID_PARAMETER", &field.into())
        );
    }
}

#[tokio::test]
async fn health_is_told_to_anyone() {
    let server = TestServer::local().await;
    let alive = server.get("/healthz", None).await;
    assert_eq!((alive.status, &alive.json()["status"]), (200, &"ok".into()));
    let ready = server.get("/readyz", None).await;
    let checks = json!({"accepting": "ok", "store": "ok"});
    assert_eq!((ready.status, &ready.json()["checks"]), (200, &checks));
    assert_eq!(server.get("/", None).await.status, 200);
}

#[tokio::test]
async fn pages_of_allowed_origins_may_read_the_answers() {
    let server = TestServer::with(|config| {
        config.origins = OriginPolicy::new(["https://console.example"], [], true).unwrap();
    })
    .await;
    let page = [("origin", "https://console.example")];
    let preflight = server.request_with("OPTIONS", "/sessions", &page, "").await;
    assert_eq!(preflight.status, 204);
    assert!(preflight.header("access-control-allow-methods").unwrap().contains("PATCH"));
    assert_eq!(preflight.header("access-control-allow-headers"), Some("authorization, content-type"));
    for (method, path, status) in
        [("POST", "/sessions", 201), ("GET", "/sessions", 401), ("GET", "/nothing", 404)]
    {
        let answer = server.request_with(method, path, &page, CREATE).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(answer.header("access-control-allow-origin"), Some("https://console.example"));
        assert_eq!(answer.header("vary"), Some("origin"));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    }
    for foreign in [("origin", "https://evil.example"), ("origin", "null"), ("host", "evil.example")] {
        for method in ["OPTIONS", "GET", "POST"] {
            let answer = server.request_with(method, "/sessions", &[foreign], CREATE).await;
            assert_eq!(answer.refusal(403), "UNAUTHORIZED_ACTION");
            assert_eq!(answer.header("access-control-allow-origin"), None);
        }
    }
}
