//! One account of what several nodes have counted.

use super::house::{House, id};
use headcount_core::ports::{Departure, HistoryStore, SessionStore};
use headcount_core::{Account, EndKind, EndReason};
use headcount_testkit::samples;

async fn account(house: &House, at: usize) -> Account {
    house.store(at).account(&id(), house.now()).await.unwrap().unwrap()
}

async fn keep(house: &House) {
    for node in house.nodes.iter().filter(|node| node.alive) {
        node.store.keep(house.now()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_kept_on_all_nodes_is_read_on_any() {
    let house = House::of(3).await;
    house.listen(0, "a", "es").await;
    house.listen(1, "b", "fr").await;
    house.settle().await;
    house.pass(10).await;
    house.leave(1, "b", Departure::Final).await;
    house.settle().await;
    keep(&house).await;
    house.pass(10).await;
    for at in 0..3 {
        let account = account(&house, at).await;
        assert_eq!((account.history.joins, account.history.leaves, account.history.peak), (2, 1, 2));
        assert_eq!(account.attendance.listener_time(house.now()).as_secs(), 30);
        assert_eq!(account.attendance.total.peak, 2);
    }
    // What is not kept yet, a node has of itself.
    house.listen(0, "c", "es").await;
    assert_eq!(account(&house, 0).await.history.joins, 3);
    assert_eq!(account(&house, 1).await.history.joins, 2);
}

#[tokio::test(start_paused = true)]
async fn keeping_twice_says_nothing_twice() {
    let house = House::of(2).await;
    for round in 0..5_u64 {
        house.listen(0, &format!("a{round}"), "es").await;
        house.settle().await;
        keep(&house).await;
        house.pass(7).await;
    }
    let expected: Vec<_> = (1..=5).map(|n| vec![(samples::language("es"), n)]).collect();
    for at in 0..2 {
        let steps = account(&house, at).await.steps;
        assert_eq!(steps.into_iter().map(|step| step.changes).collect::<Vec<_>>(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn an_ended_session_has_the_last_words_of_all() {
    let house = House::of(2).await;
    house.listen(0, "a", "es").await;
    house.listen(1, "b", "fr").await;
    house.settle().await;
    house.pass(7).await;
    let reason = EndReason::SpeakerLost;
    house.store(0).end(&id(), &reason, house.now()).await.unwrap().unwrap();
    house.settle().await;
    let account = account(&house, 1).await;
    assert_eq!(account.end.map(|end| (end.kind, end.listeners)), Some((EndKind::SpeakerLost, 2)));
    assert_eq!((account.history.joins, account.history.leaves), (2, 0));
    assert_eq!(account.attendance.listener_time(house.now()).as_secs(), 14);
}

#[tokio::test(start_paused = true)]
async fn a_listener_that_moves_is_one_all_the_time() {
    let house = House::of(2).await;
    let place = house.listen(0, "a", "es").await.place;
    house.settle().await;
    house.pass(10).await;
    house.join(1, samples::resumer("a2", 1, &place, house.now())).await;
    house.settle().await;
    house.pass(10).await;
    keep(&house).await;
    let account = account(&house, 0).await;
    assert_eq!((account.history.joins, account.history.leaves, account.history.peak), (1, 0, 1));
    assert_eq!(account.attendance.reconnects, 1);
    assert_eq!(account.attendance.listener_time(house.now()).as_secs(), 20);
}

#[tokio::test(start_paused = true)]
async fn the_listeners_of_a_node_that_died_do_not_stay_in_the_report() {
    let mut house = House::of(2).await;
    house.listen(0, "a", "es").await;
    house.listen(1, "b", "fr").await;
    house.settle().await;
    house.pass(10).await;
    keep(&house).await;
    house.kill(0);
    house.engine.bury(house.node(0));
    house.pass(70).await;
    keep(&house).await;
    let account = account(&house, 1).await;
    assert_eq!((account.attendance.total.count, account.history.joins), (1, 2));
    assert_eq!(account.attendance.listener_time(house.now()).as_secs(), 90);
    let last = account.steps.iter().rfind(|step| !step.changes.is_empty()).unwrap();
    assert_eq!(last.changes, [(samples::language("es"), 0)]);
}

#[tokio::test(start_paused = true)]
async fn with_the_engine_away_an_account_is_what_is_known_here() {
    let house = House::of(2).await;
    house.listen(0, "a", "es").await;
    house.settle().await;
    keep(&house).await;
    house.engine.cut(house.node(0));
    house.settle().await;
    assert_eq!(account(&house, 0).await.history.joins, 1);
    // What could not be kept is kept later.
    house.listen(0, "b", "es").await;
    keep(&house).await;
    house.engine.mend(house.node(0));
    house.pass(1).await;
    keep(&house).await;
    assert_eq!(account(&house, 1).await.history.joins, 2);
}
