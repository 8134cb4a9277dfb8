//! Duties of a presence store: joining, leaving, changing language.

use super::asking::{audience, connection, count, create, join, join_new, leave, ok, switch};
use crate::{Stores, samples};
use headcount_core::Role;
use headcount_core::ports::{Admission, Departure, JoinKind, Joiner, WantedRole};

/// A connection counts from its join on, and joining again changes nothing.
pub async fn counts_a_connection_once(stores: Stores) {
    create(&stores, 1).await;
    let first = join_new(&stores, samples::listener("a", 1, "es", samples::NOW)).await;
    assert_eq!(first.counted.distribution.listener_count(), 1);
    assert_eq!(first.place.first, samples::connection("a"));
    let again = join(&stores, samples::listener("a", 1, "es", samples::at(7))).await;
    assert_eq!(again.kind, JoinKind::Again);
    assert_eq!((&again.connection, &again.place), (&first.connection, &first.place));
    let counted = audience(&stores, 1, samples::at(8)).await;
    let es = counted.distribution.count(&samples::language("es"));
    assert_eq!((es, counted.distribution.listener_count(), counted.history.joins), (1, 1, 1));
    assert_eq!(connection(&stores, "a").await, Some(first.connection));
}

/// Joining again in another language is a change of language; without one it is none.
pub async fn moves_a_listener_that_joins_again_in_another_language(stores: Stores) {
    create(&stores, 1).await;
    join(&stores, samples::listener("a", 1, "es", samples::NOW)).await;
    let moved = join(&stores, samples::listener("a", 1, "fr", samples::at(1))).await;
    assert_eq!((moved.kind, moved.switched), (JoinKind::Again, true));
    assert_eq!(moved.connection.role, Role::Listener { language: samples::language("fr") });
    let mut nothing = samples::listener("a", 1, "fr", samples::at(2));
    nothing.role = WantedRole::Listener { language: None, resume: None, max_listeners: 0 };
    let unmoved = join(&stores, nothing).await;
    assert_eq!((unmoved.kind, unmoved.switched), (JoinKind::Again, false));
    let counted = audience(&stores, 1, samples::at(3)).await;
    assert_eq!(counted.distribution.iter().collect::<Vec<_>>(), [(&samples::language("fr"), 1)]);
    assert_eq!((counted.history.joins, counted.history.languages_seen.len()), (1, 2));
}

/// A connection has one role in one session.
pub async fn refuses_a_second_role(stores: Stores) {
    create(&stores, 1).await;
    create(&stores, 2).await;
    join(&stores, samples::listener("listener", 1, "es", samples::NOW)).await;
    join(&stores, samples::speaker("speaker", 1, samples::NOW)).await;
    for joiner in [
        samples::speaker("listener", 1, samples::NOW),
        samples::speaker("listener", 2, samples::NOW),
        samples::listener("listener", 2, "es", samples::NOW),
        samples::listener("speaker", 1, "es", samples::NOW),
        samples::speaker("speaker", 2, samples::NOW),
    ] {
        let answer = ok(stores.presence.join(joiner).await);
        assert!(matches!(answer, Some(Admission::AlreadyJoined)), "{answer:?}");
    }
    assert_eq!((count(&stores, 1, samples::NOW).await, count(&stores, 2, samples::NOW).await), (1, 0));
    leave(&stores, &samples::connection("listener"), Departure::Final, samples::NOW).await;
    join_new(&stores, samples::listener("listener", 2, "es", samples::NOW)).await;
}

/// A session has as many listeners as it may have; one that joins again needs no room.
pub async fn admits_as_many_as_there_is_room_for(stores: Stores) {
    create(&stores, 1).await;
    let limited = |name: &str, max_listeners| {
        let role =
            WantedRole::Listener { language: Some(samples::language("es")), resume: None, max_listeners };
        Joiner { role, ..samples::listener(name, 1, "es", samples::NOW) }
    };
    let refused = |answer: Option<Admission>| assert!(matches!(answer, Some(Admission::Full)), "{answer:?}");
    refused(ok(stores.presence.join(limited("a", 0)).await));
    join_new(&stores, limited("a", 2)).await;
    join_new(&stores, limited("b", 2)).await;
    refused(ok(stores.presence.join(limited("c", 2)).await));
    assert_eq!(join(&stores, limited("a", 2)).await.kind, JoinKind::Again);
    assert_eq!(connection(&stores, "c").await, None);
    leave(&stores, &samples::connection("b"), Departure::Final, samples::NOW).await;
    join_new(&stores, limited("c", 2)).await;
    join_new(&stores, samples::speaker("speaker", 1, samples::NOW)).await;
    assert_eq!(count(&stores, 1, samples::NOW).await, 2);
}

