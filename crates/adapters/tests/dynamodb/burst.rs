//! Many at once in one session, each through a store of its own instance, as functions are.

use crate::tables::{self, Made};
use futures_util::future::join_all;
use headcount_adapters::store::DynamoStore;
use headcount_core::ports::{
    Admission, Counted, Departure, JoinKind, Joiner, PresenceStore, SessionStore, WantedRole,
};
use headcount_core::{EndReason, Place, UpdateLedger};
use headcount_testkit::samples;
use std::sync::Arc;

/// How many instances take part. Five hundred connections a second, of which each takes some thirty milliseconds, keep
/// half as many busy.
const INSTANCES: usize = 32;

struct Burst {
    made: Made,
    instances: Vec<Arc<DynamoStore>>,
}

impl Burst {
    async fn new() -> Self {
        let made = tables::create().await;
        let instances: Vec<_> = (0..INSTANCES).map(|_| Arc::new(made.unhurried_store())).collect();
        instances[0].create(samples::session(1), UpdateLedger::new(samples::NOW)).await.unwrap();
        Self { made, instances }
    }

    /// The store of whoever has that number.
    fn of(&self, number: usize) -> Arc<DynamoStore> {
        Arc::clone(&self.instances[number % INSTANCES])
    }

    /// What `many` callers get that call at the same time.
    async fn all<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
        &self,
        many: usize,
        call: impl Fn(Arc<DynamoStore>, usize) -> F,
    ) -> Vec<T> {
        let calls = (0..many).map(|number| tokio::spawn(call(self.of(number), number)));
        join_all(calls).await.into_iter().map(Result::unwrap).collect()
    }

    /// The audience as an instance sees it that has had no part in anything.
    async fn look(&self, millis: u64) -> Option<Counted> {
        self.made.unhurried_store().audience(&samples::session_id(1), samples::at(millis)).await.unwrap()
    }

    async fn count(&self) -> u64 {
        self.look(1).await.unwrap().distribution.listener_count()
    }
}

fn name(number: usize) -> String {
    format!("c{number}")
}

fn listener(number: usize, max_listeners: u64) -> Joiner {
    let language = Some(samples::numbered_language(number % 5));
    let role = WantedRole::Listener { language, resume: None, max_listeners };
    Joiner { role, ..samples::listener(&name(number), 1, "en", samples::NOW) }
}

