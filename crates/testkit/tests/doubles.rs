//! The stand-ins do what they are told to.

use headcount_core::ports::{Clock, Creation, Ids, LedgerStore, SessionStore, StoreError, UpdateTimer};
use headcount_core::{ConnectionId, UpdateLedger};
use headcount_testkit::{
    Fault, FaultyStore, ManualClock, ModelStore, Port, RecordingTimer, SeededIds, Stores, samples,
};
use std::collections::HashSet;
use std::time::Duration;

fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(test);
}

#[test]
fn a_fault_meets_the_port_that_it_is_set_on() {
    run(async {
        let store = FaultyStore::new(Stores::of(ModelStore::default()));
        let create = |n| store.create(samples::session(n), UpdateLedger::new(samples::NOW));
        store.set(Port::Sessions, Fault::Unavailable);
        assert!(matches!(create(1).await, Err(StoreError::Unavailable(_))));
        assert!(matches!(store.ledger(&samples::session_id(1)).await, Ok(None)));
        store.set(Port::Sessions, Fault::Full);
        assert!(matches!(create(1).await, Err(StoreError::Full(_))));
        store.set_all(Fault::AnswerLost);
        assert!(matches!(create(1).await, Err(StoreError::Unavailable(_))));
        store.set_all(Fault::None);
        assert!(matches!(create(1).await, Ok(Creation::Taken)));
    });
}

#[test]
fn a_store_that_hangs_goes_on_when_the_fault_is_gone() {
    run(async {
        let store = FaultyStore::new(Stores::of(ModelStore::default()));
        store.set_all(Fault::Hangs);
        let mut created = std::pin::pin!(store.create(samples::session(1), UpdateLedger::new(samples::NOW)));
        tokio::select! {
            biased;
            _ = &mut created => panic!("it did not hang"),
            () = tokio::task::yield_now() => {}
        }
        store.set_all(Fault::None);
        assert!(matches!(created.await, Ok(Creation::Created)));
    });
}

#[test]
fn a_timer_gives_each_session_once_when_it_is_due() {
    run(async {
        let timer = RecordingTimer::default();
        for (session, at) in [(1, 30), (2, 10), (1, 5), (3, 40)] {
            timer.wake_at(&samples::session_id(session), samples::at(at)).await;
        }
        assert_eq!(timer.next(), Some(samples::at(5)));
        assert_eq!(timer.take_due(samples::at(30)), [samples::session_id(1), samples::session_id(2)]);
        assert_eq!(timer.pending(), [(samples::at(40), samples::session_id(3))]);
    });
}

#[test]
fn a_clock_stands_until_it_is_moved() {
    let clock = ManualClock::default();
    assert_eq!((clock.now(), clock.now()), (samples::NOW, samples::NOW));
    assert_eq!(clock.advance(Duration::from_millis(5)), samples::at(5));
    clock.set(samples::at(1));
    assert_eq!(clock.now(), samples::at(1));
}

#[test]
fn ids_are_different_and_the_same_in_every_run() {
    let names = |ids: &SeededIds| (0..1_000).map(|_| ids.connection_id()).collect::<Vec<ConnectionId>>();
    let first = names(&SeededIds::new(7));
    assert_eq!(first, names(&SeededIds::new(7)));
    assert_eq!(first.iter().collect::<HashSet<_>>().len(), 1_000);
    assert!(first.iter().all(|id| id.as_str().len() == 22));
    assert_ne!(SeededIds::new(7).entropy(), SeededIds::new(8).entropy());
}
