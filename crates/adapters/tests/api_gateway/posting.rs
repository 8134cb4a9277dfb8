//! One message to one connection.

use super::*;
use crate::scripted_http::nobody;
use axum::http::Method;
use headcount_adapters::aws::{ATTEMPTS, OPERATION_TIMEOUT};
use headcount_core::ports::{Delivery, Rendering, SendError};
use std::time::{Duration, Instant};

/// Sends an update to a server that follows `script`; what came of it, and what the server saw.
async fn send(
    script: impl Fn(&Seen, usize) -> Answer + Send + Sync + 'static,
) -> (Result<Delivery, SendError>, Vec<Seen>) {
    let server = ScriptedHttp::start(script).await;
    let gateway = gateway_to(&server, Listed::default()).await;
    let delivery = gateway.send(&samples::connection("L0SM9cOFvHcCIhw="), &update()).await;
    (delivery, server.seen())
}

#[tokio::test]
async fn an_update_is_posted_as_it_is_rendered_to_its_connection_and_signed() {
    let (delivery, seen) = send(|_, _| Answer::Status(200)).await;
    assert_eq!(delivery.unwrap(), Delivery::Delivered);
    let [seen] = seen.try_into().unwrap();
    assert_eq!(seen.method, Method::POST);
    assert_eq!(seen.path.replace("%40", "@"), "/prod/@connections/L0SM9cOFvHcCIhw%3D");
    assert_eq!(seen.body, JsonRendering.status(&update()));
    let signature = seen.headers["authorization"].to_str().unwrap();
    assert!(signature.starts_with("AWS4-HMAC-SHA256 "), "{signature}");
    assert!(signature.contains("/execute-api/aws4_request"), "{signature}");
}

#[tokio::test]
async fn a_slash_at_the_end_of_the_endpoint_does_no_harm() {
    let server = ScriptedHttp::start(|_, _| Answer::Status(200)).await;
    let endpoint = format!("{}/prod/", server.url);
    let (rendering, listed) = (Arc::new(JsonRendering), Arc::new(Listed::default()));
    let config = config(&server.url).await;
    let gateway = ApiGateway::new(&config, &endpoint, AudienceLimits::default(), rendering, listed);
    assert_eq!(gateway.post(&samples::connection("c"), "{}").await.unwrap(), Delivery::Delivered);
    assert_eq!(server.seen()[0].path.replace("%40", "@"), "/prod/@connections/c");
}

#[tokio::test]
async fn status_410_is_gone_whatever_else_is_said_or_not() {
    for (error, body) in [
        (Some("GoneException"), ""),
        (Some("GoneException"), "{\"message\":\"Gone\"}"),
        (Some("SomethingElse"), ""),
        (None, ""),
        (None, "{\"message\":\"Gone\"}"),
        (None, "<html>Gone"),
        (Some("GoneException"), "<html>Gone"),
    ] {
        let (delivery, seen) = send(move |_, _| Answer::Error(410, error, body)).await;
        assert_eq!(delivery.unwrap(), Delivery::Gone, "{error:?} {body}");
        assert_eq!(seen.len(), 1, "what is gone was tried again");
    }
}

#[tokio::test]
async fn what_another_attempt_cannot_help_fails_at_once() {
    for (status, error) in [
        (403, Some("ForbiddenException")),
        (403, None),
        (413, Some("PayloadTooLargeException")),
        (413, None),
        (400, None),
        (404, None),
    ] {
        let (delivery, seen) = send(move |_, _| Answer::Error(status, error, "")).await;
        let error = delivery.unwrap_err().to_string();
        assert!(error.contains(&status.to_string()), "{error}");
        assert_eq!(seen.len(), 1, "{status}");
    }
}

#[tokio::test]
async fn what_another_attempt_may_help_is_tried_again() {
    for (status, error) in [
        (429, Some("LimitExceededException")),
        (429, None),
        (500, None),
        (502, None),
        (503, None),
        (504, None),
    ] {
        let (delivery, seen) = send(move |_, before| match before {
            0 => Answer::Error(status, error, ""),
            _ => Answer::Status(200),
        })
        .await;
        assert_eq!(delivery.unwrap(), Delivery::Delivered, "{status}");
        assert_eq!(seen.len(), 2, "{status}");
        assert_eq!(seen[0].body, seen[1].body);
    }
}

#[tokio::test]
async fn attempts_and_time_have_an_end() {
    for status in [429, 503] {
        let began = Instant::now();
        let (delivery, seen) = send(move |_, _| Answer::Status(status)).await;
        assert!(delivery.is_err());
        assert!((2..=ATTEMPTS as usize).contains(&seen.len()), "{status}: {} attempts", seen.len());
        assert!(began.elapsed() < OPERATION_TIMEOUT + Duration::from_secs(1));
    }
}

#[tokio::test]
async fn an_api_that_says_nothing_is_asked_twice_and_not_waited_for() {
    let began = Instant::now();
    let (delivery, seen) = send(|_, _| Answer::Silence).await;
    let error = delivery.unwrap_err().to_string();
    assert!(error.contains("did not answer in time"), "{error}");
    assert!(began.elapsed() < OPERATION_TIMEOUT + Duration::from_secs(1));
    assert!(seen.len() >= 2, "{} attempts", seen.len());
}

#[tokio::test]
async fn an_api_that_cannot_be_reached_is_an_uncertain_end() {
    let gateway = gateway_at(&nobody().await, AudienceLimits::default(), Listed::default()).await;
    let error = gateway.send(&samples::connection("c"), &update()).await.unwrap_err().to_string();
    assert!(error.contains("the management API"), "{error}");
    assert!(!error.contains("127.0.0.1"), "{error}");
}

/// As after a thaw: the connection in the pool is dead, and nobody has said so.
#[tokio::test]
async fn a_dead_connection_in_the_pool_is_replaced_within_the_time() {
    let server = ScriptedHttp::start(|_, before| match before {
        1 => Answer::Silence,
        _ => Answer::Status(200),
    })
    .await;
    let gateway = gateway_to(&server, Listed::default()).await;
    for _ in 0..2 {
        let delivery = gateway.send(&samples::connection("c"), &update()).await;
        assert_eq!(delivery.unwrap(), Delivery::Delivered);
    }
    let [first, silent, last] = server.seen().try_into().unwrap();
    assert_eq!(first.from, silent.from, "the connection was not pooled");
    assert_ne!(silent.from, last.from, "the dead connection was used again");
}
