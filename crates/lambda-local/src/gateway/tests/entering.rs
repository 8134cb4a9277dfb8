//! Who comes in, and what the function is told of it.

use super::stage::Stage;
use crate::function::InvokeError;
use crate::gateway::ConnectionLimits;
use headcount_core::ConnectionId;
use headcount_server::management::ManagedConnections;
use serde_json::json;
use std::sync::{Arc, Mutex};

#[tokio::test]
async fn the_function_is_told_who_connects() {
    let mut stage = Stage::echoing().await;
    let query = "prod?sessionId=golden-eagle-427&targetLanguage=es&targetLanguage=fr%20x";
    let connected = stage.try_connect(query, Some("headcount.v1, other")).await;
    assert!(connected.is_err(), "the function has chosen no subprotocol, and the client wanted one");
    let event = stage.event().await;
    let context = &event["requestContext"];
    assert_eq!((&context["eventType"], &context["routeKey"]), (&json!("CONNECT"), &json!("$connect")));
    assert_eq!(
        (&context["stage"], &context["domainName"]),
        (&json!("prod"), &json!(stage.address.to_string()))
    );
    assert_eq!(context["identity"]["sourceIp"], "127.0.0.1");
    assert_eq!(context["connectionId"].as_str().map(str::len), Some(16));
    assert!(context["connectedAt"].as_u64() > Some(1_700_000_000_000));
    assert_eq!(
        event["queryStringParameters"],
        json!({ "sessionId": "golden-eagle-427", "targetLanguage": "fr x" })
    );
    assert_eq!(event["multiValueQueryStringParameters"]["targetLanguage"], json!(["es", "fr x"]));
    assert_eq!(event["headers"]["sec-websocket-protocol"], "headcount.v1, other");
    assert_eq!(event["multiValueHeaders"]["host"], json!([stage.address.to_string()]));
}

#[tokio::test]
async fn without_a_query_the_event_has_none() {
    let mut stage = Stage::echoing().await;
    let (_client, response) = stage.try_connect("prod", None).await.unwrap();
    assert!(!response.headers().contains_key("sec-websocket-protocol"));
    assert!(stage.event().await.get("queryStringParameters").is_none());
}

#[tokio::test]
async fn the_subprotocol_is_the_one_that_the_function_returns() {
    let answer = json!({ "statusCode": 200, "headers": { "Sec-WebSocket-Protocol": "headcount.v1" } });
    let stage = Stage::open(ConnectionLimits::default(), move |_| Ok(answer.clone())).await;
    let (_client, response) = stage.try_connect("prod", Some("headcount.v1")).await.unwrap();
    assert_eq!(response.headers()["sec-websocket-protocol"], "headcount.v1");
}

#[tokio::test]
async fn a_status_from_300_refuses_and_nobody_is_told_that_a_client_went() {
    let mut stage =
        Stage::open(ConnectionLimits::default(), |_| Ok(json!({ "statusCode": 404, "body": "x" }))).await;
    let (status, body) = stage.refusal("prod").await;
    assert_eq!((status, body["message"].as_str()), (404, Some("Not Found")));
    let asked = stage.event().await;
    assert_eq!(body["connectionId"], asked["requestContext"]["connectionId"]);
    assert_eq!(body["requestId"], asked["requestContext"]["requestId"]);
    stage.refusal("prod").await;
    assert_eq!(stage.event().await["requestContext"]["eventType"], "CONNECT");
}

#[tokio::test]
async fn a_function_that_fails_lets_nobody_in() {
    for answer in [Err(InvokeError::Throttled), Ok(json!(null)), Ok(json!({ "statusCode": 7 }))] {
        let stage = Stage::open(ConnectionLimits::default(), move |_| answer.clone()).await;
        let (status, body) = stage.refusal("prod").await;
        assert_eq!((status, body["message"].as_str()), (502, Some("Internal server error")));
    }
}

#[tokio::test]
async fn other_paths_and_other_requests_are_turned_away() {
    let stage = Stage::echoing().await;
    for path in ["", "dev", "prod/more"] {
        assert_eq!(stage.refusal(path).await.0, 403, "{path}");
    }
    let url = format!("http://{}/prod", stage.address);
    let status = tokio::task::spawn_blocking(move || match ureq::get(&url).call() {
        Err(ureq::Error::StatusCode(status)) => status,
        other => panic!("not refused: {other:?}"),
    });
    assert_eq!(status.await.unwrap(), 426);
}

#[tokio::test]
async fn there_are_no_more_connections_than_may_be() {
    let limits = ConnectionLimits { connections: 1, ..ConnectionLimits::default() };
    let stage = Stage::open(limits, |_| Ok(json!({ "statusCode": 200 }))).await;
    let _first = stage.connect().await;
    assert_eq!(stage.refusal("prod").await.0, 429);
}

/// On AWS, what a function posts while it handles the `$connect` of the same connection finds nobody.
#[tokio::test]
async fn a_connection_is_gone_until_the_function_has_let_it_in() {
    let found = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&found);
    let connections = Arc::new(Mutex::new(None::<crate::gateway::Connections>));
    let during = Arc::clone(&connections);
    let stage = Stage::open(ConnectionLimits::default(), move |event| {
        let id = ConnectionId::parse(event["requestContext"]["connectionId"].as_str().unwrap()).unwrap();
        if let Some(connections) = &*during.lock().unwrap() {
            seen.lock().unwrap().push(connections.facts(&id).is_some());
        }
        Ok(json!({ "statusCode": 200 }))
    });
    let stage = stage.await;
    *connections.lock().unwrap() = Some(stage.connections.clone());
    let mut client = stage.connect().await;
    futures_util::SinkExt::send(&mut client, "x".into()).await.unwrap();
    let mut stage = stage;
    stage.event().await;
    stage.event().await;
    assert_eq!(*found.lock().unwrap(), [false, true]);
}
