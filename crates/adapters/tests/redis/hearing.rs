//! What is published and who hears it.

use crate::engine::{Node, after, session};
use crate::server::Server;
use headcount_adapters::store::cluster::{Address, Incoming, Message, SharedBus, SharedSessions};
use headcount_adapters::store::redis::RedisSettings;
use headcount_core::Notice;
use headcount_core::cluster::NodeId;
use headcount_testkit::samples;

fn close(number: u64) -> Message {
    let (session, _) = session(number);
    Message::Close { session: session.id, connection: samples::connection("a") }
}

/// Whether what was heard is a message to close a connection of that session.
fn is_close(incoming: &Incoming, number: u64) -> Option<()> {
    let Incoming::Message(message) = incoming else { return None };
    matches!(&**message, Message::Close { session: of, .. } if *of == session(number).0.id).then_some(())
}

#[tokio::test]
async fn what_is_said_to_one_node_reaches_that_one() {
    let server = Server::start(&[]);
    let (one, mut two, mut three) = (
        Node::new(&server.url(), 1).await,
        Node::new(&server.url(), 2).await,
        Node::new(&server.url(), 3).await,
    );
    one.engine.say(Address::Node(two.id), &close(1)).await.unwrap();
    one.engine.say(Address::Node(three.id), &close(2)).await.unwrap();
    two.hear(|incoming| is_close(incoming, 1)).await;
    three.hear(|incoming| is_close(incoming, 2)).await;
    assert!(two.incoming.try_recv().is_err() && three.incoming.try_recv().is_err());
}

#[tokio::test]
async fn what_is_said_in_a_session_reaches_those_who_follow_it() {
    let server = Server::start(&[]);
    let (one, mut two) = (Node::new(&server.url(), 1).await, Node::new(&server.url(), 2).await);
    let (followed, left) = (session(1).0.id, session(2).0.id);
    two.engine.follow(&followed).await.unwrap();
    two.engine.follow(&left).await.unwrap();
    two.engine.unfollow(&left).await;
    one.engine.say(Address::Session(left), &close(2)).await.unwrap();
    let notice = Notice::BroadcastMuted;
    let tell =
        Message::Tell { session: followed.clone(), from: one.id, notice: notice.clone(), now: after(1) };
    one.engine.say(Address::Session(followed), &tell).await.unwrap();
    let Some(Incoming::Message(message)) = two.incoming.recv().await else { panic!() };
    assert!(matches!(*message, Message::Tell { notice: heard, .. } if heard == notice));
}

#[tokio::test]
async fn what_cannot_be_read_is_passed_over_and_counted() {
    let server = Server::start(&[]);
    let mut node = Node::new(&server.url(), 1).await;
    let (session, ledger) = session(1);
    node.engine.create(&session, &ledger).await.unwrap();
    node.engine.follow(&session.id).await.unwrap();
    let channel = format!("headcount:{{{}}}:bus", session.id);
    for nonsense in ["", "S", "Sx", "S00000000000000a1{}", "V{", "M[]", "Q1", "\u{1F4A5}"] {
        server.cli(&["PUBLISH", &channel, nonsense]);
    }
    server.cli(&["PUBLISH", "headcount:beats", "Anobody"]);
    server.cli(&["HSET", &format!("headcount:{{{}}}:shares", session.id), "x", "1 {}"]);
    assert!(node.engine.known(&session.id).await.unwrap().unwrap().shares.is_empty());
    node.engine.say(Address::Node(node.id), &close(1)).await.unwrap();
    node.hear(|incoming| is_close(incoming, 1)).await;
    assert!(node.engine.unreadable() >= 6, "{}", node.engine.unreadable());
}

#[tokio::test]
async fn who_cannot_keep_up_is_told_so_and_not_of_everything() {
    let server = Server::start(&[]);
    let (one, mut two) = (Node::new(&server.url(), 1).await, Node::new(&server.url(), 2).await);
    // As many again as may wait, while nobody takes anything in.
    for _ in 0..20_000 {
        one.engine.say(Address::Node(two.id), &close(1)).await.unwrap();
    }
    two.hear(|incoming| matches!(incoming, Incoming::Overrun).then_some(())).await;
    one.engine.say(Address::Node(two.id), &close(2)).await.unwrap();
    two.hear(|incoming| is_close(incoming, 2)).await;
}

#[tokio::test]
async fn clusters_of_different_names_do_not_hear_of_each_other() {
    let server = Server::start(&[]);
    let one = Node::new(&server.url(), 1).await;
    let other = RedisSettings { prefix: "another".to_owned(), ..RedisSettings::new(server.url()) };
    let mut two = Node::with(&other, 1).await;
    let (session, ledger) = session(1);
    two.engine.follow(&session.id).await.unwrap();
    one.engine.create(&session, &ledger).await.unwrap();
    one.engine.say(Address::Node(NodeId::new(1)), &close(1)).await.unwrap();
    assert!(two.engine.known(&session.id).await.unwrap().is_none());
    assert!(two.incoming.try_recv().is_err());
}
