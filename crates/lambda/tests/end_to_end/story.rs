//! A broadcast from its beginning to its end, and what goes wrong on the way.

use crate::lambda::Lambda;
use crate::services::Services;
use crate::tables::Tables;
use serde_json::{Value, json};

fn connect(connection: &str, query: &[(&str, &str)]) -> Value {
    let query: serde_json::Map<String, Value> =
        query.iter().map(|(name, value)| ((*name).to_owned(), json!([value]))).collect();
    json!({
        "requestContext": { "eventType": "CONNECT", "connectionId": connection },
        "multiValueQueryStringParameters": query,
    })
}

fn kinds(posted: &[(String, Value)]) -> Vec<(&str, &str)> {
    let mut kinds: Vec<_> =
        posted.iter().map(|(to, message)| (to.as_str(), message["type"].as_str().unwrap())).collect();
    kinds.sort_unstable();
    kinds
}

#[tokio::test]
async fn a_broadcast_from_its_beginning_to_its_end() {
    let (tables, services) = (Tables::create(), Services::start().await);
    let lambda = Lambda::start(&tables, &services, &[("HEADCOUNT_SPEAKER_AUTH", "none")]).await;

    let created = lambda.say("S=", json!({ "action": "createSession", "sourceLanguage": "en" })).await;
    assert_eq!(created["type"], "sessionCreated", "{created}");
    let session = created["sessionId"].as_str().unwrap();

    let query = [("sessionId", session), ("targetLanguage", "es")];
    assert_eq!(lambda.invoke(connect("A=", &query)).await, json!({ "statusCode": 200 }));
    let told = services.posted();
    assert_eq!(kinds(&told), [("S=", "sessionStatus")]);
    assert_eq!(told[0].1["updateReason"], "newLanguage");
    let worked = lambda.invoke(services.queue_event()).await;
    assert_eq!(worked, json!({ "batchItemFailures": [] }));
    assert!(kinds(&services.posted()).contains(&("A=", "sessionJoined")));

    let status = lambda.say("S=", json!({ "action": "getSessionStatus" })).await;
    assert_eq!((&status["listenerCount"], &status["languageDistribution"]), (&json!(1), &json!({ "es": 1 })));
    let refused = lambda.say("A=", json!({ "action": "getSessionStatus" })).await;
    assert_eq!(refused["code"], "UNAUTHORIZED_ACTION");

    let paused = lambda.say("S=", json!({ "action": "pauseBroadcast" })).await;
    assert_eq!((&paused["type"], &paused["listenersNotified"]), (&json!("broadcastPaused"), &json!(1)));
    assert_eq!(kinds(&services.posted()), [("A=", "broadcastPaused")]);

    let report = lambda.invoke(json!({ "source": "aws.events", "detail": {} })).await;
    assert_eq!((&report["updatesSent"], &report["updatesFailed"]), (&json!(0), &json!(0)), "{report}");

    let row = json!({
        "connectionId": { "S": "A=" }, "sessionId": { "S": session }, "role": { "S": "listener" },
        "targetLanguage": { "S": "es" },
    });
    let change = json!({ "SequenceNumber": "1", "NewImage": row });
    let batch = json!({ "Records": [{ "eventSource": "aws:dynamodb", "dynamodb": change }] });
    assert_eq!(lambda.invoke(batch).await, json!({ "batchItemFailures": [] }));
    assert_eq!(services.posted(), [], "the speaker knows it already");

    let unknown = lambda.try_invoke(json!({ "some": "thing" })).await.unwrap_err();
    assert_eq!(unknown["errorType"], "UnknownEvent");
    assert_eq!(lambda.invoke(json!({})).await, json!({ "pong": true }), "the next one is answered");

    assert_eq!(lambda.say("S=", json!({ "action": "endSession" })).await, Value::Null);
    assert_eq!(kinds(&services.posted()), [("A=", "sessionEnded"), ("S=", "sessionEnded")]);
    let mut closed = services.closed();
    closed.sort();
    assert_eq!(closed, ["A=", "S="]);
    let after = lambda.say("S=", json!({ "action": "getSessionStatus" })).await;
    assert_eq!(after["type"], "error");
}
