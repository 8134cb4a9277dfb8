//! Duties that only show when many do the same thing at once.

use super::asking::{audience, count, create, join, join_new, ok, switch};
use super::ledgers::claimed;
use crate::{Stores, samples};
use headcount_core::ports::{Admission, Claim, Creation, JoinKind, WantedRole};
use headcount_core::{EndReason, UpdateLedger};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Barrier;

const RACERS: usize = 20;

/// Starts [`RACERS`] tasks together and waits for their outcomes.
async fn race<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    stores: &Stores,
    racer: impl Fn(Stores, usize) -> F,
) -> Vec<T> {
    let start = Arc::new(Barrier::new(RACERS));
    let racers: Vec<_> = (0..RACERS)
        .map(|n| {
            let (start, racer) = (Arc::clone(&start), racer(stores.clone(), n));
            tokio::spawn(async move {
                start.wait().await;
                racer.await
            })
        })
        .collect();
    let mut outcomes = Vec::with_capacity(RACERS);
    for racer in racers {
        outcomes.push(racer.await.unwrap_or_else(|error| panic!("a racer failed: {error}")));
    }
    outcomes
}

/// How often `wanted` is among the outcomes.
fn times<T: PartialEq>(outcomes: &[T], wanted: &T) -> usize {
    outcomes.iter().filter(|outcome| *outcome == wanted).count()
}

/// Of several claims of one revision exactly one wins, round after round, and it is the winner's that stands.
pub async fn one_of_twenty_claims_wins(stores: Stores) {
    create(&stores, 1).await;
    let id = samples::session_id(1);
    for revision in 1..=10 {
        let outcomes = race(&stores, |stores, n| async move {
            let ledger = claimed(revision, &[samples::numbered_language(n)]);
            (ok(stores.ledgers.advance(&samples::session_id(1), ledger.clone()).await), ledger)
        });
        let won: Vec<_> = outcomes.await.into_iter().filter(|(claim, _)| *claim == Claim::Won).collect();
        assert_eq!(won.len(), 1, "revision {revision}");
        assert_eq!(ok(stores.ledgers.ledger(&id).await).as_deref(), Some(&won[0].1));
    }
}

/// Of several sessions of one name exactly one is created.
pub async fn one_of_twenty_creations_wins(stores: Stores) {
    let outcomes = race(&stores, |stores, _| async move {
        ok(stores.sessions.create(samples::session(1), UpdateLedger::new(samples::NOW)).await)
    });
    assert_eq!(times(&outcomes.await, &Creation::Created), 1);
}

/// Of several endings of one session exactly one happens.
pub async fn one_of_twenty_endings_wins(stores: Stores) {
    create(&stores, 1).await;
    let outcomes = race(&stores, |stores, _| async move {
        ok(stores.sessions.end(&samples::session_id(1), &EndReason::Expired, samples::NOW).await).is_some()
    });
    assert_eq!(times(&outcomes.await, &true), 1);
}

/// Of several connections with one token exactly one gets the place; the others join like anybody.
pub async fn one_of_twenty_resumes_gets_the_place(stores: Stores) {
    create(&stores, 1).await;
    let place = join_new(&stores, samples::listener("first", 1, "es", samples::NOW)).await.place;
    let outcomes = race(&stores, move |stores, n| {
        let mut joiner = samples::listener(&format!("c{n}"), 1, "es", samples::at(1));
        if let WantedRole::Listener { resume, .. } = &mut joiner.role {
            *resume = Some(place.clone());
        }
        async move { join(&stores, joiner).await.kind }
    });
    let outcomes = outcomes.await;
    let resumed = JoinKind::Resumed { superseded: Some(samples::connection("first")) };
    assert_eq!((times(&outcomes, &resumed), times(&outcomes, &JoinKind::New)), (1, RACERS - 1));
    assert_eq!(count(&stores, 1, samples::at(2)).await, RACERS as u64);
}

/// Joins that happen together are all counted, and the session is as full as it may be.
pub async fn joins_at_once_are_all_counted(stores: Stores) {
    create(&stores, 1).await;
    let outcomes = race(&stores, |stores, n| async move {
        let mut joined = 0;
        for m in 0..10 {
            let mut joiner = samples::listener(&format!("c{n}.{m}"), 1, "es", samples::NOW);
            if let WantedRole::Listener { max_listeners, .. } = &mut joiner.role {
                *max_listeners = 150;
            }
            joined += u64::from(matches!(ok(stores.presence.join(joiner).await), Some(Admission::Joined(_))));
        }
        joined
    });
    assert_eq!(outcomes.await.iter().sum::<u64>(), 150);
    let counted = audience(&stores, 1, samples::NOW).await;
    assert_eq!(
        (counted.distribution.listener_count(), counted.history.joins, counted.history.peak),
        (150, 150, 150)
    );
}

/// A connection that joins several sessions together is in one of them.
pub async fn a_connection_joins_one_session(stores: Stores) {
    for n in 0..RACERS as u64 {
        create(&stores, n).await;
    }
    let outcomes = race(&stores, |stores, n| async move {
        let joiner = samples::listener("a", n as u64, "es", samples::NOW);
        matches!(ok(stores.presence.join(joiner).await), Some(Admission::Joined(_)))
    });
    assert_eq!(times(&outcomes.await, &true), 1);
    let mut total = 0;
    for n in 0..RACERS as u64 {
        total += count(&stores, n, samples::NOW).await;
    }
    assert_eq!(total, 1);
}

/// Whoever looks while listeners change their language sees all of them.
pub async fn a_switch_is_never_seen_halfway(stores: Stores) {
    create(&stores, 1).await;
    for n in 0..RACERS {
        join(&stores, samples::listener(&format!("c{n}"), 1, "es", samples::NOW)).await;
    }
    let done = Arc::new(AtomicBool::new(false));
    let (watched, watching) = (stores.clone(), Arc::clone(&done));
    let watcher = tokio::spawn(async move {
        let mut looks = 0_u32;
        while looks == 0 || !watching.load(Ordering::Acquire) {
            assert_eq!(count(&watched, 1, samples::NOW).await, RACERS as u64);
            looks += 1;
            tokio::task::yield_now().await;
        }
    });
    race(&stores, |stores, n| async move {
        for m in 0..50 {
            let counted =
                switch(&stores, &format!("c{n}"), &samples::numbered_language(m % 3), samples::NOW).await;
            assert_eq!(counted.map(|counted| counted.distribution.listener_count()), Some(RACERS as u64));
        }
    })
    .await;
    done.store(true, Ordering::Release);
    watcher.await.unwrap_or_else(|error| panic!("the watcher failed: {error}"));
}
