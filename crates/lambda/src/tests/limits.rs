//! How much one client may do, and what a limit costs those who stay below it.

use super::Stage;
use super::kept::Counting;
use super::stage::{connect_event, message_event};
use headcount_access::Quotas;
use headcount_core::Measurement;
use headcount_testkit::{Fault, Port};
use serde_json::{Value, json};
use std::time::Duration;

fn counting() -> Stage {
    Stage::limited(Quotas::default())
}

fn limited(answer: &Value) -> bool {
    answer["code"] == "RATE_LIMIT_EXCEEDED"
}

fn hit(stage: &Stage, name: &str) -> usize {
    stage.metrics.count(|it| matches!(it, Measurement::RateLimited { limit } if *limit == name))
}

fn let_through(stage: &Stage, name: &str) -> usize {
    stage.metrics.count(|it| matches!(it, Measurement::LimitNotCounted { limit } if *limit == name))
}

/// What `connection` from `address` is answered when it wants to create a session.
async fn create_from(stage: &Stage, connection: &str, address: &str) -> Value {
    let mut event = message_event(connection, r#"{"action":"createSession","sourceLanguage":"en"}"#);
    event["requestContext"]["identity"] = json!({ "sourceIp": address });
    serde_json::from_str(stage.invoke(&event).await["body"].as_str().unwrap()).unwrap()
}

/// What API Gateway is given when `connection` connects from `address`.
async fn connect_from(stage: &Stage, connection: &str, address: &str, query: &[(&str, &str)]) -> Value {
    let mut event = connect_event(connection, query);
    event["requestContext"]["identity"] = json!({ "sourceIp": address });
    stage.invoke(&event).await
}

#[tokio::test]
async fn a_speaker_may_ask_twice_a_second() {
    let stage = counting();
    stage.session("S").await;
    for _ in 0..2 {
        assert_eq!(stage.status("S").await["type"], "sessionStatus");
    }
    let refused = stage.status("S").await;
    assert_eq!(
        (&refused["code"], &refused["details"]["retryAfter"]),
        (&json!("RATE_LIMIT_EXCEEDED"), &json!(1))
    );
    assert_eq!(hit(&stage, "statusQueries"), 1);
    stage.later(500);
    assert_eq!(stage.status("S").await["type"], "sessionStatus");
}

#[tokio::test]
async fn a_question_that_is_refused_has_told_nobody_anything() {
    let stage = counting();
    let session = stage.session("S").await;
    stage.status("S").await;
    stage.status("S").await;
    let told = |stage: &Stage| {
        let ledgers = stage.app.ports.ledgers.clone();
        let session = session.clone();
        async move { ledgers.ledger(&session).await.unwrap().unwrap().revision() }
    };
    let before = told(&stage).await;
    assert!(limited(&stage.status("S").await));
    assert_eq!(told(&stage).await, before, "the baseline moved although nothing was said");
}

#[tokio::test]
async fn who_may_not_ask_hears_that_however_often() {
    let stage = counting();
    let session = stage.session("S").await;
    stage.listener("A", &session, "es").await;
    for _ in 0..4 {
        assert_eq!(stage.status("A").await["code"], "UNAUTHORIZED_ACTION");
        assert_eq!(stage.status("nobody").await["code"], "CONNECTION_NOT_FOUND");
    }
}

#[tokio::test(start_paused = true)]
async fn a_question_does_not_wait_for_its_counter_before_it_is_looked_into() {
    let stage = counting();
    let session = stage.session("S").await;
    stage.listener("A", &session, "es").await;
    stage.counters.set(Counting::Silent);
    let began = tokio::time::Instant::now();
    assert_eq!(stage.status("S").await["listenerCount"], 1);
    assert_eq!(
        began.elapsed(),
        Duration::from_millis(250),
        "a silent counter costs its patience, and no more"
    );
    assert_eq!(let_through(&stage, "statusQueries"), 1);

    // Beside a store that says nothing, it costs nothing.
    stage.store.set(Port::Presence, Fault::Hangs);
    let began = tokio::time::Instant::now();
    assert_eq!(stage.status("S").await["exact"], false);
    assert_eq!(began.elapsed(), Duration::from_millis(500));
}

#[tokio::test]
async fn a_counter_that_fails_lets_through_and_is_counted_itself() {
    let stage = counting();
    stage.counters.set(Counting::Failing);
    stage.session("S").await;
    assert_eq!(stage.status("S").await["type"], "sessionStatus");
    assert_eq!(stage.status("S").await["type"], "sessionStatus");
    assert_eq!(let_through(&stage, "statusQueries"), 2);
    assert!(limited(&stage.status("S").await), "what one instance hears is limited all the same");
}

#[tokio::test]
async fn an_address_creates_fifty_sessions_an_hour_and_repeats_are_free() {
    let stage = counting();
    for number in 0..50 {
        let connection = format!("S{number}");
        assert_eq!(create_from(&stage, &connection, "192.0.2.7").await["type"], "sessionCreated");
        assert_eq!(create_from(&stage, &connection, "192.0.2.7").await["type"], "sessionCreated");
    }
    let refused = create_from(&stage, "T", "192.0.2.7").await;
    assert_eq!((limited(&refused), &refused["details"]["retryAfter"]), (true, &json!(72)));
    assert_eq!(create_from(&stage, "T", "192.0.2.8").await["type"], "sessionCreated");
    assert_eq!(hit(&stage, "sessions"), 1);
}

#[tokio::test]
async fn quiet_connections_and_messages_cost_no_counter() {
    let stage = counting();
    for number in 0..50 {
        assert_eq!(connect_from(&stage, &format!("C{number}"), "192.0.2.7", &[]).await["statusCode"], 200);
    }
    for _ in 0..20 {
        stage.later(1_000);
        assert_eq!(stage.say("C1", json!({ "action": "heartbeat" })).await["type"], "heartbeatAck");
    }
    assert!(stage.counters.asked().is_empty());
}

#[tokio::test]
async fn a_flood_of_messages_is_held_to_ten_a_second() {
    let stage = counting();
    let heartbeat = || stage.say("C", json!({ "action": "heartbeat" }));
    for _ in 0..10 {
        assert_eq!(heartbeat().await["type"], "heartbeatAck");
    }
    assert_eq!(stage.counters.asked().len(), 9, "the first was let pass without asking");
    assert!(limited(&heartbeat().await));
    assert!(stage.counters.asked().is_empty(), "what is too much here is too much everywhere");
    assert_eq!(hit(&stage, "controlMessages"), 1);
    assert!(limited(&stage.say_text("C", "{").await), "what cannot be read counts too");
    assert_eq!(stage.status("C").await["code"], "CONNECTION_NOT_FOUND", "questions are counted apart");
}

#[tokio::test]
async fn what_other_instances_have_heard_counts() {
    let (stage, other) = (counting(), counting());
    let say = async |stage: &Stage| stage.say("C", json!({ "action": "heartbeat" })).await;
    for _ in 0..9 {
        say(&other).await;
    }
    let asked = other.counters.asked();
    assert_eq!(asked.len(), 8);
    assert!(asked.iter().all(|counter| counter == "controlMessages#C"), "{asked:?}");
    say(&stage).await;
    // The second that this instance hears is the one too many for all of them.
    stage.counters.fill(&asked[0], 10, Duration::from_millis(100), stage.app.now());
    assert!(limited(&say(&stage).await));
}

#[tokio::test]
async fn an_address_that_connects_too_often_is_refused_by_the_status_of_the_upgrade() {
    let quotas = Quotas { connections_per_minute: 60, connection_burst: 3, ..Quotas::default() };
    let stage = Stage::limited(quotas);
    for number in 0..3 {
        assert_eq!(connect_from(&stage, &format!("C{number}"), "2001:db8::1", &[]).await["statusCode"], 200);
    }
    // The same network, and a client that reads refusals as messages.
    let mut event = connect_event("D", &[]);
    event["requestContext"]["identity"] = json!({ "sourceIp": "2001:db8::2" });
    event["headers"] = json!({ "Sec-WebSocket-Protocol": "headcount.v1" });
    let refused = stage.invoke(&event).await;
    assert_eq!(refused["statusCode"], 429);
    assert!(refused["body"].as_str().unwrap().contains("retryAfter"));
    assert!(stage.queued().is_empty());
    assert_eq!(connect_from(&stage, "E", "2001:db8:0:1::1", &[]).await["statusCode"], 200);
}

#[tokio::test]
async fn a_listener_that_gets_its_place_back_is_no_new_connection() {
    let quotas = Quotas { connections_per_minute: 60, connection_burst: 1, ..Quotas::default() };
    let stage = Stage::limited(quotas);
    let session = stage.session("S").await;
    let first = stage.listener("A", &session, "es").await;
    connect_from(&stage, "B", "192.0.2.7", &[]).await;
    assert_eq!(connect_from(&stage, "C", "192.0.2.7", &[]).await["statusCode"], 429);

    stage.disconnect("A", 1_006).await;
    let resume_token = first["resumeToken"].as_str().unwrap();
    let query = [("sessionId", session.as_str()), ("targetLanguage", "es"), ("resumeToken", resume_token)];
    assert_eq!(connect_from(&stage, "D", "192.0.2.7", &query).await["statusCode"], 200);
    let spent = connect_from(&stage, "E", "192.0.2.7", &query).await;
    assert_eq!(spent["statusCode"], 429, "it is a new connection after all");
    assert_eq!(stage.status("S").await["listenerCount"], 1);
}
