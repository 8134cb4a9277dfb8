//! How connections end, and what the function is told of it.

use super::stage::{Stage, hear_close};
use crate::gateway::ConnectionLimits;
use futures_util::SinkExt;
use serde_json::{Value, json};
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// The code and the reason of the `$disconnect` that follows.
async fn disconnected(stage: &mut Stage) -> (u64, String) {
    let event = stage.event().await;
    let context = &event["requestContext"];
    assert_eq!((&context["eventType"], &context["routeKey"]), (&json!("DISCONNECT"), &json!("$disconnect")));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (context["disconnectStatusCode"].as_u64().unwrap(), text(&context["disconnectReason"]))
}

#[tokio::test]
async fn a_close_frame_says_why() {
    let mut stage = Stage::echoing().await;
    let mut client = stage.connect().await;
    stage.event().await;
    let frame = CloseFrame { code: 4_000.into(), reason: "enough".into() };
    client.send(Message::Close(Some(frame))).await.unwrap();
    assert_eq!(disconnected(&mut stage).await, (4_000, "enough".to_owned()));
    assert_eq!(hear_close(&mut client).await, 4_000);
}

#[tokio::test]
async fn a_close_frame_may_say_nothing() {
    let mut stage = Stage::echoing().await;
    let mut client = stage.connect().await;
    stage.event().await;
    client.send(Message::Close(None)).await.unwrap();
    assert_eq!(disconnected(&mut stage).await.0, 1_005);
}

#[tokio::test]
async fn who_goes_without_a_word_is_lost() {
    let mut stage = Stage::echoing().await;
    let client = stage.connect().await;
    stage.event().await;
    drop(client);
    assert_eq!(disconnected(&mut stage).await.0, 1_006);
}

#[tokio::test]
async fn nobody_stays_for_ever() {
    let limits = ConnectionLimits { life: Duration::from_millis(50), ..ConnectionLimits::default() };
    let mut stage = Stage::open(limits, |_| Ok(json!({ "statusCode": 200, "body": "x" }))).await;
    let mut client = stage.connect().await;
    stage.event().await;
    assert_eq!(hear_close(&mut client).await, 1_001);
    assert_eq!(disconnected(&mut stage).await.0, 1_001);
}

#[tokio::test]
async fn when_the_stack_stops_clients_are_told_and_the_function_is_not() {
    let mut stage = Stage::echoing().await;
    let mut client = stage.connect().await;
    stage.event().await;
    stage.gateway.stopping.cancel();
    assert_eq!(hear_close(&mut client).await, 1_001);
    drop(client);
    stage.gateway.tasks.close();
    stage.gateway.tasks.wait().await;
    assert!(stage.has_no_event());
}
