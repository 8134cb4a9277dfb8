//! Shares and nodes.

use crate::engine::{Node, session, share};
use crate::server::Server;
use headcount_adapters::store::cluster::{Incoming, SharedBus, SharedCounts, SharedSessions};
use headcount_core::cluster::{NodeId, Share};
use headcount_core::{Session, SessionId};
use headcount_testkit::samples::language;
use std::sync::Arc;
use std::time::Duration;

const LEASE: Duration = Duration::from_secs(15);

async fn made(node: &Node, number: u64) -> Session {
    let (session, ledger) = session(number);
    node.engine.create(&session, &ledger).await.unwrap();
    session
}

async fn shares(node: &Node, id: &SessionId) -> Vec<Share> {
    let mut shares = node.engine.known(id).await.unwrap().unwrap().shares;
    shares.sort_by_key(|share| share.node);
    shares
}

#[tokio::test]
async fn the_share_with_the_higher_sequence_stays_whichever_comes_last() {
    let server = Server::start(&[]);
    let (one, two) = (Node::new(&server.url(), 1).await, Node::new(&server.url(), 2).await);
    let id = made(&one, 1).await.id;
    for sequence in [1, 3, 2] {
        let told = Arc::new(share(one.id, sequence, sequence * 10));
        one.engine.publish(&[(id.clone(), told)]).await.unwrap();
    }
    two.engine.publish(&[(id.clone(), Arc::new(share(two.id, 1, 5)))]).await.unwrap();
    assert_eq!(shares(&two, &id).await, [share(one.id, 3, 30), share(two.id, 1, 5)]);
    two.engine.forget(&id, one.id).await.unwrap();
    assert_eq!(shares(&two, &id).await, [share(two.id, 1, 5)]);
}

#[tokio::test]
async fn all_that_is_published_together_is_one_round_trip_of_one_command_each() {
    let server = Server::start(&[]);
    let (one, mut two) = (Node::new(&server.url(), 1).await, Node::new(&server.url(), 2).await);
    let mut told = Vec::new();
    for number in 0..40 {
        let id = made(&one, number).await.id;
        two.engine.follow(&id).await.unwrap();
        told.push((id, Arc::new(share(one.id, number + 1, number))));
    }
    let before = one.engine.commands_sent();
    one.engine.publish(&told).await.unwrap();
    let sent = one.engine.commands_sent() - before;
    // Some more, if the connection was tried in between.
    assert!((40..44).contains(&sent), "{sent} commands");
    for (id, share) in &told {
        let heard = two.hear(|incoming| match incoming {
            Incoming::Share(of, share) if of == id => Some((**share).clone()),
            _ => None,
        });
        assert_eq!(heard.await, **share);
    }
}

#[tokio::test]
async fn what_is_said_of_a_session_that_is_not_there_is_passed_on_and_not_kept() {
    let server = Server::start(&[]);
    let (one, mut two) = (Node::new(&server.url(), 1).await, Node::new(&server.url(), 2).await);
    let (session, ledger) = session(1);
    two.engine.follow(&session.id).await.unwrap();
    one.engine.publish(&[(session.id.clone(), Arc::new(share(one.id, 1, 1)))]).await.unwrap();
    two.hear(|incoming| matches!(incoming, Incoming::Share(..)).then_some(())).await;
    two.engine.create(&session, &ledger).await.unwrap();
    assert_eq!(shares(&two, &session.id).await, []);
}

#[tokio::test]
async fn what_a_share_takes_does_not_depend_on_the_listeners() {
    let server = Server::start(&[]);
    let node = Node::new(&server.url(), 1).await;
    let id = made(&node, 1).await.id;
    let mut sizes = Vec::new();
    for (sequence, listeners) in [(1, 10), (2, 10_000_000)] {
        node.engine.publish(&[(id.clone(), Arc::new(share(node.id, sequence, listeners)))]).await.unwrap();
        let size: u64 =
            server.cli(&["MEMORY", "USAGE", &format!("headcount:{{{id}}}:shares")]).parse().unwrap();
        sizes.push(size);
    }
    assert!(sizes[1] < sizes[0] + 64, "{sizes:?}");
}

#[tokio::test]
async fn a_beat_finds_the_nodes_with_a_lease_and_tells_the_others() {
    let server = Server::start(&[]);
    let (one, mut two) = (Node::new(&server.url(), 1).await, Node::new(&server.url(), 2).await);
    let short = Duration::from_millis(50);
    let first = one.engine.beat(one.id, short).await.unwrap();
    assert_eq!(first.nodes, [one.id]);
    two.hear(|incoming| matches!(incoming, Incoming::Alive(node) if node.bits() == 1).then_some(())).await;
    let mut second = two.engine.beat(two.id, LEASE).await.unwrap();
    assert_eq!(second.epoch, first.epoch);
    // The lease of the first ends by itself.
    while second.nodes != [two.id] {
        second = two.engine.beat(two.id, LEASE).await.unwrap();
    }
    server.cli(&["FLUSHALL"]);
    let third = two.engine.beat(two.id, LEASE).await.unwrap();
    assert_ne!(third.epoch, first.epoch, "nobody noticed that everything was forgotten");
}

#[tokio::test]
async fn a_farewell_ends_lease_and_shares_at_once() {
    let server = Server::start(&[]);
    let (one, mut two) = (Node::new(&server.url(), 1).await, Node::new(&server.url(), 2).await);
    let id = made(&one, 1).await.id;
    one.engine.beat(one.id, LEASE).await.unwrap();
    one.engine.publish(&[(id.clone(), Arc::new(share(one.id, 1, 9)))]).await.unwrap();
    one.engine.farewell(one.id, std::slice::from_ref(&id)).await.unwrap();
    let gone = two.hear(|incoming| match incoming {
        Incoming::Gone(node) => Some(*node),
        _ => None,
    });
    assert_eq!(gone.await, NodeId::new(1));
    assert_eq!(two.engine.beat(two.id, LEASE).await.unwrap().nodes, [two.id]);
    assert_eq!(shares(&two, &id).await, []);
}

#[tokio::test]
async fn every_member_of_a_share_arrives() {
    let server = Server::start(&[]);
    let (one, mut two) = (Node::new(&server.url(), 1).await, Node::new(&server.url(), 2).await);
    let id = made(&one, 1).await.id;
    two.engine.follow(&id).await.unwrap();
    let mut told = share(one.id, 1, 9);
    let of = |node: u64, listeners| {
        let counts = [(&language("pt-BR"), listeners)].into_iter().collect();
        [(NodeId::new(node), counts)].into()
    };
    (told.taken, told.given, told.asking) = (of(3, 1), of(4, 2), of(5, 3));
    (told.reconnecting, told.joins, told.leaves, told.peak.0) = (2, 11, 4, 10);
    one.engine.publish(&[(id, Arc::new(told.clone()))]).await.unwrap();
    let heard = two.hear(|incoming| match incoming {
        Incoming::Share(_, share) => Some((**share).clone()),
        _ => None,
    });
    assert_eq!(heard.await, told);
}