async fn join(store: &DynamoStore, number: usize) -> Place {
    match store.join(listener(number, u64::MAX)).await.unwrap() {
        Some(Admission::Joined(joined)) => joined.place,
        other => panic!("not admitted: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_hundred_get_in_together_and_all_are_counted() {
    const EACH: usize = 13;
    const MANY: u64 = (INSTANCES * EACH) as u64;
    let burst = Burst::new().await;
    // An instance serves one after the other.
    let seen = burst.all(INSTANCES, |store, instance| async move {
        let mut seen = Vec::new();
        for number in 0..EACH {
            match store.join(listener(instance * EACH + number, 10_000)).await.unwrap() {
                Some(Admission::Joined(joined)) => seen.push(joined.counted.distribution.listener_count()),
                other => panic!("not admitted: {other:?}"),
            }
        }
        seen
    });
    let seen = seen.await;
    assert!(seen.iter().all(|seen| seen.is_sorted() && *seen.last().unwrap() <= MANY), "{seen:?}");
    // Two looks: the first notes what nobody who joined has seen, and the second finds it noted.
    for millis in [1, 2] {
        let counted = burst.look(millis).await.unwrap();
        assert_eq!((counted.distribution.listener_count(), counted.distribution.language_count()), (MANY, 5));
        let history = &counted.history;
        assert_eq!((history.joins, history.leaves, history.peak), (MANY, 0, MANY));
        assert!(history.peak_at <= samples::at(1));
        assert_eq!(history.trend.points(), [(samples::NOW, MANY)]);
    }
    let left = burst.all(INSTANCES, |store, instance| async move {
        let connection = samples::connection(&name(instance * EACH));
        store.leave(&connection, Departure::Final, samples::at(3)).await.unwrap().is_some()
    });
    assert!(left.await.into_iter().all(|left| left));
    let history = burst.look(4).await.unwrap().history;
    assert_eq!((history.leaves, history.peak), (INSTANCES as u64, MANY));
    assert_eq!(history.trend.points(), [(samples::NOW, MANY - INSTANCES as u64)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_many_get_in_together_as_there_is_room_for() {
    // Fewer than shards, not a multiple of them, and two that were lowered while the first are there.
    let burst = Burst::new().await;
    let (mut there, mut next) = (0, 0);
    for max in [3, 30, 33, 20, 37] {
        let from = next;
        let outcomes = burst.all(40, |store, number| async move {
            matches!(store.join(listener(from + number, max)).await.unwrap(), Some(Admission::Joined(_)))
        });
        let joined = outcomes.await.into_iter().filter(|joined| *joined).count() as u64;
        assert_eq!(joined, max.saturating_sub(there), "limit {max}");
        there += joined;
        next += 40;
        assert_eq!(burst.count().await, there);
        if max == 33 {
            // Room that comes free is room again, wherever it is.
            let gone = burst.all(next, |store, number| async move {
                let connection = samples::connection(&name(number));
                number % 2 == 0
                    && store.leave(&connection, Departure::Final, samples::NOW).await.unwrap().is_some()
            });
            there -= gone.await.into_iter().filter(|gone| *gone).count() as u64;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends_while_listeners_join_and_leave() {
    const BEFORE: usize = 20;
    let burst = Burst::new().await;
    for number in 0..BEFORE {
        join(&burst.of(number), number).await;
    }
    let many = 100;
    let outcomes = burst.all(many, move |store, number| async move {
        let connection = samples::connection(&name(number));
        let (mut joined, mut left, mut ended) = (0, 0, None);
        match number {
            // In the midst of the others.
            60 => {
                ended = store.end(&samples::session_id(1), &EndReason::Expired, samples::at(1)).await.unwrap()
            }
            0..BEFORE => {
                let departed = store.leave(&connection, Departure::Final, samples::NOW).await.unwrap();
                left = u64::from(departed.is_some());
            }
            _ => {
                let admission = store.join(listener(number, u64::MAX)).await.unwrap();
                joined = u64::from(matches!(admission, Some(Admission::Joined(_))));
            }
        }
        (joined, left, ended)
    });
    let outcomes = outcomes.await;
    let joined: u64 = outcomes.iter().map(|(joined, ..)| joined).sum();
    let left: u64 = outcomes.iter().map(|(_, left, _)| left).sum();
    let ended: Vec<_> = outcomes.into_iter().filter_map(|(.., ended)| ended).collect();
    let [ending] = &ended[..] else { panic!("not ended once: {ended:?}") };
    assert_eq!(ending.listeners, BEFORE as u64 + joined - left);
    // Nothing is found of it, and nothing is left but the report.
    assert!(burst.look(2).await.is_none());
    for number in 0..many {
        assert!(burst.of(number).connection(&samples::connection(&name(number))).await.unwrap().is_none());
    }
    let kept = burst.made.client.scan().table_name(&burst.made.names.status).send().await.unwrap();
    let [report] = kept.items() else { panic!("more is left than the report: {kept:?}") };
    assert_eq!(report["joins"], tables::n(BEFORE as u64 + joined));
    assert_eq!(report["listenersAtEnd"], tables::n(ending.listeners));
    // The next session of that name begins with nobody.
    burst.instances[0].create(samples::session(1), UpdateLedger::new(samples::at(3))).await.unwrap();
    assert_eq!(burst.look(4).await.unwrap().history.joins, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_is_taken_over_while_its_connection_is_given_up() {
    const MANY: usize = 30;
    let burst = Burst::new().await;
    let mut places = Vec::new();
    for number in 0..MANY {
        places.push(join(&burst.of(number), number).await);
    }
    let places = Arc::new(places);
    let outcomes = burst.all(2 * MANY, move |store, number| {
        let place = places[number / 2].clone();
        async move {
            if number % 2 == 0 {
                let grace = Departure::Grace { until: samples::at(15_000) };
                store.leave(&place.first, grace, samples::NOW).await.unwrap();
                return true;
            }
            let joiner = samples::resumer(&format!("again{number}"), 1, &place, samples::NOW);
            let admission = store.join(joiner).await.unwrap();
            matches!(admission, Some(Admission::Joined(joined)) if joined.kind != JoinKind::New)
        }
    });
    assert!(outcomes.await.into_iter().all(|resumed| resumed));
    let counted = burst.look(1).await.unwrap();
    let history = &counted.history;
    assert_eq!((counted.distribution.listener_count(), counted.reconnecting), (MANY as u64, 0));
    assert_eq!((history.joins, history.leaves, history.peak), (MANY as u64, 0, MANY as u64));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_who_moves_is_missed_by_those_who_look() {
    const MANY: usize = 20;
    let burst = Burst::new().await;
    for number in 0..MANY {
        join(&burst.of(number), number).await;
    }
    let moves = burst.all(MANY, |store, number| async move {
        let (mut holder, first) = (name(number), samples::connection(&name(number)));
        for turn in 0..4 {
            let language = samples::numbered_language(number + turn as usize);
            let connection = samples::connection(&holder);
            let counted = store.switch_language(&connection, &language, samples::NOW).await.unwrap().unwrap();
            assert_eq!(counted.distribution.listener_count(), MANY as u64);
            holder = format!("c{number}.{turn}");
            let place = Place { first: first.clone(), turn, home: None };
            match store.join(samples::resumer(&holder, 1, &place, samples::NOW)).await.unwrap() {
                Some(Admission::Joined(joined)) => {
                    assert_eq!(joined.kind, JoinKind::Resumed { superseded: Some(connection) });
                    assert_eq!(joined.counted.distribution.listener_count(), MANY as u64);
                }
                other => panic!("not resumed: {other:?}"),
            }
        }
    });
    let looks = async {
        for _ in 0..40 {
            assert_eq!(burst.count().await, MANY as u64);
        }
    };
    tokio::join!(moves, looks);
    let history = burst.look(1).await.unwrap().history;
    assert_eq!((history.joins, history.leaves, history.peak), (MANY as u64, 0, MANY as u64));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_all_who_look_somebody_is_told_of_each_ended_grace() {
    const MANY: usize = 30;
    let burst = Burst::new().await;
    for number in 0..MANY {
        join(&burst.of(number), number).await;
        let grace = Departure::Grace { until: samples::at(5_000) };
        burst.of(number).leave(&samples::connection(&name(number)), grace, samples::NOW).await.unwrap();
    }
    let told = burst.all(INSTANCES, |store, number| async move {
        let now = samples::at(5_000);
        let counted = if number % 3 == 0 {
            match store.join(Joiner { now, ..listener(MANY + number, u64::MAX) }).await.unwrap() {
                Some(Admission::Joined(joined)) => joined.counted,
                other => panic!("not admitted: {other:?}"),
            }
        } else {
            store.audience(&samples::session_id(1), now).await.unwrap().unwrap()
        };
        assert_eq!(counted.reconnecting, 0);
        counted.graces_ended
    });
    let told: u64 = told.await.into_iter().sum();
    let last = burst.look(5_001).await.unwrap();
    assert_eq!(told + last.graces_ended, MANY as u64);
    assert_eq!(last.history.leaves, MANY as u64);
    assert_eq!(burst.look(5_002).await.unwrap().graces_ended, 0);
}
