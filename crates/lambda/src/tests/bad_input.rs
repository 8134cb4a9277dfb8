//! Messages that are none, and events with anything in them.

use super::Stage;
use super::stage::message_event;
use proptest::prelude::*;
use serde_json::{Value, json};

fn arrays(depth: usize) -> String {
    format!("{}{}", "[".repeat(depth), "]".repeat(depth))
}

async fn code_for(stage: &Stage, event: &Value) -> String {
    // Whoever sends so much nonsense at once would be told that it is too much.
    stage.later(1_000);
    let returned = stage.invoke(event).await;
    assert_eq!(returned["statusCode"], 200, "{event}");
    let body = returned["body"].as_str().expect("there is an answer");
    assert!(body.len() < 512, "an answer of {} bytes", body.len());
    let answer: Value = serde_json::from_str(body).expect("the answer is JSON");
    assert_eq!(answer["type"], "error", "{event}");
    answer["code"].as_str().expect("it has a code").to_owned()
}

#[tokio::test]
async fn a_body_that_is_no_message_is_refused_as_such() {
    let stage = Stage::new();
    let deep = format!("{{\"action\":\"heartbeat\",\"x\":{}}}", arrays(1_000));
    for (body, code) in [
        (Value::Null, "INVALID_MESSAGE"),
        (json!([]), "INVALID_MESSAGE"),
        (json!([{ "action": "heartbeat" }]), "INVALID_MESSAGE"),
        (json!(7), "INVALID_MESSAGE"),
        (json!(true), "INVALID_MESSAGE"),
        (json!(""), "INVALID_MESSAGE"),
        (json!("getSessionStatus"), "INVALID_MESSAGE"),
        (json!("\"getSessionStatus\""), "INVALID_MESSAGE"),
        (json!("null"), "INVALID_MESSAGE"),
        (json!("[]"), "INVALID_MESSAGE"),
        (json!("7"), "INVALID_MESSAGE"),
        (json!("{"), "INVALID_MESSAGE"),
        (json!("{}"), "INVALID_MESSAGE"),
        (json!(arrays(1_000)), "INVALID_MESSAGE"),
        (json!(deep), "INVALID_MESSAGE"),
        (json!({}), "INVALID_MESSAGE"),
        (json!({ "action": "dance" }), "INVALID_ACTION"),
        (json!("x".repeat(200_000)), "MESSAGE_TOO_LARGE"),
    ] {
        let mut event = message_event("A", "");
        event["body"] = body;
        assert_eq!(code_for(&stage, &event).await, code, "{}", event["body"]);
    }
    let mut event = message_event("A", "eyJhY3Rpb24iOiJnZXRTZXNzaW9uU3RhdHVzIn0=");
    event["isBase64Encoded"] = json!(true);
    assert_eq!(code_for(&stage, &event).await, "INVALID_MESSAGE", "bytes are no message");
    event.as_object_mut().expect("it is an object").remove("body");
    assert_eq!(code_for(&stage, &event).await, "INVALID_MESSAGE", "there is none");
}

#[tokio::test]
async fn an_action_that_is_none_is_refused_and_not_repeated_at_length() {
    let stage = Stage::new();
    for (action, code) in [
        (Value::Null, "INVALID_MESSAGE"),
        (json!(7), "INVALID_MESSAGE"),
        (json!(["getSessionStatus"]), "INVALID_MESSAGE"),
        (json!({}), "INVALID_MESSAGE"),
        (json!(""), "INVALID_ACTION"),
        (json!("GETSESSIONSTATUS"), "INVALID_ACTION"),
        (json!(" getSessionStatus"), "INVALID_ACTION"),
        (json!("a".repeat(4_000)), "INVALID_ACTION"),
        (json!("\u{1f600}".repeat(1_000)), "INVALID_ACTION"),
        (json!("a".repeat(4_096)), "MESSAGE_TOO_LARGE"),
    ] {
        let event = message_event("A", &json!({ "action": action }).to_string());
        assert_eq!(code_for(&stage, &event).await, code, "{action}");
    }
}

/// Anything in the place of one member of an event.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".{0,6}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Where something odd may be in the event of a WebSocket.
const PLACES: [&str; 9] = [
    "/body",
    "/headers",
    "/isBase64Encoded",
    "/multiValueQueryStringParameters",
    "/requestContext/authorizer",
    "/requestContext/connectedAt",
    "/requestContext/connectionId",
    "/requestContext/eventType",
    "/requestContext/identity",
];

proptest! {
    #[test]
    fn whatever_is_in_an_event_the_client_is_answered_and_nothing_panics(
        place in prop::sample::select(&PLACES[..]),
        kind in prop::sample::select(&["CONNECT", "MESSAGE", "DISCONNECT"][..]),
        odd in anything(),
    ) {
        let mut event = json!({
            "headers": {}, "isBase64Encoded": false, "multiValueQueryStringParameters": {},
            "body": r#"{"action":"heartbeat"}"#,
            "requestContext": {
                "authorizer": {}, "connectedAt": 1, "connectionId": "A", "eventType": kind, "identity": {},
            },
        });
        *event.pointer_mut(place).expect("the place is there") = odd;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("it starts");
        let returned = runtime.block_on(Stage::new().invoke(&event));
        let status = returned["statusCode"].as_u64().expect("there is a status");
        // A panic is an INTERNAL_ERROR, whose status is 500.
        prop_assert!(status < 500, "{} for {}", returned, event);
        prop_assert!(!returned.to_string().contains("INTERNAL_ERROR"), "{} for {}", returned, event);
    }
}
