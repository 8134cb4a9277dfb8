//! What clients, callers and the writers of tables may send or write by mistake: an answer of the contract, or an error
//! that says what is wrong, and never the end of the function.

use crate::lambda::{Lambda, said};
use crate::log::SECRET;
use crate::rows::{connection, session, with};
use crate::services::Services;
use crate::tables::Tables;
use serde_json::{Value, json};

const ATTACHED: [(&str, &str); 2] = [("TABLE_WRITERS", "others"), ("SESSIONS_SCAN_FALLBACK", "true")];

/// With everything that the log can say.
const LOUD: [(&str, &str); 3] = [
    ("HEADCOUNT_SPEAKER_AUTH", "hs256"),
    ("HEADCOUNT_SPEAKER_SECRET", "hush-hush-hush-hush-hush-hush-hush"),
    ("HEADCOUNT_LOG", "trace"),
];

#[tokio::test]
async fn what_is_no_message_is_refused_and_counted_and_the_next_one_is_answered() {
    let (tables, services) = (Tables::create(), Services::start().await);
    let lambda = Lambda::start(&tables, &services, &LOUD).await;
    let deep = format!("{}{SECRET}", "[".repeat(1_000));
    let refused = [
        ("INVALID_MESSAGE", Value::Null),
        ("INVALID_MESSAGE", json!([SECRET])),
        ("INVALID_MESSAGE", json!(7)),
        ("INVALID_MESSAGE", json!(SECRET)),
        ("INVALID_MESSAGE", json!(deep)),
        ("INVALID_MESSAGE", json!(r#"{"action":null}"#)),
        ("INVALID_MESSAGE", json!(r#"{"action":7}"#)),
        ("INVALID_ACTION", json!(json!({ "action": SECRET.repeat(1_000) }).to_string())),
        ("CONNECTION_NOT_FOUND", json!(json!({ "action": "getSessionStatus", "x": SECRET }).to_string())),
        ("UNAUTHORIZED", create_with_a_token()),
    ];
    for (code, body) in &refused {
        let answer = lambda.answer(said("hush-nobody=", body.clone())).await;
        assert_eq!((&answer["type"], answer["code"].as_str()), (&json!("error"), Some(*code)), "{body}");
    }
    let mut binary = said("hush-nobody=", json!("e30="));
    binary["isBase64Encoded"] = json!(true);
    assert_eq!(lambda.answer(binary).await["code"], "INVALID_MESSAGE");
    let mut none = said("hush-nobody=", Value::Null);
    none.as_object_mut().unwrap().remove("body");
    assert_eq!(lambda.answer(none).await["code"], "INVALID_MESSAGE");
    let nameless = lambda.invoke(said("", json!("{}"))).await;
    assert_eq!(nameless, json!({ "statusCode": 400 }));
    let alive = lambda.say("hush-nobody=", json!({ "action": "heartbeat" })).await;
    assert_eq!(alive["type"], "heartbeatAck");

    let log = lambda.end();
    assert_eq!(log.counted("ConnectionErrors", &[("ErrorCode", "INVALID_MESSAGE")]), 9);
    for code in ["INVALID_ACTION", "CONNECTION_NOT_FOUND", "UNAUTHORIZED"] {
        assert_eq!(log.counted("ConnectionErrors", &[("ErrorCode", code), ("reason", code)]), 1, "{code}");
    }
    assert_eq!(log.says("socket event without a connection"), 1);
}

/// A message that brings a token which proves nothing.
fn create_with_a_token() -> Value {
    json!(json!({ "action": "createSession", "sourceLanguage": "en", "token": "hush.hush.hush" }).to_string())
}

#[tokio::test]
async fn what_no_source_of_events_sends_is_an_error_that_says_so() {
    let (tables, services) = (Tables::create(), Services::start().await);
    let lambda = Lambda::start(&tables, &services, &LOUD).await;
    for event in [
        json!({ "some": SECRET, "thing": 7 }),
        json!([]),
        json!("sweep"),
        json!({ "Records": [] }),
        json!({ "Records": [{ "eventSource": "aws:s3", "s3": { "object": { "key": SECRET } } }] }),
        json!({ "source": "aws.ec2", "detail": { "secret": SECRET } }),
        json!({ "requestContext": { "http": { "method": "GET" } }, "rawPath": SECRET }),
    ] {
        let failed = lambda.try_invoke(event.clone()).await.unwrap_err();
        assert_eq!(failed["errorType"], "UnknownEvent", "{event}");
    }
    for payload in ["", SECRET, "{\"some\":", "\u{feff}{}", "[1,]"] {
        lambda.try_invoke_with(payload.to_owned()).await.unwrap_err();
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    lambda.try_invoke_with(deep).await.unwrap_err();
    assert_eq!(lambda.invoke(json!({})).await, json!({ "pong": true }), "the next one is answered");

    let log = lambda.end();
    assert_eq!(log.says("unknown event"), 7);
    let line = log.line("unknown event");
    assert_eq!((&line["members"], &line["level"]), (&json!("some,thing"), &json!("ERROR")));
    assert!(line["span"]["requestId"].is_string(), "the line belongs to its invocation: {line}");
}

/// What becomes of a session.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    /// It is not there.
    Gone,
    /// It has lasted since the row says it began, years ago.
    Old,
    /// Nobody knows when it began: it has lasted no time.
    Ageless,
}

/// What may be odd about the row of a session.
fn oddities() -> Vec<(Fate, Value)> {
    let state = |state: Value| json!({ "broadcastState": state });
    vec![
        (Fate::Gone, json!({ "status": { "S": "ended" } })),
        (Fate::Gone, json!({ "status": null })),
        (Fate::Gone, json!({ "isActive": { "BOOL": false } })),
        (Fate::Gone, json!({ "isActive": { "S": "true" } })),
        (Fate::Gone, json!({ "expiresAt": { "N": "1699500001" } })),
        (Fate::Old, json!({})),
        (Fate::Old, state(json!({ "NULL": true }))),
        (Fate::Old, state(json!({ "L": [{ "BOOL": true }] }))),
        (Fate::Old, state(json!({ "B": "aHVzaA==" }))),
        (Fate::Old, state(json!({ "S": SECRET }))),
        (Fate::Old, state(json!({ "M": { "volume": { "S": SECRET }, "isPaused": { "N": "7" } } }))),
        (Fate::Old, json!({ "createdAt": { "N": "1699500000" } })),
        (Fate::Old, json!({ "createdAt": { "S": "1699500000000" } })),
        (Fate::Old, json!({ "expiresAt": null })),
        (Fate::Old, json!({ "expiresAt": { "S": "never" } })),
        (Fate::Old, json!({ "sourceLanguage": { "N": "7" }, "speakerUserId": { "L": [] } })),
        (Fate::Ageless, json!({ "createdAt": null })),
        (Fate::Ageless, json!({ "createdAt": { "N": "4102444799000" } })),
        (Fate::Ageless, json!({ "createdAt": { "S": "2023-11-09T03:20:00Z" } })),
    ]
}

#[tokio::test]
async fn an_odd_session_is_read_as_it_is_and_costs_nobody_but_itself() {
    /// Two years.
    const LONG: u64 = 63_072_000;
    let (tables, services) = (Tables::create(), Services::start().await);
    let speaker = |at: usize| format!("hush-{at}=");
    let oddities = oddities();
    for (at, (_, oddity)) in oddities.iter().enumerate() {
        let name = format!("odd-session-{}", 100 + at);
        tables.put("Sessions", &with(session(&name, &speaker(at)), oddity.clone()));
        tables.put("Connections", &connection(&speaker(at), &name, None));
        tables.put("Connections", &connection(&format!("hush-listener-{at}="), &name, Some("es")));
    }
    tables.put("Sessions", &session("No Session", "hush-nowhere="));
    tables.put("Connections", &connection("hush-missing=", "missing-session-100", None));
    let lambda = Lambda::start(&tables, &services, &ATTACHED).await;

    let live = oddities.iter().filter(|(fate, _)| *fate != Fate::Gone).count();
    let report = lambda.invoke(json!({ "source": "aws.events", "detail": {} })).await;
    assert_eq!((&report["updatesSent"], &report["updatesFailed"]), (&json!(live), &json!(0)), "{report}");
    assert_eq!(services.posted().len(), live);

    for (at, (fate, oddity)) in oddities.iter().enumerate() {
        let answer = lambda.say(&speaker(at), json!({ "action": "getSessionStatus" })).await;
        if *fate == Fate::Gone {
            assert_eq!(answer["code"], "SESSION_NOT_FOUND", "{oddity}");
            continue;
        }
        let lasted = answer["sessionDuration"].as_u64().unwrap();
        assert!(if *fate == Fate::Old { lasted > LONG } else { lasted == 0 }, "{lasted} s for {oddity}");
        let state = &answer["broadcastState"];
        assert_eq!((&state["isActive"], &state["isPaused"]), (&json!(true), &json!(false)), "{oddity}");
        assert_eq!((&state["volume"], &state["isMuted"]), (&json!(1.0), &json!(false)), "{oddity}");
        assert_eq!(answer["languageDistribution"], json!({ "es": 1 }), "{oddity}");
    }
    let missing = lambda.say("hush-missing=", json!({ "action": "getSessionStatus" })).await;
    assert_eq!(missing["code"], "SESSION_NOT_FOUND");
    let log = lambda.end();
    assert_eq!(log.line("sessions that cannot be read were left out")["malformed"], 2);
}

#[tokio::test]
async fn odd_connections_are_nobody_and_odd_languages_are_counted() {
    let (tables, services) = (Tables::create(), Services::start().await);
    let name = "golden-eagle-427";
    tables.put("Sessions", &session(name, "hush-speaker="));
    tables.put("Connections", &connection("hush-speaker=", name, None));
    let asking = [
        ("CONNECTION_NOT_FOUND", json!({ "role": null })),
        ("CONNECTION_NOT_FOUND", json!({ "role": { "N": "7" } })),
        ("CONNECTION_NOT_FOUND", json!({ "role": { "S": "admin" } })),
        ("CONNECTION_NOT_FOUND", json!({ "sessionId": null })),
        ("CONNECTION_NOT_FOUND", json!({ "sessionId": { "S": "Two Words" } })),
        ("SESSION_NOT_FOUND", json!({ "sessionId": { "S": "silver-falcon-428" } })),
        ("UNAUTHORIZED_ACTION", json!({})),
        ("UNAUTHORIZED_ACTION", json!({ "role": { "S": "listener" } })),
    ];
    for (at, (_, oddity)) in asking.iter().enumerate() {
        let row = connection(&format!("hush-{at}="), name, None);
        tables.put("Connections", &with(row, oddity.clone()));
    }
    let heard = ["es", "ES", " eS ", "pt-br", "PT_BR", "zh-hant-tw", "not a language", "unknown"];
    for (at, language) in heard.into_iter().enumerate() {
        tables.put("Connections", &connection(&format!("hush-listener-{at}="), name, Some(language)));
    }
    let timeless = json!({ "connectedAt": { "S": "lately" }, "ttl": null });
    tables.put("Connections", &with(connection("hush-timeless=", name, Some("fr")), timeless));
    let lambda = Lambda::start(&tables, &services, &ATTACHED).await;
    for (at, (code, oddity)) in asking.iter().enumerate() {
        let answer = lambda.say(&format!("hush-{at}="), json!({ "action": "getSessionStatus" })).await;
        assert_eq!(answer["code"], *code, "{oddity}");
    }
    let answer = lambda.say("hush-speaker=", json!({ "action": "getSessionStatus" })).await;
    let counted = json!({ "es": 3, "fr": 1, "pt-BR": 2, "zh-Hant-TW": 1, "unknown": 2 });
    assert_eq!((&answer["languageDistribution"], &answer["listenerCount"]), (&counted, &json!(9)));
}
