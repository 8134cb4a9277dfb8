//! Every action of the contract, by message.

use super::Stage;
use super::stage::message_event;
use headcount_core::Notice;
use headcount_testkit::{AudienceEvent, samples};
use serde_json::{Value, json};

#[tokio::test]
async fn a_speaker_steers_its_broadcast() {
    let stage = Stage::new();
    stage.session("S").await;
    stage.audience.reach(3);
    for (message, kind) in [
        (json!({ "action": "pauseBroadcast" }), "broadcastPaused"),
        (json!({ "action": "resumeBroadcast" }), "broadcastResumed"),
        (json!({ "action": "muteBroadcast" }), "broadcastMuted"),
        (json!({ "action": "unmuteBroadcast" }), "broadcastUnmuted"),
        (json!({ "action": "setVolume", "volumeLevel": 0.5 }), "volumeChanged"),
        (json!({ "action": "speakerStateChange", "state": { "isMuted": true } }), "speakerStateChanged"),
    ] {
        let answer = stage.say("S", message).await;
        assert_eq!((answer["type"].as_str(), &answer["listenersNotified"]), (Some(kind), &json!(3)));
    }
    let told = stage.audience.take();
    assert_eq!(told.len(), 6);
    assert!(matches!(&told[0], AudienceEvent::Told(_, Notice::BroadcastPaused, _)));
}

#[tokio::test]
async fn a_listener_joins_changes_its_language_and_leaves() {
    let stage = Stage::new();
    let session = stage.session("S").await;
    let joined = stage.listener("A", &session, "es").await;
    assert_eq!((joined["type"].as_str(), &joined["listenerCount"]), (Some("sessionJoined"), &json!(1)));
    assert_eq!(joined["connectionId"], "A");
    assert_eq!(
        stage.listener("A", &session, "es").await["type"],
        "sessionJoined",
        "joining again is no error"
    );
    let changed = stage.say("A", json!({ "action": "changeLanguage", "targetLanguage": "fr" })).await;
    assert_eq!(
        (changed["type"].as_str(), changed["targetLanguage"].as_str()),
        (Some("languageChanged"), Some("fr"))
    );
    assert_eq!(stage.say("A", json!({ "action": "pausePlayback" })).await["type"], "playbackPaused");
    stage.disconnect("A", 1_000).await;
    assert_eq!(stage.status("S").await["listenerCount"], 0);
}

#[tokio::test]
async fn a_lost_connection_counts_until_its_grace_ends_and_can_be_resumed() {
    let stage = Stage::new();
    let session = stage.session("S").await;
    let joined = stage.listener("A", &session, "es").await;
    stage.disconnect("A", 1_006).await;
    assert_eq!(stage.status("S").await["listenerCount"], 1);
    let resume = json!({
        "action": "refreshConnection", "sessionId": session.as_str(), "role": "listener",
        "resumeToken": joined["resumeToken"],
    });
    let resumed = stage.say("B", resume).await;
    assert_eq!(resumed["type"], "connectionRefreshComplete", "{resumed}");
    stage.later(10_000);
    assert_eq!(stage.status("S").await["listenerCount"], 1, "the place was taken over");
}

#[tokio::test]
async fn creating_again_is_answered_again_and_something_else_is_refused() {
    let stage = Stage::new();
    let session = stage.session("S").await;
    let again = stage.say("S", json!({ "action": "createSession", "sourceLanguage": "en" })).await;
    assert_eq!(
        (again["type"].as_str(), again["sessionId"].as_str()),
        (Some("sessionCreated"), Some(session.as_str()))
    );
    let other = stage.say("S", json!({ "action": "createSession", "sourceLanguage": "de" })).await;
    assert_eq!(other["code"], "ALREADY_JOINED");
    stage.listener("A", &session, "es").await;
    let listener = stage.say("A", json!({ "action": "createSession", "sourceLanguage": "en" })).await;
    assert_eq!(listener["code"], "ALREADY_JOINED");
}

