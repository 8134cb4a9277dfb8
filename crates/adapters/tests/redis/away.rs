//! Redis goes away and comes back.

use crate::engine::{Node, session, share};
use crate::server::Server;
use headcount_adapters::store::cluster::{Incoming, SharedAccounts, SharedBus, SharedCounts, SharedSessions};
use headcount_adapters::store::redis::{OpenError, RedisEngine, RedisSettings};
use headcount_core::cluster::NodeId;
use headcount_core::ports::StoreError;
use std::sync::Arc;
use std::time::Duration;

async fn hear_disconnected(node: &mut Node) {
    node.hear(|incoming| matches!(incoming, Incoming::Disconnected).then_some(())).await;
}

async fn hear_connected(node: &mut Node) {
    node.hear(|incoming| matches!(incoming, Incoming::Connected).then_some(())).await;
}

async fn refused(settings: &RedisSettings) -> String {
    match RedisEngine::open(settings, NodeId::new(1)).await {
        Err(OpenError::Unreachable(why)) => why,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was let in"),
    }
}

#[tokio::test]
async fn after_a_restart_everything_is_followed_again_before_that_is_said() {
    let mut server = Server::start(&[]);
    let (mut one, mut two) = (Node::new(&server.url(), 1).await, Node::new(&server.url(), 2).await);
    let (session, ledger) = session(1);
    two.engine.create(&session, &ledger).await.unwrap();
    two.engine.follow(&session.id).await.unwrap();
    let key = two.engine.signing_key([7; 32]).await.unwrap();
    server.kill();
    hear_disconnected(&mut one).await;
    hear_disconnected(&mut two).await;
    let away = two.engine.known(&session.id).await;
    assert!(matches!(away, Err(StoreError::Unavailable(_))), "{away:?}");
    assert!(two.engine.follow(&session.id).await.is_err());
    server.restart();
    hear_connected(&mut one).await;
    hear_connected(&mut two).await;
    // It is empty, but for what two has put back.
    assert!(two.engine.known(&session.id).await.unwrap().is_none());
    assert_eq!(one.engine.signing_key([8; 32]).await.unwrap(), key);
    one.engine.publish(&[(session.id, Arc::new(share(one.id, 1, 1)))]).await.unwrap();
    two.hear(|incoming| matches!(incoming, Incoming::Share(..)).then_some(())).await;
}

#[tokio::test]
async fn while_it_is_frozen_nothing_waits_longer_than_the_limit() {
    let server = Server::start(&[]);
    let limit = Duration::from_millis(200);
    let settings = RedisSettings { time_limit: limit, ..RedisSettings::new(server.url()) };
    let mut node = Node::with(&settings, 1).await;
    server.freeze();
    let told = [(session(1).0.id, Arc::new(share(node.id, 1, 1)))];
    let waiting = tokio::time::timeout(limit * 10, node.engine.publish(&told)).await;
    assert!(matches!(waiting, Ok(Err(StoreError::Unavailable(_)))), "{waiting:?}");
    hear_disconnected(&mut node).await;
    server.thaw();
    hear_connected(&mut node).await;
    node.engine.publish(&told).await.unwrap();
}

#[tokio::test]
async fn scripts_that_were_forgotten_are_told_again() {
    let server = Server::start(&[]);
    let node = Node::new(&server.url(), 1).await;
    let (session, ledger) = session(1);
    server.cli(&["SCRIPT", "FLUSH"]);
    node.engine.create(&session, &ledger).await.unwrap();
    server.cli(&["SCRIPT", "FLUSH"]);
    let told = vec![(session.id.clone(), Arc::new(share(node.id, 1, 1))); 3];
    node.engine.publish(&told).await.unwrap();
    assert_eq!(node.engine.known(&session.id).await.unwrap().unwrap().shares.len(), 1);
}

#[tokio::test]
async fn a_server_that_takes_no_writes_any_more_is_given_up() {
    let (master, server) = (Server::start(&[]), Server::start(&[]));
    let mut node = Node::new(&server.url(), 1).await;
    server.cli(&["REPLICAOF", "127.0.0.1", &master.port.to_string()]);
    hear_disconnected(&mut node).await;
    server.cli(&["REPLICAOF", "NO", "ONE"]);
    hear_connected(&mut node).await;
}

#[tokio::test]
async fn a_redis_without_memory_is_full_and_goes_on_serving() {
    let server = Server::start(&["--maxmemory", "1mb", "--maxmemory-policy", "noeviction"]);
    let node = Node::new(&server.url(), 1).await;
    let (session, ledger) = session(1);
    let full = node.engine.create(&session, &ledger).await;
    assert!(matches!(full, Err(StoreError::Full(_))), "{full:?}");
    assert!(node.engine.known(&session.id).await.unwrap().is_none());
}

#[tokio::test]
async fn who_is_not_let_in_is_told_why_without_the_password() {
    let server = Server::start(&["--requirepass", "open sesame"]);
    let without = refused(&RedisSettings::new(server.url())).await;
    assert!(without.contains("NOAUTH"), "{without}");
    let wrong =
        RedisSettings { password: Some("shut sesame".to_owned()), ..RedisSettings::new(server.url()) };
    let why = refused(&wrong).await;
    assert!(why.contains("WRONGPASS") && !why.contains("sesame"), "{why}");
    assert!(!format!("{wrong:?}").contains("sesame"));
    let right = RedisSettings { password: Some("open sesame".to_owned()), ..wrong };
    Node::with(&right, 1).await.engine.beat(NodeId::new(1), Duration::from_secs(1)).await.unwrap();
}

#[tokio::test]
async fn nobody_there_is_said_at_once() {
    let mut server = Server::start(&[]);
    server.kill();
    let why = refused(&RedisSettings::new(server.url())).await;
    assert!(why.to_lowercase().contains("refused"), "{why}");
}

#[tokio::test]
async fn when_the_engine_is_let_go_its_connections_close() {
    let server = Server::start(&[]);
    let node = Node::new(&server.url(), 1).await;
    drop(node);
    let deadline = tokio::time::sleep(crate::engine::WITHIN);
    tokio::pin!(deadline);
    // Only the connection that asks is left.
    while server.cli(&["CLIENT", "LIST"]).lines().count() > 1 {
        tokio::select! {
            () = &mut deadline => panic!("connections are still open"),
            () = tokio::task::yield_now() => {}
        }
    }
}
