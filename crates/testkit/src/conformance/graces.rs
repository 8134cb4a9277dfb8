//! Duties of a presence store: listeners whose connection was lost.

use super::asking::{audience, connection, count, create, join, leave, ok, switch};
use crate::{Stores, samples};
use headcount_core::Timestamp;
use headcount_core::ports::{Admission, Departure};

async fn lose(stores: &Stores, name: &str, until: Timestamp, now: Timestamp) {
    let departed = leave(stores, &samples::connection(name), Departure::Grace { until }, now).await;
    assert!(departed.is_some(), "{name} is not found");
}

/// A place in grace counts in its language and is shown as reconnecting; its connection is gone.
pub async fn counts_in_grace_and_hides_the_connection(stores: Stores) {
    create(&stores, 1).await;
    join(&stores, samples::listener("a", 1, "es", samples::NOW)).await;
    join(&stores, samples::listener("b", 1, "es", samples::NOW)).await;
    lose(&stores, "a", samples::at(5_000), samples::NOW).await;
    lose(&stores, "b", samples::at(6_000), samples::at(1)).await;
    let counted = audience(&stores, 1, samples::at(4_999)).await;
    assert_eq!(counted.distribution.count(&samples::language("es")), 2);
    assert_eq!((counted.reconnecting, counted.graces_ended, counted.history.leaves), (2, 0, 0));
    assert_eq!(counted.next_grace_end, Some(samples::at(5_000)));
    let a = samples::connection("a");
    assert_eq!(connection(&stores, "a").await, None);
    assert!(leave(&stores, &a, Departure::Final, samples::at(1)).await.is_none());
    assert!(switch(&stores, "a", &samples::language("fr"), samples::at(1)).await.is_none());
}

/// At its end a grace is over: the listener has left, whatever is asked, and the place is no more.
pub async fn lets_go_when_the_grace_ends(stores: Stores) {
    create(&stores, 1).await;
    let place = join(&stores, samples::listener("a", 1, "es", samples::NOW)).await.place;
    join(&stores, samples::listener("b", 1, "fr", samples::NOW)).await;
    lose(&stores, "a", samples::at(5_000), samples::NOW).await;
    let late = ok(stores.presence.join(samples::resumer("c", 1, &place, samples::at(5_000))).await);
    assert!(matches!(late, Some(Admission::LanguageNeeded)), "{late:?}");
    let departed = leave(&stores, &samples::connection("b"), Departure::Final, samples::at(5_000)).await;
    let counted = departed.unwrap_or_else(|| panic!("the listener is not found")).counted;
    assert_eq!((counted.distribution.listener_count(), counted.reconnecting), (0, 0));
    assert_eq!((counted.history.leaves, counted.next_grace_end), (2, None));
}

/// What has been let go stays gone, though the join that did it was refused and a clock goes back; the next who counts is
/// told.
pub async fn lets_go_for_good_when_a_join_is_refused(stores: Stores) {
    create(&stores, 1).await;
    let place = join(&stores, samples::listener("a", 1, "es", samples::NOW)).await.place;
    lose(&stores, "a", samples::at(5_000), samples::NOW).await;
    let late = ok(stores.presence.join(samples::resumer("b", 1, &place, samples::at(5_000))).await);
    assert!(matches!(late, Some(Admission::LanguageNeeded)), "{late:?}");
    let counted = audience(&stores, 1, samples::at(4_999)).await;
    assert_eq!((counted.distribution.listener_count(), counted.history.leaves), (0, 1));
    assert_eq!((counted.reconnecting, counted.graces_ended), (0, 1));
}

/// Somebody learns of every grace that has ended, and nobody twice.
pub async fn reports_every_ended_grace_once(stores: Stores) {
    create(&stores, 1).await;
    for (name, until) in [("a", 1_000), ("b", 2_000), ("c", 2_000), ("d", 9_000)] {
        join(&stores, samples::listener(name, 1, "es", samples::NOW)).await;
        lose(&stores, name, samples::at(until), samples::NOW).await;
    }
    let joined = join(&stores, samples::listener("e", 1, "es", samples::at(1_500))).await;
    assert_eq!(joined.counted.graces_ended, 1);
    let counted = audience(&stores, 1, samples::at(2_000)).await;
    assert_eq!((counted.graces_ended, counted.reconnecting), (2, 1));
    assert_eq!(counted.next_grace_end, Some(samples::at(9_000)));
    assert_eq!(audience(&stores, 1, samples::at(2_000)).await.graces_ended, 0);
    let switched = switch(&stores, "e", &samples::language("fr"), samples::at(9_000)).await;
    assert_eq!(switched.map(|counted| (counted.graces_ended, counted.reconnecting)), Some((1, 0)));
    assert_eq!(count(&stores, 1, samples::at(9_000)).await, 1);
}

/// A clock that goes back brings nobody back, and makes nobody leave early.
pub async fn bears_a_clock_that_goes_back(stores: Stores) {
    create(&stores, 1).await;
    join(&stores, samples::listener("a", 1, "es", samples::at(10))).await;
    join(&stores, samples::listener("b", 1, "es", samples::at(9))).await;
    lose(&stores, "a", samples::at(1_000), samples::at(8)).await;
    lose(&stores, "b", samples::at(3_000), samples::at(7)).await;
    assert_eq!(count(&stores, 1, samples::at(2_000)).await, 1);
    assert_eq!(count(&stores, 1, samples::at(5)).await, 1);
    assert_eq!(count(&stores, 1, samples::at(3_000)).await, 0);
    let history = audience(&stores, 1, samples::NOW).await.history;
    assert!(history.trend.points().windows(2).all(|pair| pair[0].0 < pair[1].0));
}
