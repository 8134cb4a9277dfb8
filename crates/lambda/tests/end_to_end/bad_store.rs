//! DynamoDB that refuses, throttles, breaks, is late, says nothing or is not there.

use crate::dynamo::{Dynamo, Fault};
use crate::lambda::Lambda;
use crate::rows::{connection, session};
use crate::services::Services;
use crate::tables::Tables;
use serde_json::{Value, json};
use tokio::net::TcpListener;

const KNOWN: &str = "hush-known=";
const NEW: &str = "hush-new=";

/// Two sessions with a listener each, and their speakers.
fn fill(tables: &Tables) {
    for (name, speaker) in [("golden-eagle-427", KNOWN), ("silver-falcon-428", NEW)] {
        tables.put("Sessions", &session(name, speaker));
        tables.put("Connections", &connection(speaker, name, None));
        tables.put("Connections", &connection(&format!("hush-{name}="), name, Some("es")));
    }
}

async fn start(tables: &Tables, services: &Services, settings: &[(&str, &str)]) -> Lambda {
    let attached = [("TABLE_WRITERS", "others"), ("SESSIONS_SCAN_FALLBACK", "true")];
    Lambda::start(tables, services, &[&attached, settings].concat()).await
}

async fn ask(lambda: &Lambda, speaker: &str) -> Value {
    lambda.say(speaker, json!({ "action": "getSessionStatus" })).await
}

/// An answer of the tables themselves, asked for more than once where this machine is slow.
async fn ask_until_exact(lambda: &Lambda, speaker: &str) -> Value {
    for _ in 0..20 {
        let status = ask(lambda, speaker).await;
        if status["type"] == "sessionStatus" && status.get("exact").is_none() {
            return status;
        }
    }
    panic!("there is no exact answer");
}

fn assert_unavailable(answer: &Value) {
    assert_eq!((&answer["type"], &answer["code"]), (&json!("error"), &json!("STATUS_UNAVAILABLE")));
    assert_eq!(answer["details"]["retryAfter"], 1);
}

/// Whoever was answered lately is told that again and that it is not exact; whoever was not is told that there is none.
async fn assert_answered_without_the_store(lambda: &Lambda, last: &Value) {
    let status = ask(lambda, KNOWN).await;
    assert_eq!((&status["exact"], &status["listenerCount"]), (&json!(false), &last["listenerCount"]));
    assert_eq!(status["timestamp"], last["timestamp"], "it is of the time of its counts");
    assert_unavailable(&ask(lambda, NEW).await);
}

#[tokio::test]
async fn a_question_is_answered_whatever_the_store_does_and_the_next_one_is_exact() {
    let (tables, services, dynamo) = (Tables::create(), Services::start().await, Dynamo::start().await);
    fill(&tables);
    let lambda = start(&tables, &services, &[dynamo.setting()]).await;
    let faults = [
        Fault::Refuses("ProvisionedThroughputExceededException"),
        Fault::Refuses("ThrottlingException"),
        Fault::Refuses("AccessDeniedException"),
        Fault::Refuses("ResourceNotFoundException"),
        Fault::Breaks,
        Fault::Silent,
    ];
    for fault in faults {
        let last = ask(&lambda, KNOWN).await;
        assert_eq!((last.get("exact"), &last["listenerCount"]), (None, &json!(1)), "before {fault:?}");
        dynamo.fails("", fault);
        assert_answered_without_the_store(&lambda, &last).await;
        let failed = lambda.try_invoke(json!({ "source": "aws.events" })).await.unwrap_err();
        assert_eq!(failed["errorType"], "Sweep", "{fault:?}");
        dynamo.heals();
    }
    assert_eq!(ask(&lambda, NEW).await["listenerCount"], 1);

    let log = lambda.end();
    let times = faults.len() as u64;
    assert_eq!(log.counted("ConnectionErrors", &[("ErrorCode", "STATUS_UNAVAILABLE")]), times);
    assert_eq!(log.counted("StatusQueriesReceived", &[]), 2 * times + 1);
    assert_eq!(log.says("store failed"), 2 * faults.len());
}

#[tokio::test]
async fn a_store_or_queue_that_is_late_does_not_make_the_answer_late() {
    let (tables, services, dynamo) = (Tables::create(), Services::start().await, Dynamo::start().await);
    fill(&tables);
    // Shorter than the time that the store itself is given.
    let settings = [dynamo.setting(), ("STATUS_QUERY_TIMEOUT_MS", "1500")];
    let lambda = start(&tables, &services, &settings).await;
    let last = ask_until_exact(&lambda, KNOWN).await;
    dynamo.fails("", Fault::Late);
    assert_answered_without_the_store(&lambda, &last).await;
    dynamo.heals();
    services.silence_queue();
    assert_eq!(ask_until_exact(&lambda, NEW).await["listenerCount"], 1, "it waits for no wake-up");
    assert!(lambda.end().says("the store is slow") >= 2);
}

#[tokio::test]
async fn sessions_that_the_store_fails_cost_the_sweep_nobody_else() {
    let (tables, services, dynamo) = (Tables::create(), Services::start().await, Dynamo::start().await);
    let faults = [
        ("silent-session-100", Fault::Silent),
        ("throttled-session-101", Fault::Refuses("ProvisionedThroughputExceededException")),
        ("denied-session-102", Fault::Refuses("AccessDeniedException")),
    ];
    for (name, fault) in faults {
        tables.put("Sessions", &session(name, &format!("hush-{name}=")));
        dynamo.fails(name, fault);
    }
    fill(&tables);
    let lambda = start(&tables, &services, &[dynamo.setting()]).await;
    let sweep = json!({ "source": "aws.events", "detail": {} });
    let report = lambda.invoke(sweep.clone()).await;
    assert_eq!((&report["updatesSent"], &report["updatesFailed"]), (&json!(2), &json!(3)), "{report}");
    let mut told: Vec<_> = services.posted().into_iter().map(|(to, _)| to).collect();
    told.sort();
    assert_eq!(told, [KNOWN, NEW]);
    dynamo.heals();
    let report = lambda.invoke(sweep).await;
    assert_eq!((&report["updatesSent"], &report["updatesFailed"]), (&json!(3), &json!(0)), "{report}");
    assert_eq!(lambda.end().counted("StatusUpdatesFailed", &[("reason", "store")]), 3);
}

#[tokio::test]
async fn a_store_that_is_not_there_is_unavailable() {
    let (tables, services) = (Tables::create(), Services::start().await);
    let nobody = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let lambda = start(&tables, &services, &[("AWS_ENDPOINT_URL_DYNAMODB", &url)]).await;
    assert_unavailable(&ask(&lambda, NEW).await);
    let gone = json!({ "eventType": "DISCONNECT", "connectionId": NEW });
    assert_eq!(lambda.invoke(json!({ "requestContext": gone })).await, json!({ "statusCode": 200 }));
    lambda.try_invoke(json!({ "source": "aws.events" })).await.unwrap_err();
    assert_eq!(lambda.invoke(json!({})).await, json!({ "pong": true }));
}