#[tokio::test]
async fn a_speaker_comes_back_with_its_token_and_is_briefed_after_the_answer() {
    let stage = Stage::new();
    let created = stage.say("S", json!({ "action": "createSession", "sourceLanguage": "en" })).await;
    let refresh = |token: Value| json!({ "action": "refreshConnection", "sessionId": created["sessionId"], "role": "speaker", "token": token });
    assert_eq!(stage.say("T", refresh(json!("wrong"))).await["code"], "UNAUTHORIZED");
    let answer = stage.say("T", refresh(created["speakerToken"].clone())).await;
    assert_eq!(
        (answer["type"].as_str(), answer["newConnectionId"].as_str()),
        (Some("connectionRefreshComplete"), Some("T"))
    );
    assert!(stage.told().is_empty(), "the answer is on its way first");
    assert_eq!(stage.work_off().await, 0);
    assert_eq!(stage.told().len(), 1);
    assert_eq!(stage.status("S").await["type"], "error", "the older connection has no role any more");
}

#[tokio::test]
async fn ending_a_session_is_told_to_everyone_and_answered_by_that() {
    let stage = Stage::new();
    let session = stage.session("S").await;
    assert_eq!(stage.say("S", json!({ "action": "endSession", "reason": "done" })).await, Value::Null);
    let events = stage.audience.take();
    assert!(
        matches!(&events[0], AudienceEvent::Told(ended, Notice::SessionEnded(_), _) if *ended == session)
    );
    assert_eq!(stage.listener("A", &session, "es").await["code"], "SESSION_NOT_FOUND");
}

#[tokio::test]
async fn a_heartbeat_near_the_end_of_a_connection_brings_a_warning() {
    let stage = Stage::new();
    stage.session("S").await;
    let beat = json!({ "action": "heartbeat" });
    assert_eq!(stage.say("S", beat.clone()).await["type"], "heartbeatAck");
    assert!(stage.posted().is_empty());
    stage.clock.set(samples::at(106 * 60_000));
    stage.say("S", beat.clone()).await;
    assert_eq!(stage.posted()[0].1["remainingMinutes"], 14);
    stage.clock.set(samples::at(116 * 60_000));
    assert_eq!(stage.say("S", beat).await["type"], "heartbeatAck");
    let warning = &stage.posted()[0].1;
    assert_eq!(
        (warning["type"].as_str(), warning["refreshBy"].as_u64()),
        (Some("connectionRefreshRequired"), Some(samples::at(120 * 60_000).as_millis()))
    );
}

#[tokio::test]
async fn actions_of_the_other_role_are_refused() {
    let stage = Stage::new();
    let session = stage.session("S").await;
    stage.listener("A", &session, "es").await;
    for (connection, action, code) in [
        ("A", json!({ "action": "pauseBroadcast" }), "UNAUTHORIZED_ACTION"),
        ("A", json!({ "action": "endSession" }), "UNAUTHORIZED_ACTION"),
        ("S", json!({ "action": "pausePlayback" }), "UNAUTHORIZED_ACTION"),
        ("S", json!({ "action": "changeLanguage", "targetLanguage": "fr" }), "UNAUTHORIZED_ACTION"),
        ("N", json!({ "action": "muteBroadcast" }), "CONNECTION_NOT_FOUND"),
        ("N", json!({ "action": "pausePlayback" }), "CONNECTION_NOT_FOUND"),
        ("N", json!({ "action": "sendAudio" }), "INVALID_ACTION"),
        ("N", json!({ "action": "dance" }), "INVALID_ACTION"),
    ] {
        assert_eq!(stage.say(connection, action.clone()).await["code"], code, "{connection} {action}");
    }
}

#[tokio::test]
async fn bodies_that_are_no_message_are_refused_as_such() {
    let stage = Stage::new();
    let deep = "[".repeat(4_000);
    for text in
        ["", "null", "[]", "7", "\"text\"", "{", r#"{"action":null}"#, r#"{"action":7}"#, deep.as_str()]
    {
        assert_eq!(stage.say_text("S", text).await["code"], "INVALID_MESSAGE", "{text}");
    }
    let long = format!(r#"{{"action":"{}"}}"#, "x".repeat(4_096));
    assert_eq!(stage.say_text("S", &long).await["code"], "MESSAGE_TOO_LARGE");
    for body in [json!(null), json!([1]), json!(7), json!({ "action": 7 })] {
        let mut event = message_event("S", "");
        event["body"] = body;
        let returned = stage.invoke(&event).await;
        assert!(returned["body"].as_str().unwrap().contains("INVALID_MESSAGE"), "{event}");
    }
    let mut binary = message_event("S", "eyJhY3Rpb24iOiJoZWFydGJlYXQifQ==");
    binary["isBase64Encoded"] = json!(true);
    assert!(stage.invoke(&binary).await["body"].as_str().unwrap().contains("INVALID_MESSAGE"));
}
