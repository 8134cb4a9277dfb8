//! Webhooks of a whole server: what a receiver hears of a session, and what the metrics say of it.

use crate::support::TestServer;
use axum::Router;
use axum::routing::post;
use headcount_server::Config;
use headcount_server::webhooks::{Permits, Settings, SigningSecret, Target, Topic, trust};
use serde_json::Value;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

const PATIENCE: Duration = Duration::from_secs(20);

/// One target at `url`, wherever that is.
pub(crate) fn to(url: &str) -> Settings {
    let permits = Permits { http: true, private: true };
    let secret = SigningSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    let target = Target::new(None, url, vec![secret], Topic::ALL.into(), permits).unwrap();
    Settings::new(vec![target], permits, trust(None).unwrap())
}

/// A receiver that takes everything, its URL and what it is sent.
async fn receiver() -> (String, mpsc::UnboundedReceiver<Value>) {
    let (sender, came) = mpsc::unbounded_channel();
    let take = move |body: String| {
        let sender = sender.clone();
        async move { drop(sender.send(serde_json::from_str(&body).unwrap())) }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/hook", post(take))).await });
    (url, came)
}

async fn next(came: &mut mpsc::UnboundedReceiver<Value>, kind: &str) -> Value {
    loop {
        let event = tokio::time::timeout(PATIENCE, came.recv()).await.unwrap().unwrap();
        if event["type"] == kind {
            return event;
        }
    }
}

#[tokio::test]
async fn a_receiver_hears_of_a_session_what_its_speaker_does() {
    let (url, mut came) = receiver().await;
    let server = TestServer::with(|config: &mut Config| config.webhooks = Some(to(&url))).await;
    let (mut speaker, session, _) = server.speaker().await;
    assert_eq!(next(&mut came, "sessionStarted").await["sessionId"], session.as_str());
    let (_listener, _) = server.listener(&session, "es").await;
    let told = loop {
        let told = speaker.expect("sessionStatus").await;
        if told["listenerCount"] == 1 {
            break told;
        }
    };
    let event = loop {
        let event = next(&mut came, "sessionStatus").await;
        if event["data"]["listenerCount"] == 1 {
            break event;
        }
    };
    assert_eq!(event["data"], told, "byte for byte what the speaker is told, but for spaces");
    speaker.send(r#"{"action":"endSession","reason":"good night"}"#).await;
    let ended = next(&mut came, "sessionEnded").await;
    assert_eq!((&ended["data"]["listenerCount"], &ended["data"]["totalJoins"]), (&1.into(), &1.into()));
    assert!(!ended.to_string().contains("good night"), "a speaker's words are not passed on");
    assert!(ended["sequence"].as_u64() > event["sequence"].as_u64());

    let patience = Instant::now() + PATIENCE;
    loop {
        let page = server.get("/metrics", None).await.body;
        assert!(!page.contains("127.0.0.1"), "no address of a target is shown");
        let delivered = format!(
            "headcount_webhook_deliveries_total{{target=\"1\",outcome=\"delivered\"}} {}",
            ended["sequence"]
        );
        if page.contains(&delivered) && page.contains("headcount_webhook_waiting{target=\"1\"} 0") {
            break;
        }
        assert!(Instant::now() < patience, "{page}");
    }
}
