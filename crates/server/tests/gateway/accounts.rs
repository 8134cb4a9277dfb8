//! History and reports over HTTP: who may read them, while the session lives and after.

use crate::support::{OPERATOR, TestServer, on_disk};
use headcount_server::StoreConfig;

async fn read_by_its_speaker_and_operators(store: StoreConfig) {
    let server = TestServer::with(|config| {
        config.store = store;
        config.quotas.status_queries_per_second = 0;
    })
    .await;
    let (mut speaker, session, token) = server.speaker().await;
    let (listener, _) = server.listener(&session, "es").await;
    server.listener(&session, "uk").await.0.close().await;
    let path = |rest: &str| format!("/sessions/{session}/{rest}");

    let live = server.get(&path("report"), Some(&token)).await.json();
    assert_eq!((&live["listeners"]["joins"], &live["listeners"]["peak"]), (&2.into(), &2.into()), "{live}");
    assert!(live.get("endedAt").is_none());
    let history = server.get(&path("history"), Some(&token)).await.json();
    let last = history["points"].as_array().unwrap().last().unwrap();
    assert_eq!(last["languageDistribution"]["es"], 1, "{history}");

    assert_eq!(server.get(&path("report"), None).await.refusal(401), "UNAUTHORIZED");
    assert_eq!(server.get(&path("report"), Some("nonsense")).await.refusal(401), "UNAUTHORIZED");
    for (query, field) in [
        ("report?format=pdf", "format"),
        ("report?format=csv&table=people", "table"),
        ("history?from=soon", "from"),
        ("history?from=5&to=4", "to"),
        ("history?step=x", "step"),
    ] {
        let answer = server.get(&path(query), Some(&token)).await;
        assert_eq!(answer.refusal(400), "INVALID_PARAMETER", "{query}");
        assert_eq!(answer.json()["details"]["field"], field);
    }

    speaker.send(r#"{"action":"endSession"}"#).await;
    speaker.until("sessionEnded").await;
    drop(listener);
    for token in [token.as_str(), OPERATOR] {
        let ended = server.get(&path("report"), Some(token)).await.json();
        assert_eq!(
            (&ended["endReason"], &ended["listeners"]["joins"]),
            (&"ended".into(), &2.into()),
            "{ended}"
        );
    }
    assert_eq!(server.get(&path("report"), Some("nonsense")).await.refusal(401), "UNAUTHORIZED");
    let csv = server.get(&path("report?format=csv"), Some(&token)).await;
    assert_eq!((csv.status, csv.header("content-type")), (200, Some("text/csv; charset=utf-8")));
    let page = server.get(&path("report?format=html"), Some(&token)).await;
    assert!(page.body.contains("Ukrainian") && page.header("content-security-policy").is_some());

    assert_eq!(server.get("/reports", Some(&token)).await.refusal(403), "UNAUTHORIZED_ACTION");
    let reports = server.get("/reports?limit=1", Some(OPERATOR)).await.json();
    assert_eq!(reports["sessions"][0]["sessionId"], session.as_str());
    assert_eq!(reports["nextCursor"], serde_json::Value::Null);
    for query in ["limit=0", "cursor=x"] {
        let refused = server.get(&format!("/reports?{query}"), Some(OPERATOR)).await;
        assert_eq!(refused.refusal(400), "INVALID_PARAMETER");
    }
    server.stop().await.unwrap();
}

#[tokio::test]
async fn accounts_in_memory_are_read_by_their_speaker_and_operators() {
    read_by_its_speaker_and_operators(StoreConfig::Memory).await;
}

#[tokio::test]
async fn accounts_on_disk_are_read_by_their_speaker_and_operators() {
    let directory = tempfile::tempdir().unwrap();
    read_by_its_speaker_and_operators(on_disk(directory.path(), None)).await;
}
