//! What a link does when its server stumbles, refuses, comes back or says goodbye.

use super::*;
use crate::client::scripted::Scripted;
use headcount_protocol::Token;
use std::time::Instant;

const ENDED: &str =
    r#"{"type":"error","code":"SESSION_NOT_FOUND","message":"Session not found","timestamp":1}"#;

struct Held {
    events: mpsc::Receiver<LinkEvent>,
    outbox: mpsc::Sender<ClientMessage>,
}

fn hold(server: &Scripted) -> Held {
    let dialer = Dialer {
        endpoint: server.endpoint(),
        trust: crate::client::Trust::Public,
        bearer: Some(Token::new("secret")),
        time_limit: Duration::from_secs(5),
    };
    let link = Link::new(dialer, vec![("sessionId", "golden-eagle-427".to_owned())]).seeded(1);
    let (told, events) = mpsc::channel(8);
    let (outbox, sent) = mpsc::channel(8);
    tokio::spawn(link.run(told, sent));
    Held { events, outbox }
}

impl Held {
    async fn next(&mut self) -> LinkEvent {
        tokio::time::timeout(Duration::from_secs(10), self.events.recv()).await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn carries_messages_both_ways_and_proves_who_it_is() {
    let server = Scripted::start().await;
    let mut link = hold(&server);
    let mut visitor = server.accept().await;
    assert_eq!(visitor.query.get("sessionId").map(String::as_str), Some("golden-eagle-427"));
    assert_eq!(visitor.bearer.as_deref(), Some("secret"));
    assert!(matches!(link.next().await, LinkEvent::Open));
    visitor.say("{}").await;
    assert!(matches!(link.next().await, LinkEvent::Text(text) if text == "{}"));
    link.outbox.send(ClientMessage::Heartbeat).await.unwrap();
    assert_eq!(visitor.hear().await.as_deref(), Some(r#"{"action":"heartbeat"}"#));
}

#[tokio::test]
async fn a_broken_connection_is_told_and_made_again() {
    let server = Scripted::start().await;
    let mut link = hold(&server);
    drop(server.accept().await);
    assert!(matches!(link.next().await, LinkEvent::Open));
    let lost = Instant::now();
    let LinkEvent::Lost { retry_in, .. } = link.next().await else { panic!("not lost") };
    assert!(retry_in <= Duration::from_millis(500));
    let _again = server.accept().await;
    assert!(lost.elapsed() >= retry_in.mul_f64(0.9));
    assert!(matches!(link.next().await, LinkEvent::Open));
}

#[tokio::test]
async fn a_draining_server_is_left_and_returned_to() {
    let server = Scripted::start().await;
    let mut link = hold(&server);
    server.accept().await.close(1001, "server going away").await;
    assert!(matches!(link.next().await, LinkEvent::Open));
    assert!(matches!(link.next().await, LinkEvent::Lost { why, .. } if why.contains("going away")));
    server.accept().await;
}

#[tokio::test]
async fn an_ended_session_ends_the_link() {
    let server = Scripted::start().await;
    let mut link = hold(&server);
    server.accept().await.close(1000, "session ended").await;
    assert!(matches!(link.next().await, LinkEvent::Open));
    assert!(matches!(link.next().await, LinkEvent::Over(Ok(()))));
    assert!(link.events.recv().await.is_none());
}

#[tokio::test]
async fn a_superseded_link_does_not_fight_for_its_place() {
    let server = Scripted::start().await;
    let mut link = hold(&server);
    server.accept().await.close(4409, "superseded").await;
    assert!(matches!(link.next().await, LinkEvent::Open));
    assert!(matches!(link.next().await, LinkEvent::Over(Err(Failure::Refused(_)))));
}

#[tokio::test]
async fn a_refusal_for_good_is_not_tried_again() {
    let server = Scripted::start().await;
    let mut link = hold(&server);
    server.answer(404, ENDED).await;
    let LinkEvent::Over(Err(Failure::Refused(text))) = link.next().await else { panic!("not refused") };
    assert!(text.contains("Session not found"), "{text}");
    assert!(!text.contains("secret"), "{text}");
}

#[tokio::test]
async fn a_refusal_for_now_is_tried_again() {
    let server = Scripted::start().await;
    let mut link = hold(&server);
    server.answer(503, "").await;
    assert!(matches!(link.next().await, LinkEvent::Lost { .. }));
    server.accept().await;
    assert!(matches!(link.next().await, LinkEvent::Open));
}

#[tokio::test]
async fn a_server_that_was_never_there_is_a_failure_at_once() {
    let server = Scripted::start().await;
    let mut link = {
        let gone = server;
        hold(&gone)
    };
    assert!(matches!(link.next().await, LinkEvent::Over(Err(Failure::Unavailable(_)))));
}

#[tokio::test]
async fn a_link_that_nobody_wants_says_goodbye() {
    let server = Scripted::start().await;
    let link = hold(&server);
    let mut visitor = server.accept().await;
    drop(link);
    assert_eq!(visitor.hear().await, None);
}
