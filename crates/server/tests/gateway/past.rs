//! What a speaker asks about the past, over its socket.

use crate::support::TestServer;

const FULL: &str = r#"{"action":"getSessionStatus","detail":"full"}"#;

fn at(moment: &serde_json::Value) -> String {
    format!(r#"{{"action":"getSessionStatus","at":{moment}}}"#)
}

/// A server that may be asked as often as a test likes.
async fn patient() -> TestServer {
    TestServer::with(|config| config.quotas.status_queries_per_second = 1_000).await
}

#[tokio::test]
async fn the_status_of_then_is_what_was_told_then_and_no_question_in_the_sense_of_the_policy() {
    let server = patient().await;
    let (mut speaker, session, _) = server.speaker().await;
    let (_listener, _) = server.listener(&session, "es").await;
    let mut told = speaker.until("sessionStatus").await;
    assert_eq!(told["updateReason"], "newLanguage");
    speaker.send(FULL).await;
    let before = speaker.expect("sessionStatus").await["audience"]["revision"].as_u64().unwrap();

    speaker.send(&at(&told["timestamp"])).await;
    told["updateReason"] = "requested".into();
    assert_eq!(speaker.expect("sessionStatus").await, told);
    speaker.send(FULL).await;
    let after = speaker.expect("sessionStatus").await["audience"]["revision"].as_u64().unwrap();
    assert_eq!(after, before + 1, "the question for the past was claimed");
}

#[tokio::test]
async fn the_history_is_the_same_over_socket_and_http() {
    let server = patient().await;
    let (mut speaker, session, token) = server.speaker().await;
    let (_listener, _) = server.listener(&session, "es").await;
    let told = speaker.until("sessionStatus").await;
    speaker.send(r#"{"action":"getSessionHistory","from":0}"#).await;
    let mut history = speaker.expect("sessionHistory").await;
    let last = history["points"].as_array().unwrap().last().unwrap();
    assert_eq!(last["languageDistribution"], told["languageDistribution"], "{history}");
    assert_eq!(last["at"], history["to"], "{history}");

    let path = format!("/sessions/{session}/history?from={}&to={}", history["from"], history["to"]);
    for member in ["type", "timestamp"] {
        history.as_object_mut().unwrap().remove(member);
    }
    assert_eq!(server.get(&path, Some(&token)).await.json(), history);
}

#[tokio::test]
async fn what_is_not_in_the_life_of_the_session_is_refused_by_name() {
    let server = patient().await;
    let (mut speaker, session, _) = server.speaker().await;
    for (message, field) in [
        (r#""getSessionStatus","at":0"#, "at"),
        (r#""getSessionStatus","at":8640000000000000"#, "at"),
        (r#""getSessionStatus","at":"now""#, "at"),
        (r#""getSessionHistory","from":8640000000000000"#, "from"),
        (r#""getSessionHistory","to":0"#, "to"),
        (r#""getSessionHistory","step":-5"#, "step"),
    ] {
        let refused = speaker.refused(&format!(r#"{{"action":{message}}}"#), "INVALID_PARAMETER").await;
        assert_eq!(refused["details"]["field"], field, "{message}");
    }
    let (mut listener, _) = server.listener(&session, "es").await;
    listener.refused(r#"{"action":"getSessionHistory"}"#, "UNAUTHORIZED_ACTION").await;
    listener.refused(r#"{"action":"getSessionStatus","at":0}"#, "UNAUTHORIZED_ACTION").await;
    let mut nobody = server.connect("/").await;
    nobody.refused(r#"{"action":"getSessionHistory"}"#, "CONNECTION_NOT_FOUND").await;
}

#[tokio::test]
async fn questions_about_the_past_count_with_the_rest() {
    let server = TestServer::with(|config| config.quotas.status_queries_per_second = 1).await;
    let (mut speaker, _, _) = server.speaker().await;
    speaker.send(r#"{"action":"getSessionHistory"}"#).await;
    speaker.expect("sessionHistory").await;
    for message in [r#"{"action":"getSessionHistory"}"#, r#"{"action":"getSessionStatus","at":0}"#] {
        speaker.refused(message, "RATE_LIMIT_EXCEEDED").await;
    }
}
