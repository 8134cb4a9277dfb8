//! What two instances of the function know of one client.

use crate::lambda::Lambda;
use crate::services::Services;
use crate::tables::Tables;
use serde_json::json;

#[tokio::test]
async fn two_instances_keep_one_limit_and_one_guest() {
    let (tables, services) = (Tables::create(), Services::start().await);
    let settings = [("HEADCOUNT_SPEAKER_AUTH", "none"), ("HEADCOUNT_SESSIONS_PER_HOUR", "1")];
    let one = Lambda::start(&tables, &services, &settings).await;
    let other = Lambda::start(&tables, &services, &settings).await;
    let create = json!({ "action": "createSession", "sourceLanguage": "en" });

    let connect = json!({
        "requestContext": { "eventType": "CONNECT", "connectionId": "S=" },
        "queryStringParameters": { "statusDetail": "full" },
    });
    assert_eq!(one.invoke(connect).await, json!({ "statusCode": 200 }));
    assert_eq!(other.say("S=", create.clone()).await["type"], "sessionCreated");
    let status = one.say("S=", json!({ "action": "getSessionStatus" })).await;
    assert!(status["audience"].is_object(), "the detail of its query is not lost: {status}");
    let guest = json!({ "pk": { "S": "guest#S=" }, "sk": { "S": "guest" } });
    assert!(tables.get("SessionStatus", &guest).get("Item").is_some());
    let gone = json!({ "requestContext": { "eventType": "DISCONNECT", "connectionId": "S=" } });
    other.invoke(gone).await;
    assert!(tables.get("SessionStatus", &guest).get("Item").is_none());

    let refused = one.say("T=", create).await;
    assert_eq!(refused["code"], "RATE_LIMIT_EXCEEDED");
    let retry = refused["details"]["retryAfter"].as_u64().unwrap();
    assert!((3_000..=3_600).contains(&retry), "{retry}");
    assert_eq!(one.end().counted("RateLimitsHit", &[("reason", "sessions")]), 1);
}
