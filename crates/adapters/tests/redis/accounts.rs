//! What stays of sessions.

use crate::engine::{Node, after, session};
use crate::server::Server;
use headcount_adapters::store::cluster::{Chapter, SharedAccounts, SharedSessions};
use headcount_core::cluster::NodeId;
use headcount_core::{Attendance, AudienceHistory, EndKind, EndReason, LanguageDistribution, Session, Step};
use headcount_testkit::samples::{NOW, language};

/// A chapter of `node` with `steps` steps, the first of which is number `first`, and as many joins.
pub(crate) fn chapter(node: NodeId, first: u64, steps: u64) -> Chapter {
    let (mut attendance, mut history) = (Attendance::new(NOW), AudienceHistory::new(NOW));
    let (spanish, mut audience) = (language("es"), LanguageDistribution::new());
    for n in 0..first + steps {
        audience.add(&spanish);
        attendance.joined(&spanish, after(n));
        history.joined(&spanish, n, audience.listener_count(), after(n));
    }
    let step = |n| Step {
        at: after(n),
        whole: n == 0,
        changes: vec![(spanish.clone(), n + 1)],
        broadcast: None,
        told: None,
    };
    let (said_at, steps) = (after(first + steps), (first..first + steps).map(step).collect());
    Chapter { node, said_at, attendance, history, first_step: first, steps }
}

pub(crate) async fn keep(node: &Node, session: &Session, chapter: &Chapter) {
    node.engine.keep(&session.id, session.created_at, chapter).await.unwrap();
}

pub(crate) async fn signing_key(node: &Node) -> [u8; 32] {
    node.engine.signing_key([node.id.bits() as u8; 32]).await.unwrap()
}

/// The moments of the steps of the only chapter of `session`, in seconds.
async fn steps(node: &Node, session: &Session) -> Vec<u64> {
    let chapters = node.engine.chapters(&session.id).await.unwrap().unwrap().chapters;
    let [chapter] = chapters.as_slice() else { panic!("{} chapters", chapters.len()) };
    chapter.steps.iter().map(|step| step.at.since(NOW).as_secs()).collect()
}

#[tokio::test]
async fn steps_are_added_once_however_often_they_are_kept() {
    let server = Server::start(&[]);
    let node = Node::new(&server.url(), 1).await;
    let (session, ledger) = session(1);
    node.engine.create(&session, &ledger).await.unwrap();
    keep(&node, &session, &chapter(node.id, 0, 3)).await;
    keep(&node, &session, &chapter(node.id, 0, 3)).await;
    keep(&node, &session, &chapter(node.id, 1, 4)).await;
    assert_eq!(steps(&node, &session).await, [0, 1, 2, 3, 4]);
    let chapters = node.engine.chapters(&session.id).await.unwrap().unwrap();
    assert_eq!((chapters.end, chapters.session), (None, session.clone()));
    assert_eq!(chapters.chapters[0].attendance, chapter(node.id, 1, 4).attendance);
    // The engine was emptied: what comes after the gap is kept all the same, and once.
    server.cli(&["FLUSHALL"]);
    node.engine.create(&session, &ledger).await.unwrap();
    keep(&node, &session, &chapter(node.id, 7, 2)).await;
    keep(&node, &session, &chapter(node.id, 8, 2)).await;
    assert_eq!(steps(&node, &session).await, [7, 8, 9]);
}

#[tokio::test]
async fn the_account_of_an_ended_session_is_found_by_its_name_until_another_one_takes_it() {
    let server = Server::start(&[]);
    let (one, two) = (Node::new(&server.url(), 1).await, Node::new(&server.url(), 2).await);
    let (session, ledger) = session(1);
    assert!(one.engine.chapters(&session.id).await.unwrap().is_none());
    one.engine.create(&session, &ledger).await.unwrap();
    keep(&one, &session, &chapter(one.id, 0, 2)).await;
    one.engine.end(&session, &EndReason::SpeakerLost, 4, after(60)).await.unwrap();
    // A node that hears of the end adds what it has.
    keep(&two, &session, &chapter(two.id, 0, 5)).await;
    let found = two.engine.chapters(&session.id).await.unwrap().unwrap();
    let end = found.end.unwrap();
    assert_eq!((end.kind, end.at, end.listeners), (EndKind::SpeakerLost, after(60), 4));
    assert_eq!(found.chapters.iter().map(|chapter| chapter.node).collect::<Vec<_>>(), [one.id, two.id]);
    let mut again = session.clone();
    again.created_at = after(100);
    one.engine.create(&again, &ledger).await.unwrap();
    let found = two.engine.chapters(&session.id).await.unwrap().unwrap();
    assert_eq!((found.end, found.session.created_at, found.chapters.len()), (None, after(100), 0));
}

#[tokio::test]
async fn ended_sessions_are_listed_last_first_and_page_by_page() {
    let server = Server::start(&[]);
    let node = Node::new(&server.url(), 1).await;
    for number in 1..=5 {
        let (session, ledger) = session(number);
        node.engine.create(&session, &ledger).await.unwrap();
        keep(&node, &session, &chapter(node.id, 0, number)).await;
        node.engine.end(&session, &EndReason::Expired, number, after(number)).await.unwrap();
    }
    let first = node.engine.ended(None, 2).await.unwrap();
    let of = |ended: &headcount_core::Ended| (ended.number, ended.session.clone(), ended.peak, ended.joins);
    let name = |number| session(number).0.id;
    assert_eq!(first.iter().map(of).collect::<Vec<_>>(), [(5, name(5), 5, 5), (4, name(4), 4, 4)]);
    let rest = node.engine.ended(Some(first[1].number), 10).await.unwrap();
    assert_eq!(rest.iter().map(|ended| ended.end.listeners).collect::<Vec<_>>(), [3, 2, 1]);
    assert!(node.engine.ended(Some(1), 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn all_nodes_have_one_signing_key() {
    let server = Server::start(&[]);
    let (one, two) = (Node::new(&server.url(), 1).await, Node::new(&server.url(), 2).await);
    assert_eq!(signing_key(&one).await, [1; 32]);
    assert_eq!(signing_key(&two).await, [1; 32]);
}
