//! Sessions and ledgers: what is atomic, what is told, what is kept for how long.

use crate::engine::{Node, after, session, share};
use crate::server::Server;
use headcount_adapters::store::cluster::{Incoming, SharedBus, SharedCounts, SharedSessions, Versioned};
use headcount_core::ports::{Claim, Creation};
use headcount_core::{EndReason, ShownDistribution, UpdateLedger, UpdateReason};
use headcount_testkit::samples::NOW;
use std::sync::Arc;

/// `ledger` after one more update.
fn told(ledger: &UpdateLedger) -> UpdateLedger {
    ledger.record(UpdateReason::Requested, &ShownDistribution::default(), NOW)
}

#[tokio::test]
async fn a_session_is_created_once_and_known_with_all_there_is_of_it() {
    let server = Server::start(&[]);
    let (one, two) = (Node::new(&server.url(), 1).await, Node::new(&server.url(), 2).await);
    let (created, ledger) = session(1);
    assert!(one.engine.known(&created.id).await.unwrap().is_none());
    assert_eq!(one.engine.create(&created, &ledger).await.unwrap(), Creation::Created);
    assert_eq!(two.engine.create(&created, &ledger).await.unwrap(), Creation::Taken);
    let ours = Arc::new(share(one.id, 7, 3));
    one.engine.publish(&[(created.id.clone(), Arc::clone(&ours))]).await.unwrap();
    let known = two.engine.known(&created.id).await.unwrap().unwrap();
    assert_eq!(known.session, Versioned { session: created, version: 1, speaker_at: None });
    assert_eq!((known.ledger, known.shares), (ledger, vec![(*ours).clone()]));
}

#[tokio::test]
async fn of_twenty_that_replace_one_version_one_wins_and_so_it_is_with_ledgers() {
    let server = Server::start(&[]);
    let node = Arc::new(Node::new(&server.url(), 1).await);
    let (created, ledger) = session(1);
    node.engine.create(&created, &ledger).await.unwrap();
    let mut racers = tokio::task::JoinSet::new();
    for n in 0..20 {
        let (node, mut next, ledger) = (Arc::clone(&node), created.clone(), told(&ledger));
        next.updated_at = after(n);
        racers.spawn(async move {
            let versioned = Versioned { session: next.clone(), version: 2, speaker_at: Some(node.id) };
            let replaced = node.engine.replace(&versioned).await.unwrap();
            (replaced, node.engine.advance(&next.id, &ledger).await.unwrap())
        });
    }
    let outcomes = racers.join_all().await;
    assert_eq!(outcomes.iter().filter(|(replaced, _)| *replaced == Some(Claim::Won)).count(), 1);
    assert_eq!(outcomes.iter().filter(|(_, advanced)| *advanced == Claim::Won).count(), 1);
    let known = node.engine.known(&created.id).await.unwrap().unwrap();
    assert_eq!(
        (known.session.version, known.session.speaker_at, known.ledger.revision()),
        (2, Some(node.id), 1)
    );
}

#[tokio::test]
async fn a_session_ends_once_and_leaves_its_name_free() {
    let server = Server::start(&[]);
    let node = Node::new(&server.url(), 1).await;
    let (created, ledger) = session(1);
    let end = |session| {
        let node = &node;
        async move { node.engine.end(session, &EndReason::Expired, 3, after(9)).await.unwrap() }
    };
    assert!(!end(&created).await);
    node.engine.create(&created, &ledger).await.unwrap();
    assert!(end(&created).await);
    assert!(!end(&created).await);
    assert!(node.engine.known(&created.id).await.unwrap().is_none());
    let late = Versioned { session: created.clone(), version: 2, speaker_at: None };
    assert_eq!(node.engine.replace(&late).await.unwrap(), None);
    assert_eq!(node.engine.advance(&created.id, &told(&ledger)).await.unwrap(), Claim::Lost);
    let mut again = created.clone();
    again.created_at = after(10);
    assert_eq!(node.engine.create(&again, &ledger).await.unwrap(), Creation::Created);
    // What was meant for the session before finds none of its own.
    assert_eq!(node.engine.replace(&late).await.unwrap(), None);
    assert!(!end(&created).await);
}

