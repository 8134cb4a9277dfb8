//! Every sample is told apart, and nothing that could come makes the telling fail.

use super::*;
use headcount_core::{ConnectionId, Language, SessionId, Timestamp, UserId};
use proptest::prelude::*;
use serde_json::json;

fn sample(text: &str) -> Value {
    serde_json::from_str(text).expect("samples are JSON")
}

macro_rules! samples {
    ($($name:literal),+) => { [$(($name, sample(include_str!(concat!("../../samples/", $name, ".json"))))),+] };
}

fn all() -> [(&'static str, Value); 10] {
    samples![
        "connect",
        "message",
        "message-bare",
        "disconnect",
        "rule",
        "scheduler-text",
        "scheduler-object",
        "scheduler-input",
        "queue",
        "stream"
    ]
}

fn of(name: &str) -> Trigger {
    let found = all().into_iter().find(|(sample, _)| *sample == name);
    Trigger::of(&found.expect("the sample is listed").1)
}

fn socket(name: &str) -> SocketEvent {
    match of(name) {
        Trigger::Socket(event) => *event,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_sample_is_told_apart() {
    let names: Vec<_> = all().iter().map(|(_, event)| Trigger::of(event).name()).collect();
    let expected = [
        "connect",
        "message",
        "message",
        "disconnect",
        "sweep",
        "sweep",
        "sweep",
        "sweep",
        "queue",
        "stream",
    ];
    assert_eq!(names, expected);
    assert_eq!(Trigger::of(&sweep_input()), Trigger::Sweep);
}

#[test]
fn what_is_no_work_of_ours_is_a_ping_or_unknown() {
    for (event, expected) in [
        (json!({}), "ping"),
        (json!(null), "ping"),
        (json!({ "ping": true }), "ping"),
        (json!({ "headcount": "ping" }), "ping"),
        (json!({ "headcount": "dance" }), "unknown"),
        (json!([]), "unknown"),
        (json!(7), "unknown"),
        (json!({ "Records": [] }), "unknown"),
        (json!({ "Records": [{ "eventSource": "aws:s3" }] }), "unknown"),
        (json!({ "Records": [7] }), "unknown"),
        (json!({ "Records": "many" , "ping": 1}), "unknown"),
        (json!({ "source": "aws.ec2", "detail": {} }), "unknown"),
        (json!({ "source": 7 , "detail": {} }), "unknown"),
        (json!({ "requestContext": { "http": { "method": "GET" } } }), "unknown"),
        (json!({ "requestContext": null }), "unknown"),
    ] {
        assert_eq!(Trigger::of(&event).name(), expected, "{event}");
    }
}

#[test]
fn an_unknown_event_shows_names_and_no_values() {
    let event = json!({ "secret": "hush", "x".repeat(50): 1, "new\nline": 2 });
    let Trigger::Unknown(shape) = Trigger::of(&event) else { panic!("it is unknown") };
    assert!(shape.contains("secret") && shape.contains("newline"), "{shape}");
    assert!(!shape.contains("hush") && !shape.contains(&"x".repeat(33)), "{shape}");
}

#[test]
fn a_stream_is_no_queue_and_a_queue_no_stream() {
    let Trigger::Stream(records) = of("stream") else { panic!("it is a stream") };
    assert_eq!(records.len(), 3);
    let Trigger::Queue(messages) = of("queue") else { panic!("it is a queue") };
    let first = &messages[0];
    assert_eq!(first.id, "059f36b4-87a3-44ab-83d2-661975830a7d");
    assert!(first.body.contains("brief"));
}

#[test]
fn rows_of_the_stream_are_listeners_or_nothing() {
    let Trigger::Stream(records) = of("stream") else { panic!("it is a stream") };
    let [joined, left, speaker] = records.try_into().expect("there are three");
    let image = joined.new.expect("it is a listener");
    assert_eq!(joined.sequence.as_deref(), Some("100"));
    assert_eq!(image.connection, ConnectionId::parse("L1=").unwrap());
    assert_eq!(image.session, SessionId::parse("golden-eagle-427").unwrap());
    assert_eq!(image.expires, Some(Timestamp::from_millis(1_800_007_500_000)));
    assert!(image.counts_at(Timestamp::from_millis(1_800_007_499_999)));
    assert!(!image.counts_at(Timestamp::from_millis(1_800_007_500_000)));
    assert_eq!(left.old.expect("it was a listener").language, Language::parse("pt-BR").unwrap());
    assert_eq!((left.new, speaker.old, speaker.new), (None, None, None));
}

#[test]
fn a_row_without_a_language_is_a_listener_only_if_it_says_so() {
    let image = |row: Value| {
        let event =
            json!({ "Records": [{ "eventSource": "aws:dynamodb", "dynamodb": { "NewImage": row } }] });
        let Trigger::Stream(mut records) = Trigger::of(&event) else { panic!("it is a stream") };
        records.remove(0).new.map(|image| image.language.as_str().to_owned())
    };
    let row = |extra: Value| {
        let mut row = json!({ "connectionId": { "S": "L1=" }, "sessionId": { "S": "golden-eagle-427" } });
        row.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        row
    };
    let s = |text: &str| json!({ "S": text });
    assert_eq!(image(row(json!({}))), None);
    assert_eq!(image(row(json!({ "role": s("listener") }))).as_deref(), Some("unknown"));
    assert_eq!(
        image(row(json!({ "role": s("listener"), "targetLanguage": s("unknown") }))).as_deref(),
        Some("unknown")
    );
    assert_eq!(
        image(row(json!({ "role": s("listener"), "targetLanguage": { "N": "7" } }))).as_deref(),
        Some("unknown")
    );
    assert_eq!(image(row(json!({ "targetLanguage": s("fr") }))).as_deref(), Some("fr"));
    assert_eq!(image(row(json!({ "role": s("speaker"), "targetLanguage": s("fr") }))), None);
    assert_eq!(image(json!({ "role": s("listener"), "sessionId": s("golden-eagle-427") })), None);
    assert_eq!(image(json!([])), None);
}

#[test]
fn what_a_socket_event_says_is_read() {
    let connect = socket("connect");
    assert_eq!(connect.kind, SocketKind::Connect);
    assert_eq!(connect.connection, Some(ConnectionId::parse("L0SM9cOFvHcCIhw=").unwrap()));
    assert_eq!(connect.client, Some("192.0.2.7".parse().unwrap()));
    assert_eq!(connect.connected_at, Some(Timestamp::from_millis(1_800_000_000_000)));
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(connect.query, [pair("sessionId", "golden-eagle-427"), pair("targetLanguage", "es")]);
    assert!(connect.reads_refusals());

    let message = socket("message");
    assert_eq!(message.kind, SocketKind::Message(Body::Text(r#"{"action":"getSessionStatus"}"#.to_owned())));
    assert_eq!(message.user, Some(UserId::parse("user-7").unwrap()));
    assert!(!message.reads_refusals());

    assert_eq!(socket("message-bare").kind, SocketKind::Message(Body::None));
    assert_eq!(socket("disconnect").kind, SocketKind::Disconnect { code: Some(1_001) });
}

#[test]
fn bodies_of_every_kind_are_read() {
    let body = |event: Value| {
        let mut event = event;
        event["requestContext"] = json!({ "connectionId": "c" });
        let Trigger::Socket(event) = Trigger::of(&event) else { panic!("it is a socket event") };
        match event.kind {
            SocketKind::Message(body) => body,
            other => panic!("{other:?}"),
        }
    };
    let text = |text: &str| Body::Text(text.to_owned());
    assert_eq!(body(json!({})), Body::None);
    assert_eq!(body(json!({ "body": null })), Body::None);
    assert_eq!(body(json!({ "body": "" })), text(""));
    assert_eq!(body(json!({ "body": "{}", "isBase64Encoded": false })), text("{}"));
    assert_eq!(body(json!({ "body": "e30=", "isBase64Encoded": true })), Body::Binary);
    assert_eq!(body(json!({ "body": { "action": "heartbeat" } })), text(r#"{"action":"heartbeat"}"#));
    assert_eq!(body(json!({ "body": [1] })), text("[1]"));
    assert_eq!(body(json!({ "body": 7 })), text("7"));
}

#[test]
fn a_repeated_parameter_and_a_bearer_in_any_case_are_seen() {
    let event = json!({
        "requestContext": { "eventType": "CONNECT", "connectionId": "c" },
        "headers": { "AUTHORIZATION": "bearer abc" },
        "multiValueQueryStringParameters": { "sessionId": ["a", "b"], "odd": 7 },
    });
    let Trigger::Socket(event) = Trigger::of(&event) else { panic!("it is a socket event") };
    assert_eq!(event.query.len(), 2);
    assert_eq!(event.bearer.map(|token| token.as_str().to_owned()).as_deref(), Some("abc"));
}

/// Any JSON at all, with the names that mean something made likely.
fn anything() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        Just("Records".to_owned()),
        Just("eventSource".to_owned()),
        Just("source".to_owned()),
        Just("requestContext".to_owned()),
        Just("connectionId".to_owned()),
        Just("eventType".to_owned()),
        Just("dynamodb".to_owned()),
        Just("NewImage".to_owned()),
        Just("body".to_owned()),
        ".{0,6}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(json!("aws:dynamodb")),
        Just(json!("aws:sqs")),
        Just(json!("CONNECT")),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(name.clone(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_makes_the_telling_fail(event in anything()) {
        let trigger = Trigger::of(&event);
        prop_assert!(!trigger.name().is_empty());
    }

    #[test]
    fn a_member_of_another_type_leaves_the_source_as_it_was(
        which in 0..10_usize,
        member in 0..64_usize,
        odd in anything(),
    ) {
        let (_, event) = &all()[which];
        let before = Trigger::of(event).name();
        let mut changed = event.clone();
        let members = changed.as_object_mut().unwrap();
        let name = members.keys().nth(member % members.len()).unwrap().clone();
        prop_assume!(!["Records", "requestContext", "source", "headcount"].contains(&name.as_str()));
        members.insert(name, odd);
        prop_assert_eq!(Trigger::of(&changed).name(), before);
    }
}
