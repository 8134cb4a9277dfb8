//! What a connect query asks for, and how it is answered although nothing can be posted yet.

use super::Stage;
use super::stage::connect_event;
use crate::app::Settings;
use crate::gate::Logins;
use headcount_access::SpeakerAuth;
use headcount_testkit::SpeakerAnswer;
use serde_json::json;

#[tokio::test]
async fn a_query_without_anything_lets_the_connection_in() {
    let stage = Stage::new();
    assert_eq!(stage.connect("A", &[]).await, json!({ "statusCode": 200 }));
    assert!(stage.queued().is_empty());
}

#[tokio::test]
async fn a_listener_counts_at_once_and_hears_so_through_the_queue() {
    let stage = Stage::new();
    let session = stage.session("S").await;
    let query = [("sessionId", session.as_str()), ("targetLanguage", "es")];
    assert_eq!(stage.connect("A", &query).await["statusCode"], 200);
    assert!(stage.posted().is_empty(), "API Gateway does not know the connection yet");
    assert_eq!(stage.status("S").await["listenerCount"], 1);
    assert!(!stage.queued().concat().contains("hcr1_"), "no token lies in the queue");
    assert_eq!(stage.work_off().await, 0);
    let posted = stage.posted();
    assert_eq!((posted[0].0.as_str(), posted[0].1["type"].as_str()), ("A", Some("sessionJoined")));
    assert!(posted[0].1["resumeToken"].as_str().unwrap().starts_with("hcr1_"));
    let at_once = stage.listener("A", &session, "es").await;
    assert_eq!((at_once["type"].as_str(), &at_once["listenerCount"]), (Some("sessionJoined"), &json!(1)));
}

#[tokio::test]
async fn a_speaker_creates_its_session_while_connecting() {
    let stage = Stage::new();
    let query = [("action", "createSession"), ("sourceLanguage", "en")];
    assert_eq!(stage.connect("S", &query).await["statusCode"], 200);
    assert_eq!(stage.work_off().await, 0);
    let created = &stage.posted()[0].1;
    assert_eq!(created["type"], "sessionCreated");
    let at_once = stage.say("S", json!({ "action": "createSession", "sourceLanguage": "en" })).await;
    assert_eq!(at_once["sessionId"], created["sessionId"]);
    assert!(stage.told().is_empty(), "a new session is not briefed");
}

#[tokio::test(start_paused = true)]
async fn a_speaker_comes_back_while_connecting_and_is_briefed_once_it_is_there() {
    let stage = Stage::new();
    let created = stage.say("S", json!({ "action": "createSession", "sourceLanguage": "en" })).await;
    let (session, token) =
        (created["sessionId"].as_str().unwrap(), created["speakerToken"].as_str().unwrap());
    stage.speakers.answer(SpeakerAnswer::Gone);
    let query = [("sessionId", session), ("token", token)];
    assert_eq!(stage.connect("T", &query).await["statusCode"], 200);
    stage.listener("A", &headcount_core::SessionId::parse(session).unwrap(), "es").await;
    stage.speakers.answer(SpeakerAnswer::Delivers);
    assert_eq!(stage.work_off().await, 0);
    assert_eq!(stage.told().len(), 1, "the seat was not taken from a connection that was not there yet");
    assert_eq!(stage.status("T").await["type"], "sessionStatus");
}

#[tokio::test]
async fn a_greeting_for_a_connection_that_is_gone_is_no_failure() {
    let stage = Stage::new();
    let session = stage.session("S").await;
    stage.connect("A", &[("sessionId", session.as_str()), ("targetLanguage", "es")]).await;
    stage.disconnect("A", 1_001).await;
    assert_eq!(stage.work_off().await, 0);
    assert!(stage.posted().is_empty());
}

#[tokio::test]
async fn refusals_have_their_status_or_are_said_and_closed() {
    let stage = Stage::new();
    for (query, status, code) in [
        (vec![("sessionId", "golden-eagle-427")], 400, "MISSING_PARAMETER"),
        (vec![("sessionId", "golden-eagle-427"), ("targetLanguage", "es")], 404, "SESSION_NOT_FOUND"),
        (vec![("sessionId", "x"), ("targetLanguage", "es")], 400, "INVALID_SESSION_ID"),
        (vec![("action", "dance")], 400, "INVALID_ACTION"),
    ] {
        let refused = stage.connect("A", &query).await;
        assert_eq!(refused["statusCode"], status);
        assert!(refused["body"].as_str().unwrap().contains(code));

        let mut event = connect_event("B", &query);
        event["headers"] = json!({ "Sec-WebSocket-Protocol": "headcount.v1" });
        let upgraded = stage.invoke(&event).await;
        assert_eq!(upgraded["statusCode"], 200);
        assert_eq!(upgraded["headers"]["Sec-WebSocket-Protocol"], "headcount.v1");
        assert_eq!(stage.work_off().await, 0);
        assert_eq!(stage.posted()[0].1["code"], code);
        assert_eq!(stage.closed().last().map(String::as_str), Some("B"));
    }
}

#[tokio::test]
async fn a_page_of_another_origin_does_not_get_in() {
    let stage = Stage::new();
    let mut event = connect_event("A", &[]);
    event["headers"] = json!({ "origin": "https://elsewhere.example", "Host": "here.example" });
    assert_eq!(stage.invoke(&event).await["statusCode"], 403);
    event["headers"]["Sec-WebSocket-Protocol"] = json!("headcount.v1");
    assert_eq!(
        stage.invoke(&event).await["statusCode"],
        403,
        "an origin is refused by the status to everybody"
    );
    event["headers"] = json!({ "origin": "https://here.example", "Host": "here.example" });
    assert_eq!(stage.invoke(&event).await["statusCode"], 200);
}

#[tokio::test]
async fn an_authorizer_in_front_is_believed_and_needed() {
    let stage = Stage::for_speakers(Logins::Authorizer, Settings::default(), |_| {});
    let query = [("action", "createSession"), ("sourceLanguage", "en")];
    assert_eq!(stage.connect("S", &query).await["statusCode"], 401);
    let mut event = connect_event("S", &query);
    event["requestContext"]["authorizer"] = json!({ "userId": "user-7" });
    assert_eq!(stage.invoke(&event).await["statusCode"], 200);
}

#[tokio::test]
async fn a_login_token_is_looked_at_where_that_is_set() {
    let auth = SpeakerAuth::hs256(&[1; 32], None, None).unwrap();
    let stage = Stage::for_speakers(Logins::Tokens(auth), Settings::default(), |_| {});
    let query = [("action", "createSession"), ("sourceLanguage", "en"), ("token", "no.token.atall")];
    let refused = stage.connect("S", &query).await;
    assert_eq!(refused["statusCode"], 401);
    assert!(!refused.to_string().contains("atall"), "tokens are not echoed");
}
