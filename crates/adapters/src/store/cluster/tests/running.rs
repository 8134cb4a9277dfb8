//! The loops of nodes, on a clock that goes by itself when nobody has anything to do.

use super::house::{House, Node, id};
use headcount_core::cluster::NodeId;
use headcount_core::ports::{Departure, JoinKind, PresenceStore};
use headcount_testkit::samples;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

/// A node that runs.
struct Running {
    stop: oneshot::Sender<()>,
    done: JoinHandle<()>,
}

/// Lets a node run, and brings it what the engine passes on.
fn run(house: &House, at: usize) -> Running {
    let (stop, stopped) = oneshot::channel();
    let (news, incoming) = mpsc::channel(1_024);
    let (engine, node): (_, NodeId) = (house.engine.clone(), house.node(at));
    tokio::spawn(async move {
        let mut ticks = interval(Duration::from_millis(1));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !news.is_closed() {
            ticks.tick().await;
            while let Some(next) = engine.next(node) {
                if news.send(next).await.is_err() {
                    return;
                }
            }
        }
    });
    let Node { store, .. } = &house.nodes[at];
    let store = Arc::clone(store);
    let done = tokio::spawn(async move {
        store.run(incoming, async { drop(stopped.await) }).await;
    });
    Running { stop, done }
}

#[tokio::test(start_paused = true)]
async fn a_new_language_reaches_the_node_of_the_speaker_at_once() {
    let house = House::of(2).await;
    house.attach(0, "speaker").await;
    house.settle().await;
    (0..2).for_each(|at| drop(house.store(at).take_changed()));
    let _running = [run(&house, 0), run(&house, 1)];
    let started = Instant::now();
    let joiner = samples::listener("a", 1, "es", house.now());
    house.store(1).join(joiner).await.unwrap().unwrap();
    let changed = timeout(Duration::from_secs(5), house.store(0).next_changed()).await.unwrap();
    assert_eq!(changed, id());
    assert!(started.elapsed() < Duration::from_millis(20), "{:?}", started.elapsed());
    assert_eq!(house.count(0).await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_node_that_stops_waits_for_its_listeners_and_says_farewell() {
    let house = House::of(2).await;
    let place = house.listen(0, "a", "es").await.place;
    house.settle().await;
    let Running { stop, done } = run(&house, 0);
    let _other = run(&house, 1);
    stop.send(()).unwrap();
    // It comes back while the node waits for that.
    let store = Arc::clone(house.store(1));
    let back = store.join(samples::resumer("a2", 1, &place, house.now())).await.unwrap().unwrap();
    let headcount_core::ports::Admission::Joined(joined) = back else { panic!("not admitted") };
    assert!(matches!(joined.kind, JoinKind::Resumed { .. }));
    let started = Instant::now();
    timeout(Duration::from_secs(10), done).await.unwrap().unwrap();
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    assert!(house.engine.share(&id(), house.node(0)).is_none());
    assert_eq!(house.count(1).await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_node_that_stops_waits_no_longer_than_the_grace() {
    let house = House::of(1).await;
    house.listen(0, "a", "es").await;
    house.listen(0, "b", "es").await;
    house.leave(0, "b", Departure::Final).await;
    let Running { stop, done } = run(&house, 0);
    stop.send(()).unwrap();
    let started = Instant::now();
    timeout(Duration::from_secs(30), done).await.unwrap().unwrap();
    let took = started.elapsed();
    assert!((5..7).contains(&took.as_secs()), "{took:?}");
}
