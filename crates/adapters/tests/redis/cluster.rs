//! A Redis Cluster of three masters.

use crate::engine::{Node, session, share};
use crate::server::{Server, wait_until};
use headcount_adapters::store::cluster::{
    Address, Incoming, Message, SharedAccounts, SharedBus, SharedCounts, SharedSessions,
};
use headcount_core::EndReason;
use headcount_core::ports::Creation;
use headcount_testkit::samples;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

/// Three masters that know each other.
fn cluster() -> Vec<Server> {
    let one = || {
        Server::start_in(tempfile::tempdir().unwrap(), |port, _| {
            let port = port.to_string();
            let own =
                ["--port", &port, "--save", "", "--cluster-enabled", "yes", "--cluster-node-timeout", "1000"];
            own.map(str::to_owned).into()
        })
    };
    let servers: Vec<_> = (0..3).map(|_| one()).collect();
    let addresses = servers.iter().map(|server| format!("127.0.0.1:{}", server.port));
    let made = Command::new("redis-cli")
        .args(["--cluster", "create"])
        .args(addresses)
        .args(["--cluster-replicas", "0", "--cluster-yes"])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stdout));
    for server in &servers {
        wait_until(server.port, "CLUSTER INFO", "cluster_state:ok");
    }
    servers
}

fn url(servers: &[Server]) -> String {
    let hosts: Vec<_> = servers.iter().map(|server| format!("127.0.0.1:{}", server.port)).collect();
    format!("redis-cluster://{}", hosts.join(","))
}

#[tokio::test]
async fn sessions_spread_over_the_servers_and_everything_is_as_with_one() {
    let servers = cluster();
    let (one, mut two) = (Node::new(&url(&servers), 1).await, Node::new(&url(&servers[1..]), 2).await);
    let mut told = Vec::new();
    for number in 0..30 {
        let (session, ledger) = session(number * 7_919);
        two.engine.follow(&session.id).await.unwrap();
        assert_eq!(one.engine.create(&session, &ledger).await.unwrap(), Creation::Created);
        assert_eq!(two.engine.create(&session, &ledger).await.unwrap(), Creation::Taken);
        told.push((session.id, Arc::new(share(one.id, number + 1, 1))));
    }
    for server in &servers {
        assert_ne!(server.cli(&["DBSIZE"]), "0", "one server has nothing");
    }
    one.engine.publish(&told).await.unwrap();
    // They come from three servers, so in any order.
    let mut heard = Vec::new();
    while heard.len() < told.len() {
        let next = two.hear(|incoming| match incoming {
            Incoming::Share(of, share) => Some((of.clone(), Arc::new((**share).clone()))),
            _ => None,
        });
        heard.push(next.await);
    }
    heard.sort_by_key(|(_, share)| share.sequence);
    assert_eq!(heard, told);
    for (id, _) in &told {
        assert_eq!(two.engine.known(id).await.unwrap().unwrap().shares.len(), 1);
    }
    assert_eq!(two.engine.live(None, 100).await.unwrap().len(), 30);
    let (first, _) = session(0);
    crate::accounts::keep(&one, &first, &crate::accounts::chapter(one.id, 0, 3)).await;
    assert!(one.engine.end(&first, &EndReason::Expired, 0, crate::engine::after(1)).await.unwrap());
    assert_eq!(two.engine.chapters(&first.id).await.unwrap().unwrap().chapters[0].steps.len(), 3);
    assert_eq!(two.engine.ended(None, 10).await.unwrap()[0].joins, 3);
    assert_eq!(two.engine.live(None, 100).await.unwrap().len(), 29);
    let close = Message::Close { session: first.id, connection: samples::connection("a") };
    one.engine.say(Address::Node(two.id), &close).await.unwrap();
    two.hear(|incoming| matches!(incoming, Incoming::Message(_)).then_some(())).await;
}

#[tokio::test]
async fn whichever_of_its_servers_is_emptied_the_epoch_is_another() {
    let servers = cluster();
    let node = Node::new(&url(&servers), 1).await;
    let lease = Duration::from_secs(15);
    let mut epoch = node.engine.beat(node.id, lease).await.unwrap().epoch;
    assert_eq!(node.engine.beat(node.id, lease).await.unwrap().epoch, epoch);
    for server in &servers {
        server.cli(&["FLUSHALL"]);
        let next = node.engine.beat(node.id, lease).await.unwrap().epoch;
        assert_ne!(next, epoch);
        epoch = next;
    }
}

#[tokio::test]
async fn when_one_of_its_servers_is_away_nothing_is_passed_off_as_heard() {
    let mut servers = cluster();
    let mut node = Node::new(&url(&servers), 1).await;
    servers[2].kill();
    node.hear(|incoming| matches!(incoming, Incoming::Disconnected).then_some(())).await;
    servers[2].restart();
    node.hear(|incoming| matches!(incoming, Incoming::Connected).then_some(())).await;
    node.engine.beat(node.id, Duration::from_secs(15)).await.unwrap();
}
