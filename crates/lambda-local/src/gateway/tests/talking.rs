//! Messages in, answers and posts out.

use super::stage::{Stage, hear, hear_close, hear_json};
use crate::function::InvokeError;
use crate::gateway::ConnectionLimits;
use futures_util::SinkExt;
use headcount_core::ConnectionId;
use headcount_core::ports::Delivery;
use headcount_server::management::ManagedConnections;
use serde_json::{Value, json};
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;

fn connection(event: &Value) -> ConnectionId {
    ConnectionId::parse(event["requestContext"]["connectionId"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn messages_go_by_their_route_and_answers_come_back() {
    let mut stage = Stage::echoing().await;
    let mut client = stage.connect().await;
    let connected = stage.event().await;
    for (text, route) in [(r#"{"action":"getSessionStatus"}"#, "getSessionStatus"), ("hello", "$default")] {
        client.send(text.into()).await.unwrap();
        let event = stage.event().await;
        let context = &event["requestContext"];
        assert_eq!((&context["eventType"], &context["routeKey"]), (&json!("MESSAGE"), &json!(route)));
        assert_eq!(context["connectedAt"], connected["requestContext"]["connectedAt"]);
        assert_eq!(connection(&event), connection(&connected));
        assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!(text), &json!(false)));
        assert!(event.get("headers").is_none());
        assert_eq!(hear_json(&mut client).await, json!({ "echo": text }));
    }
    client.send(Message::Binary(vec![1, 2].into())).await.unwrap();
    let event = stage.event().await;
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("AQI="), &json!(true)));
}

#[tokio::test]
async fn a_function_that_fails_is_answered_for_and_the_connection_lives_on() {
    let mut calls = 0;
    let stage = Stage::open(ConnectionLimits::default(), move |_| {
        calls += 1;
        match calls {
            2 => Err(InvokeError::Throttled),
            3 => Ok(json!({ "no": "answer" })),
            _ => Ok(json!({ "statusCode": 200, "body": "fine" })),
        }
    });
    let mut stage = stage.await;
    let mut client = stage.connect().await;
    stage.event().await;
    for _ in 0..2 {
        client.send("x".into()).await.unwrap();
        let context = &stage.event().await["requestContext"];
        let expected = json!({
            "message": "Internal server error",
            "connectionId": context["connectionId"], "requestId": context["requestId"],
        });
        assert_eq!(hear_json(&mut client).await, expected);
    }
    client.send("x".into()).await.unwrap();
    assert_eq!(hear(&mut client).await, Message::text("fine"));
}

#[tokio::test]
async fn the_management_api_posts_looks_and_closes() {
    let mut stage = Stage::echoing().await;
    let mut client = stage.connect().await;
    let id = connection(&stage.event().await);
    assert_eq!(stage.connections.post(&id, "hello".to_owned()), Delivery::Delivered);
    assert_eq!(hear(&mut client).await, Message::text("hello"));
    assert!(stage.connections.facts(&id).unwrap().source_ip.is_loopback());
    assert_eq!(stage.connections.post(&id, "bye".to_owned()), Delivery::Delivered);
    assert!(stage.connections.close(&id));
    assert_eq!(stage.connections.post(&id, "too late".to_owned()), Delivery::Gone);
    assert!(!stage.connections.close(&id));
    assert_eq!(hear(&mut client).await, Message::text("bye"));
    assert_eq!(hear_close(&mut client).await, 1_000);
    assert_eq!(stage.event().await["requestContext"]["disconnectStatusCode"], 1_000);
}

/// Sockets have room for some of it; what is posted beyond that and the mailbox, to a client that reads nothing, costs
/// it the connection.
#[tokio::test]
async fn who_does_not_read_is_dropped() {
    let mut stage = Stage::echoing().await;
    let _client = stage.connect().await;
    let id = connection(&stage.event().await);
    let text = "x".repeat(100_000);
    let mut posted = 0;
    while stage.connections.post(&id, text.clone()) == Delivery::Delivered {
        posted += 1;
        assert!(posted < 10_000, "it has room for everything");
        tokio::task::yield_now().await;
    }
    assert!(stage.connections.facts(&id).is_none());
}

#[tokio::test]
async fn what_is_too_long_closes_the_connection() {
    let limits = ConnectionLimits { max_frame: 100, max_message: 150, ..ConnectionLimits::default() };
    let mut stage = Stage::open(limits, |_| Ok(json!({ "statusCode": 200 }))).await;
    let mut client = stage.connect().await;
    stage.event().await;
    client.send("x".repeat(101).into()).await.unwrap();
    assert_eq!(hear_close(&mut client).await, 1_009);
    assert_eq!(stage.event().await["requestContext"]["disconnectStatusCode"], 1_009);
}

#[tokio::test]
async fn the_idle_are_closed() {
    let limits = ConnectionLimits { idle: Duration::from_millis(50), ..ConnectionLimits::default() };
    let mut stage = Stage::open(limits, |_| Ok(json!({ "statusCode": 200 }))).await;
    let mut client = stage.connect().await;
    stage.event().await;
    assert_eq!(hear_close(&mut client).await, 1_001);
    assert_eq!(stage.event().await["requestContext"]["disconnectStatusCode"], 1_001);
}
