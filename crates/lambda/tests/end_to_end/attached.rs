//! Attached to a stack that there is: its tables are read as they are, in both dialects, and nothing of it is written.

use crate::lambda::Lambda;
use crate::rows::{connection, session, with};
use crate::services::Services;
use crate::tables::Tables;
use serde_json::{Value, json};

const SETTINGS: [(&str, &str); 3] =
    [("TABLE_WRITERS", "others"), ("SESSIONS_SCAN_FALLBACK", "true"), ("REPLY_MODE", "post")];

fn question(connection: &str) -> Value {
    json!({
        "requestContext": { "routeKey": "getSessionStatus", "eventType": "MESSAGE", "connectionId": connection },
        "body": r#"{"action":"getSessionStatus"}"#,
    })
}

#[tokio::test]
async fn a_stack_that_there_is_gets_answers_and_updates() {
    let (tables, services) = (Tables::create(), Services::start().await);
    let dialects = [
        ("golden-eagle-427", "S1=", json!({ "status": null, "isActive": { "BOOL": true } })),
        ("silver-falcon-428", "S2=", json!({})),
    ];
    for (name, speaker, active) in dialects {
        tables.put("Sessions", &with(session(name, speaker), active));
        tables.put("Connections", &connection(speaker, name, None));
        for (at, language) in ["es", "es", "fr"].into_iter().enumerate() {
            tables.put("Connections", &connection(&format!("{speaker}{at}"), name, Some(language)));
        }
    }
    tables.put("Sessions", &with(session("broken-arrow-429", "S3="), json!({ "isActive": { "S": "yes" } })));
    let lambda = Lambda::start(&tables, &services, &SETTINGS).await;

    for speaker in ["S1=", "S2="] {
        assert_eq!(lambda.invoke(question(speaker)).await, json!({ "statusCode": 200 }));
        let posted = services.posted();
        assert_eq!(posted.len(), 1);
        let (to, status) = &posted[0];
        assert_eq!((to.as_str(), status["type"].as_str()), (speaker, Some("sessionStatus")), "{status}");
        assert_eq!(status["languageDistribution"], json!({ "es": 2, "fr": 1 }));
    }
    lambda.invoke(question("S3=")).await;
    assert_eq!(services.posted()[0].1["type"], "error");

    // All have just been told, so there is nothing more to say.
    let report = lambda.invoke(json!({ "source": "aws.events", "detail": {} })).await;
    assert_eq!((&report["updatesSent"], &report["updatesFailed"]), (&json!(0), &json!(0)), "{report}");

    tables.put("Connections", &connection("S1=9", "golden-eagle-427", Some("de")));
    let image = connection("S1=9", "golden-eagle-427", Some("de"));
    let change = json!({ "SequenceNumber": "1", "NewImage": image });
    let batch = json!({ "Records": [{ "eventSource": "aws:dynamodb", "dynamodb": change }] });
    assert_eq!(lambda.invoke(batch).await, json!({ "batchItemFailures": [] }));
    let posted = services.posted();
    assert_eq!(posted.len(), 1, "{posted:?}");
    assert_eq!((posted[0].0.as_str(), posted[0].1["updateReason"].as_str()), ("S1=", Some("newLanguage")));
}

#[tokio::test]
async fn a_speaker_who_is_gone_is_cleared_and_nothing_else_of_the_stack_is_touched() {
    let (tables, services) = (Tables::create(), Services::start().await);
    let name = "golden-eagle-427";
    let before = session(name, "S=");
    tables.put("Sessions", &before);
    tables.put("Connections", &connection("S=", name, None));
    tables.put("Connections", &connection("A=", name, Some("es")));
    let lambda = Lambda::start(&tables, &services, &SETTINGS).await;
    services.lose("S=");
    let report = lambda.invoke(json!({ "source": "aws.events", "detail": {} })).await;
    assert_eq!((&report["updatesSent"], &report["updatesFailed"]), (&json!(0), &json!(1)), "{report}");
    let mut expected = before;
    expected.as_object_mut().unwrap().remove("speakerConnectionId");
    let after = tables.get("Sessions", &json!({ "sessionId": { "S": name } }));
    let numbers = |item: &Value| item["createdAt"]["N"].as_str().unwrap().parse::<f64>().unwrap();
    assert!((numbers(&after["Item"]) - numbers(&expected)).abs() < 1.0);
    for member in ["sessionId", "status", "sourceLanguage", "speakerConnectionId"] {
        assert_eq!(after["Item"][member], expected[member], "{member}");
    }
    let report = lambda.invoke(json!({ "source": "aws.events", "detail": {} })).await;
    assert_eq!(
        (&report["updatesSent"], &report["updatesFailed"]),
        (&json!(0), &json!(0)),
        "nobody is told now"
    );
}
