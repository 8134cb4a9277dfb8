//! A master, a replica, and a Sentinel that watches over them.

use crate::engine::{Node, session};
use crate::server::{Server, wait_until};
use headcount_adapters::store::cluster::{Incoming, SharedSessions};

fn sentinel(master: &Server) -> Server {
    let watched = master.port;
    Server::start_until("+monitor", tempfile::tempdir().unwrap(), |port, dir| {
        let settings = format!(
            "port {port}\nsentinel monitor radio 127.0.0.1 {watched} 1\n\
             sentinel down-after-milliseconds radio 500\nsentinel failover-timeout radio 2000\n"
        );
        let file = dir.join("sentinel.conf");
        std::fs::write(&file, settings).unwrap();
        vec![file.to_string_lossy().into_owned(), "--sentinel".to_owned()]
    })
}

#[tokio::test]
async fn after_a_failover_the_new_master_is_found() {
    let mut master = Server::start(&[]);
    let replica = Server::start(&["--replicaof", "127.0.0.1", &master.port.to_string()]);
    wait_until(replica.port, "INFO replication", "master_link_status:up");
    let sentinel = sentinel(&master);
    // The first of the two is nobody.
    let url = format!("redis-sentinel://127.0.0.1:1,127.0.0.1:{}/radio", sentinel.port);
    let mut node = Node::new(&url, 1).await;
    let (session, ledger) = session(1);
    node.engine.create(&session, &ledger).await.unwrap();
    wait_until(replica.port, "DBSIZE", ":2");
    wait_until(sentinel.port, "SENTINEL MASTER radio", "num-slaves\r\n$1\r\n1");
    master.kill();
    node.hear(|incoming| matches!(incoming, Incoming::Disconnected).then_some(())).await;
    node.hear(|incoming| matches!(incoming, Incoming::Connected).then_some(())).await;
    assert_eq!(replica.cli(&["ROLE"]).lines().next(), Some("master"));
    assert!(node.engine.known(&session.id).await.unwrap().is_some());
}