#[tokio::test]
async fn those_who_follow_a_session_hear_of_every_change() {
    let server = Server::start(&[]);
    let (one, mut two) = (Node::new(&server.url(), 1).await, Node::new(&server.url(), 2).await);
    let (mut session, ledger) = session(1);
    two.engine.follow(&session.id).await.unwrap();
    one.engine.create(&session, &ledger).await.unwrap();
    session.updated_at = after(1);
    let next = Versioned { session: session.clone(), version: 2, speaker_at: Some(one.id) };
    one.engine.replace(&next).await.unwrap();
    one.engine.advance(&session.id, &told(&ledger)).await.unwrap();
    let reason = EndReason::Ended(Some("that was it".to_owned()));
    one.engine.end(&session, &reason, 0, after(2)).await.unwrap();
    let heard = two.hear(|incoming| match incoming {
        Incoming::Session(session) if session.version == 2 => Some((**session).clone()),
        _ => None,
    });
    assert_eq!(heard.await, next);
    let heard = two.hear(|incoming| match incoming {
        Incoming::Ledger(id, ledger) => Some((id.clone(), (**ledger).clone())),
        _ => None,
    });
    assert_eq!(heard.await, (session.id.clone(), told(&ledger)));
    let heard = two.hear(|incoming| match incoming {
        Incoming::Ended(id, reason) => Some((id.clone(), reason.clone())),
        _ => None,
    });
    assert_eq!(heard.await, (session.id, reason));
}

#[tokio::test]
async fn live_sessions_are_listed_in_the_order_of_their_names() {
    let server = Server::start(&[]);
    let node = Node::new(&server.url(), 1).await;
    let mut names = Vec::new();
    for number in 0..25 {
        let (session, ledger) = session(number * 7_919);
        node.engine.create(&session, &ledger).await.unwrap();
        names.push(session.id);
    }
    names.sort();
    // One that is in the list and nowhere else: it is passed over, and taken out of it.
    server.cli(&["ZADD", "headcount:live", "0", "aaa-aaa-100"]);
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = node.engine.live(after.as_ref(), 10).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.session.id.clone());
        found.extend(page.into_iter().map(|versioned| versioned.session.id));
    }
    assert_eq!(found, names);
    assert_eq!(server.cli(&["ZSCORE", "headcount:live", "aaa-aaa-100"]), "");
}

#[tokio::test]
async fn what_is_older_is_written_back_over_and_what_is_newer_stays() {
    let server = Server::start(&[]);
    let node = Node::new(&server.url(), 1).await;
    let (session, ledger) = session(1);
    let of = |version| Versioned { session: session.clone(), version, speaker_at: None };
    // The engine was emptied.
    node.engine.restore(&of(5), &told(&told(&ledger))).await.unwrap();
    let known = node.engine.known(&session.id).await.unwrap().unwrap();
    assert_eq!((known.session.version, known.ledger.revision()), (5, 2));
    assert_eq!(node.engine.live(None, 10).await.unwrap().len(), 1);
    // It has an older session and a newer ledger.
    let third = told(&told(&told(&ledger)));
    node.engine.advance(&session.id, &third).await.unwrap();
    node.engine.restore(&of(8), &ledger).await.unwrap();
    let known = node.engine.known(&session.id).await.unwrap().unwrap();
    assert_eq!((known.session.version, known.ledger.revision()), (8, 3));
    // It has one that was created later.
    let mut later = of(1);
    later.session.created_at = after(60);
    node.engine.restore(&later, &ledger).await.unwrap();
    node.engine.restore(&of(9), &third).await.unwrap();
    let known = node.engine.known(&session.id).await.unwrap().unwrap();
    assert_eq!((known.session.session.created_at, known.session.version), (after(60), 1));
}

#[tokio::test]
async fn whatever_the_engine_writes_has_an_end() {
    let server = Server::start(&[]);
    let node = Node::new(&server.url(), 1).await;
    for number in 0..2 {
        let (session, ledger) = session(number);
        node.engine.create(&session, &ledger).await.unwrap();
        node.engine.publish(&[(session.id.clone(), Arc::new(share(node.id, 1, 1)))]).await.unwrap();
        node.engine.beat(node.id, std::time::Duration::from_secs(15)).await.unwrap();
        let chapter = crate::accounts::chapter(node.id, 0, 3);
        crate::accounts::keep(&node, &session, &chapter).await;
        if number == 1 {
            node.engine.end(&session, &EndReason::Expired, 1, after(1)).await.unwrap();
        }
    }
    crate::accounts::signing_key(&node).await;
    let keys = server.cli(&["KEYS", "*"]);
    assert!(keys.lines().count() >= 12, "{keys}");
    for key in keys.lines() {
        assert!(key.starts_with("headcount:"), "{key}");
        let left: i64 = server.cli(&["PTTL", key]).parse().unwrap();
        assert!(left > 0, "{key} is kept for ever");
    }
}
