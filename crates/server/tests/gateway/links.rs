//! Links: who may make them, what they open, that they show no more than they should, and that they can be taken back.

use crate::support::{EventStream, OPERATOR, TestServer, on_disk};
use serde_json::{Value, json};
use std::time::Duration;

/// A server whose speaker hears of every change at once, and that answers as often as it is asked.
async fn server() -> TestServer {
    TestServer::with(|config| {
        config.service.policy.min_gap = Duration::ZERO;
        config.service.policy.threshold_percent = 0;
        config.service.reconnect_grace = Duration::ZERO;
        config.quotas.status_queries_per_second = 0;
    })
    .await
}

/// Makes a link.
async fn link(server: &TestServer, session: &str, token: &str, wish: &Value) -> Value {
    let path = format!("/sessions/{session}/links");
    let answer = server.request("POST", &path, Some(token), &wish.to_string()).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let made = answer.json();
    let location = format!("{path}/{}", made["linkId"].as_str().unwrap());
    assert_eq!(answer.header("location"), Some(location.as_str()));
    made
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

#[tokio::test]
async fn a_link_opens_what_shows_a_session_and_nothing_else() {
    let server = server().await;
    let (_speaker, session, token) = server.speaker().await;
    let (_other, other, _) = server.speaker().await;
    let made = link(&server, &session, &token, &json!({ "scope": "all" })).await;
    let opens = text(&made, "token");
    assert_eq!(text(&made, "path"), format!("/#/view/{session}/{opens}"));
    assert_eq!(
        made["expiresAt"],
        server.get(&format!("/sessions/{session}"), None).await.json()["expiresAt"]
    );
    for part in ["status", "history", "report"] {
        assert_eq!(
            server.get(&format!("/sessions/{session}/{part}"), Some(opens)).await.status,
            200,
            "{part}"
        );
        let of_other = server.get(&format!("/sessions/{other}/{part}"), Some(opens)).await;
        assert_eq!(of_other.refusal(401), "UNAUTHORIZED", "{part}");
    }
    assert_eq!(EventStream::with(&server, &session, opens).await.next().await.count(), 0);

    let links = format!("/sessions/{session}/links");
    let one = format!("{links}/{}", text(&made, "linkId"));
    let of_session = format!("/sessions/{session}");
    for (method, path, body) in [
        ("PATCH", of_session.as_str(), r#"{"status":"paused"}"#),
        ("DELETE", &of_session, ""),
        ("POST", &links, r#"{"scope":"all"}"#),
        ("GET", &links, ""),
        ("DELETE", &one, ""),
    ] {
        let refused = server.request(method, path, Some(opens), body).await;
        assert_eq!(refused.refusal(401), "UNAUTHORIZED", "{method} {path}");
    }
    for path in ["/sessions", "/reports"] {
        assert_eq!(server.get(path, Some(opens)).await.refusal(403), "UNAUTHORIZED_ACTION");
    }
    for query in
        [format!("sessionId={session}&token={opens}"), format!("sessionId={session}&resumeToken={opens}")]
    {
        assert!(server.try_connect(&format!("/?{query}")).await.is_err(), "{query}");
    }
}

#[tokio::test]
async fn a_link_of_one_language_shows_nothing_of_the_others() {
    let server = server().await;
    let (mut speaker, session, token) = server.speaker().await;
    let wish = json!({ "scope": "language", "language": "FR", "label": "booth" });
    let made = link(&server, &session, &token, &wish).await;
    assert_eq!((text(&made, "language"), text(&made, "label")), ("fr", "booth"));
    let opens = text(&made, "token");
    let mut stream = EventStream::with(&server, &session, opens).await;
    assert_eq!(stream.next().await.data["languageDistribution"], json!({}));
    let mut listeners = Vec::new();
    for tag in ["es", "es", "de", "fr", "es", "fr"] {
        listeners.push(server.listener(&session, tag).await);
    }
    // Nobody's coming but theirs is told, and of the first of them not how many others there are.
    for count in [1, 2] {
        let status = stream.until_count(count).await;
        assert_eq!(status["languageDistribution"], json!({ "fr": count }));
    }
    speaker.until("sessionStatus").await;
    let status = server.get(&format!("/sessions/{session}/status"), Some(opens)).await.json();
    assert_eq!((&status["listenerCount"], &status["languageDistribution"]), (&json!(2), &json!({ "fr": 2 })));
    let history = server.get(&format!("/sessions/{session}/history"), Some(opens)).await.json();
    let last = history["points"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["listenerCount"], &last["max"]), (&json!(2), &json!(2)), "{history}");
    assert_eq!(last["languageDistribution"], json!({ "fr": 2 }));
    assert!(!history.to_string().contains("\"es\""), "{history}");
    let report = server.get(&format!("/sessions/{session}/report"), Some(opens)).await;
    assert_eq!(report.refusal(403), "UNAUTHORIZED_ACTION");
}

#[tokio::test]
async fn a_link_that_is_taken_back_ends_its_streams_at_once_and_opens_nothing_any_more() {
    let server = server().await;
    let (_speaker, session, token) = server.speaker().await;
    let all = json!({ "scope": "all" });
    let (bad, good) =
        (link(&server, &session, &token, &all).await, link(&server, &session, OPERATOR, &all).await);
    let [mut ends, mut stays] = [
        EventStream::with(&server, &session, text(&bad, "token")).await,
        EventStream::with(&server, &session, text(&good, "token")).await,
    ];
    ends.next().await;
    stays.next().await;

    let links = format!("/sessions/{session}/links");
    let listed = server.get(&links, Some(&token)).await;
    assert!(!listed.body.contains("token") && !listed.body.contains("hcl1_"), "{listed:?}");
    let names: Vec<_> =
        listed.json()["links"].as_array().unwrap().iter().map(|link| link["linkId"].clone()).collect();
    assert_eq!(names, [&bad["linkId"], &good["linkId"]].map(Value::clone));

    let one = format!("{links}/{}", text(&bad, "linkId"));
    assert_eq!(server.request("DELETE", &one, Some(&token), "").await.status, 204);
    assert!(ends.end().await.is_empty());
    let refused =
        EventStream::open(&server, &session, &format!("?access_token={}", text(&bad, "token")), &[]).await;
    assert_eq!(refused.err().unwrap().refusal(401), "UNAUTHORIZED");
    for part in ["status", "history", "report"] {
        let refused = server.get(&format!("/sessions/{session}/{part}"), Some(text(&bad, "token"))).await;
        assert_eq!(refused.refusal(401), "UNAUTHORIZED", "{part}");
    }
    let _listener = server.listener(&session, "es").await;
    stays.until_count(1).await;
    for gone in [one, format!("{links}/nonsense")] {
        assert_eq!(server.request("DELETE", &gone, Some(&token), "").await.refusal(404), "LINK_NOT_FOUND");
    }
    assert_eq!(server.get(&links, Some(&token)).await.json()["links"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_link_expires_and_its_streams_with_it() {
    let server = server().await;
    let (_speaker, session, token) = server.speaker().await;
    let made = link(&server, &session, &token, &json!({ "scope": "all", "expiresIn": 1 })).await;
    assert_eq!(made["expiresAt"].as_u64().unwrap() - made["createdAt"].as_u64().unwrap(), 1_000);
    let mut stream = EventStream::with(&server, &session, text(&made, "token")).await;
    assert_eq!(stream.next().await.count(), 0);
    stream.end().await;
    let status = format!("/sessions/{session}/status");
    assert_eq!(server.get(&status, Some(text(&made, "token"))).await.refusal(401), "UNAUTHORIZED");
    let listed = server.get(&format!("/sessions/{session}/links"), Some(&token)).await.json();
    assert_eq!(listed, json!({ "links": [] }));
}

#[tokio::test]
async fn a_session_has_so_many_links_and_no_more() {
    let server = server().await;
    let (_speaker, session, token) = server.speaker().await;
    let all = json!({ "scope": "all" });
    let mut last = Value::Null;
    for _ in 0..64 {
        last = link(&server, &session, &token, &all).await;
    }
    let links = format!("/sessions/{session}/links");
    let refused = server.request("POST", &links, Some(&token), &all.to_string()).await;
    assert_eq!(refused.refusal(409), "TOO_MANY_LINKS");
    let one = format!("{links}/{}", text(&last, "linkId"));
    assert_eq!(server.request("DELETE", &one, Some(&token), "").await.status, 204);
    link(&server, &session, &token, &all).await;
}

#[tokio::test]
async fn links_outlive_a_restart_and_end_with_their_session() {
    let directory = tempfile::tempdir().unwrap();
    let on_this = || TestServer::with(|config| config.store = on_disk(directory.path(), None));
    let server = on_this().await;
    let (_speaker, session, token) = server.speaker().await;
    let wish = json!({ "scope": "language", "language": "fr", "label": "Kabine “eins”" });
    let mut made = link(&server, &session, &token, &wish).await;
    server.stop().await.unwrap();
    let server = on_this().await;
    let opens = text(&made, "token").to_owned();
    assert_eq!(EventStream::with(&server, &session, &opens).await.next().await.count(), 0);
    let listed = server.get(&format!("/sessions/{session}/links"), Some(&token)).await.json();
    for secret in ["token", "path"] {
        made.as_object_mut().unwrap().remove(secret);
    }
    assert_eq!(listed["links"], json!([made]));
    assert_eq!(server.request("DELETE", &format!("/sessions/{session}"), Some(&token), "").await.status, 204);
    let status = server.get(&format!("/sessions/{session}/status"), Some(&opens)).await;
    assert_eq!(status.refusal(404), "SESSION_NOT_FOUND");
    let report = server.get(&format!("/sessions/{session}/report"), Some(&opens)).await;
    assert_eq!(report.refusal(401), "UNAUTHORIZED");
}

#[tokio::test]
async fn those_who_look_on_do_not_use_up_what_the_speaker_may_ask() {
    let server = TestServer::with(|config| config.quotas.status_queries_per_second = 1).await;
    let (_speaker, session, token) = server.speaker().await;
    let made = link(&server, &session, &token, &json!({ "scope": "all" })).await;
    let history = format!("/sessions/{session}/history");
    let mut statuses = Vec::new();
    for _ in 0..20 {
        statuses.push(server.get(&history, Some(text(&made, "token"))).await.status);
    }
    assert!(statuses.contains(&200) && statuses.contains(&429), "{statuses:?}");
    assert_eq!(server.get(&history, Some(&token)).await.status, 200);
}