/// Who has neither a language nor a place is asked for one.
pub async fn asks_for_a_language(stores: Stores) {
    create(&stores, 1).await;
    let mut joiner = samples::listener("a", 1, "es", samples::NOW);
    joiner.role = WantedRole::Listener { language: None, resume: None, max_listeners: 10 };
    let answer = ok(stores.presence.join(joiner).await);
    assert!(matches!(answer, Some(Admission::LanguageNeeded)), "{answer:?}");
    assert_eq!((connection(&stores, "a").await, count(&stores, 1, samples::NOW).await), (None, 0));
}

/// Whoever leaves is not counted any more, once.
pub async fn lets_go_once(stores: Stores) {
    create(&stores, 1).await;
    join(&stores, samples::listener("a", 1, "es", samples::NOW)).await;
    join(&stores, samples::listener("b", 1, "es", samples::NOW)).await;
    let a = samples::connection("a");
    let departed = leave(&stores, &a, Departure::Final, samples::at(1)).await;
    let departed = departed.unwrap_or_else(|| panic!("the connection is not found"));
    assert_eq!(departed.connection.id, a);
    assert_eq!(departed.connection.role, Role::Listener { language: samples::language("es") });
    assert_eq!((departed.counted.distribution.listener_count(), departed.counted.history.leaves), (1, 1));
    for departure in [Departure::Final, Departure::Grace { until: samples::at(9) }] {
        assert!(leave(&stores, &a, departure, samples::at(2)).await.is_none());
    }
    assert!(leave(&stores, &samples::connection("nobody"), Departure::Final, samples::NOW).await.is_none());
    assert_eq!(connection(&stores, "a").await, None);
    let counted = audience(&stores, 1, samples::at(3)).await;
    assert_eq!((counted.distribution.listener_count(), counted.history.leaves), (1, 1));
    assert_eq!((counted.history.peak, counted.history.peak_at), (2, samples::NOW));
}

/// A change of language moves one listener; only a listener has one.
pub async fn changes_a_language_in_one_step(stores: Stores) {
    create(&stores, 1).await;
    join(&stores, samples::speaker("speaker", 1, samples::NOW)).await;
    join(&stores, samples::listener("a", 1, "es", samples::NOW)).await;
    join(&stores, samples::listener("b", 1, "es", samples::NOW)).await;
    let fr = samples::language("fr");
    let counted = switch(&stores, "a", &fr, samples::at(1)).await;
    let counted = counted.unwrap_or_else(|| panic!("the listener is not found"));
    let es = samples::language("es");
    assert_eq!(counted.distribution.iter().collect::<Vec<_>>(), [(&es, 1), (&fr, 1)]);
    assert_eq!((counted.history.joins, counted.history.leaves), (2, 0));
    let found = connection(&stores, "a").await.map(|connection| connection.role);
    assert_eq!(found, Some(Role::Listener { language: fr.clone() }));
    for name in ["speaker", "nobody"] {
        assert!(switch(&stores, name, &fr, samples::at(2)).await.is_none(), "{name}");
    }
}

/// There is no joining, and no audience, without a session.
pub async fn finds_no_session_that_is_not_there(stores: Stores) {
    for joiner in [samples::listener("a", 1, "es", samples::NOW), samples::speaker("a", 1, samples::NOW)] {
        assert!(ok(stores.presence.join(joiner).await).is_none());
    }
    assert!(ok(stores.presence.audience(&samples::session_id(1), samples::NOW).await).is_none());
    assert_eq!(connection(&stores, "a").await, None);
}

/// A speaker is no listener, and has no grace.
pub async fn forgets_a_speaker_at_once(stores: Stores) {
    create(&stores, 1).await;
    let joined = join_new(&stores, samples::speaker("a", 1, samples::NOW)).await;
    assert_eq!((joined.connection.role, joined.counted.distribution.listener_count()), (Role::Speaker, 0));
    assert_eq!(join(&stores, samples::speaker("a", 1, samples::at(1))).await.kind, JoinKind::Again);
    let grace = Departure::Grace { until: samples::at(5_000) };
    let departed = leave(&stores, &samples::connection("a"), grace, samples::at(2)).await;
    let departed = departed.unwrap_or_else(|| panic!("the speaker is not found"));
    assert_eq!((departed.connection.role, departed.counted.reconnecting), (Role::Speaker, 0));
    assert_eq!(connection(&stores, "a").await, None);
    assert_eq!(audience(&stores, 1, samples::at(3)).await.history.leaves, 0);
}
