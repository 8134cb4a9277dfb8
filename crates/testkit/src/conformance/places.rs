//! Duties of a presence store: resuming a place.

use super::asking::{audience, connection, count, create, join, join_new, leave, ok};
use crate::{Stores, samples};
use headcount_core::ports::{Admission, Departure, JoinKind, Joiner, WantedRole};
use headcount_core::{Place, Role};

/// Who resumes a live place takes it from the connection that had it.
pub async fn resumes_a_live_place(stores: Stores) {
    create(&stores, 1).await;
    let first = join_new(&stores, samples::listener("a", 1, "es", samples::NOW)).await;
    let second = join(&stores, samples::resumer("b", 1, &first.place, samples::at(1))).await;
    assert_eq!(second.kind, JoinKind::Resumed { superseded: Some(samples::connection("a")) });
    assert_eq!(second.place, Place { turn: first.place.turn + 1, ..first.place.clone() });
    assert_eq!(second.connection.role, Role::Listener { language: samples::language("es") });
    assert_eq!(connection(&stores, "a").await, None);
    assert!(leave(&stores, &samples::connection("a"), Departure::Final, samples::at(2)).await.is_none());
    let third = join(&stores, samples::resumer("c", 1, &second.place, samples::at(3))).await;
    assert_eq!(third.kind, JoinKind::Resumed { superseded: Some(samples::connection("b")) });
    let counted = audience(&stores, 1, samples::at(4)).await;
    assert_eq!(
        (counted.distribution.listener_count(), counted.history.joins, counted.history.leaves),
        (1, 1, 0)
    );
    leave(&stores, &samples::connection("c"), Departure::Final, samples::at(5)).await;
    assert_eq!(count(&stores, 1, samples::at(6)).await, 0);
}

/// Who resumes a place in grace takes it from nobody; the count does not move.
pub async fn resumes_a_place_in_grace(stores: Stores) {
    create(&stores, 1).await;
    let first = join_new(&stores, samples::listener("a", 1, "es", samples::NOW)).await;
    let grace = Departure::Grace { until: samples::at(5_000) };
    leave(&stores, &samples::connection("a"), grace, samples::at(1)).await;
    let second = join(&stores, samples::resumer("b", 1, &first.place, samples::at(4_999))).await;
    assert_eq!(second.kind, JoinKind::Resumed { superseded: None });
    assert_eq!((second.counted.reconnecting, second.counted.distribution.listener_count()), (0, 1));
    let counted = audience(&stores, 1, samples::at(60_000)).await;
    assert_eq!(
        (counted.distribution.listener_count(), counted.graces_ended, counted.history.leaves),
        (1, 0, 0)
    );
}

/// Another language on resuming is a change of language.
pub async fn changes_the_language_on_resuming(stores: Stores) {
    create(&stores, 1).await;
    let first = join_new(&stores, samples::listener("a", 1, "es", samples::NOW)).await;
    let joiner = resumer_in("b", "fr", &first.place);
    let second = join(&stores, joiner).await;
    assert_eq!(second.kind, JoinKind::Resumed { superseded: Some(samples::connection("a")) });
    assert_eq!(second.connection.role, Role::Listener { language: samples::language("fr") });
    assert!(second.switched);
    assert!(!join(&stores, resumer_in("c", "fr", &second.place)).await.switched);
    let shown: Vec<_> = second.counted.distribution.iter().collect();
    assert_eq!(shown, [(&samples::language("fr"), 1)]);
}

/// A token is good for one turn.
pub async fn takes_a_stale_turn_for_an_ordinary_join(stores: Stores) {
    create(&stores, 1).await;
    let first = join_new(&stores, samples::listener("a", 1, "es", samples::NOW)).await;
    let second = join(&stores, samples::resumer("b", 1, &first.place, samples::at(1))).await;
    let late = join(&stores, resumer_in("c", "de", &first.place)).await;
    assert_eq!(late.kind, JoinKind::New);
    assert_eq!(late.counted.distribution.listener_count(), 2);
    assert!(connection(&stores, "b").await.is_some());
    let ahead = Place { turn: second.place.turn + 1, ..second.place };
    assert_eq!(join(&stores, resumer_in("d", "de", &ahead)).await.kind, JoinKind::New);
    let answer = ok(stores.presence.join(samples::resumer("e", 1, &first.place, samples::at(2))).await);
    assert!(matches!(answer, Some(Admission::LanguageNeeded)), "{answer:?}");
    let nobody = Place { first: samples::connection("nobody"), turn: 0, home: None };
    assert_eq!(join(&stores, resumer_in("f", "de", &nobody)).await.kind, JoinKind::New);
    assert_eq!(count(&stores, 1, samples::at(3)).await, 4);
}

/// A place belongs to its session.
pub async fn takes_a_place_of_another_session_for_an_ordinary_join(stores: Stores) {
    create(&stores, 1).await;
    create(&stores, 2).await;
    let elsewhere = join_new(&stores, samples::listener("a", 2, "es", samples::NOW)).await;
    assert_eq!(join(&stores, resumer_in("b", "fr", &elsewhere.place)).await.kind, JoinKind::New);
    assert_eq!((count(&stores, 1, samples::NOW).await, count(&stores, 2, samples::NOW).await), (1, 1));
    assert!(connection(&stores, "a").await.is_some());
}

/// Whoever has a place needs no room for it.
pub async fn resumes_in_a_full_session(stores: Stores) {
    create(&stores, 1).await;
    let first = join_new(&stores, samples::listener("a", 1, "es", samples::NOW)).await;
    let role = WantedRole::Listener { language: None, resume: Some(first.place), max_listeners: 1 };
    let joiner = Joiner { role, ..samples::listener("b", 1, "es", samples::NOW) };
    assert_eq!(
        join(&stores, joiner).await.kind,
        JoinKind::Resumed { superseded: Some(samples::connection("a")) }
    );
}

/// What a speaker gets for a place is none.
pub async fn does_not_let_a_speaker_be_resumed(stores: Stores) {
    create(&stores, 1).await;
    let speaker = join_new(&stores, samples::speaker("speaker", 1, samples::NOW)).await;
    assert_eq!(join(&stores, resumer_in("b", "fr", &speaker.place)).await.kind, JoinKind::New);
    leave(&stores, &samples::connection("speaker"), Departure::Final, samples::NOW).await;
    join_new(&stores, samples::listener("speaker", 1, "es", samples::NOW)).await;
    assert_eq!(join(&stores, resumer_in("c", "fr", &speaker.place)).await.kind, JoinKind::New);
    assert!(connection(&stores, "speaker").await.is_some());
}

/// Somebody who wants `place` back in session 1, in the language `tag`.
fn resumer_in(name: &str, tag: &str, place: &Place) -> Joiner {
    let (language, resume) = (Some(samples::language(tag)), Some(place.clone()));
    let role = WantedRole::Listener { language, resume, max_listeners: u64::MAX };
    Joiner { role, ..samples::listener(name, 1, tag, samples::at(2)) }
}
