//! What the conformance suite leaves to each store: odd cases, and that nothing is left behind.

use super::listener::{Listener, NOT_RESUMABLE};
use super::*;
use headcount_core::UpdateLedger;
use headcount_core::ports::Joined;
use headcount_testkit::samples;

fn rooms_with(sessions: u64) -> Rooms {
    let rooms = Rooms::new(None);
    for n in 0..sessions {
        assert!(rooms.open(Live::new(samples::session(n), UpdateLedger::new(samples::NOW))).is_some());
    }
    rooms
}

fn join(rooms: &Rooms, joiner: &Joiner) -> Joined {
    match rooms.join(joiner) {
        Some(Admission::Joined(joined)) => joined,
        other => panic!("not admitted: {other:?}"),
    }
}

fn lose(rooms: &Rooms, name: &str, until: u64, now: u64) -> Departed {
    let departure = Departure::Grace { until: samples::at(until) };
    rooms.leave(&samples::connection(name), departure, samples::at(now)).unwrap()
}

#[test]
fn a_listener_is_as_small_as_the_docs_say() {
    assert_eq!((size_of::<ConnectionId>(), size_of::<Listener>(), size_of::<Arc<Room>>()), (24, 48, 8));
}

#[test]
fn an_ended_session_leaves_nothing_in_the_index() {
    let rooms = rooms_with(2);
    for n in 0..100 {
        join(&rooms, &samples::listener(&format!("c{n}"), n % 2, "es", samples::NOW));
    }
    join(&rooms, &samples::speaker("speaker", 0, samples::NOW));
    lose(&rooms, "c2", 5_000, 1);
    rooms.end(&samples::session_id(0), &EndReason::Expired, samples::at(2)).unwrap();
    assert_eq!(rooms.index.len(), 50);
}

#[test]
fn leaving_and_superseding_leave_nothing_in_the_index() {
    let rooms = rooms_with(1);
    let place = join(&rooms, &samples::listener("a", 0, "es", samples::NOW)).place;
    join(&rooms, &samples::resumer("b", 0, &place, samples::at(1)));
    assert_eq!(rooms.index.len(), 1);
    lose(&rooms, "b", 5_000, 2);
    assert_eq!(rooms.index.len(), 0);
}

#[test]
fn a_superseded_connection_that_joins_again_has_a_place_that_nobody_can_resume() {
    let rooms = rooms_with(1);
    let first = join(&rooms, &samples::listener("a", 0, "es", samples::NOW)).place;
    let second = join(&rooms, &samples::resumer("b", 0, &first, samples::at(1))).place;
    let again = join(&rooms, &samples::listener("a", 0, "fr", samples::at(2)));
    assert_eq!((again.kind, again.place.turn), (JoinKind::New, NOT_RESUMABLE));
    let thief = samples::resumer("thief", 0, &again.place, samples::at(2));
    assert!(matches!(rooms.join(&thief), Some(Admission::LanguageNeeded)));
    // It cannot be resumed, so it does not wait for that either.
    let departed = lose(&rooms, "a", 9_000, 3);
    assert_eq!((departed.counted.reconnecting, departed.counted.distribution.listener_count()), (0, 1));
    let resumed = join(&rooms, &samples::resumer("c", 0, &second, samples::at(4)));
    assert_eq!(resumed.kind, JoinKind::Resumed { superseded: Some(samples::connection("b")) });
}

#[test]
fn the_first_holder_of_a_place_can_have_it_back() {
    let rooms = rooms_with(1);
    let first = join(&rooms, &samples::listener("a", 0, "es", samples::NOW)).place;
    let second = join(&rooms, &samples::resumer("b", 0, &first, samples::at(1))).place;
    let third = join(&rooms, &samples::resumer("a", 0, &second, samples::at(2)));
    assert_eq!(
        (third.kind, third.place.turn),
        (JoinKind::Resumed { superseded: Some(samples::connection("b")) }, 2)
    );
    lose(&rooms, "a", 5_000, 3);
    let fourth = join(&rooms, &samples::resumer("a", 0, &third.place, samples::at(4)));
    assert_eq!((fourth.kind, fourth.place.turn), (JoinKind::Resumed { superseded: None }, 3));
    assert_eq!(fourth.counted.distribution.listener_count(), 1);
}

#[test]
fn a_place_that_was_resumed_and_left_leaves_its_name_free() {
    let rooms = rooms_with(1);
    let first = join(&rooms, &samples::listener("a", 0, "es", samples::NOW)).place;
    join(&rooms, &samples::resumer("b", 0, &first, samples::at(1)));
    rooms.leave(&samples::connection("b"), Departure::Final, samples::at(2)).unwrap();
    assert_eq!(join(&rooms, &samples::listener("a", 0, "es", samples::at(3))).place.turn, 0);
}

#[test]
fn a_stale_entry_of_the_index_stops_nobody() {
    let rooms = rooms_with(2);
    let elsewhere = rooms.room(&samples::session_id(1)).unwrap();
    rooms.index.insert(samples::connection("a"), elsewhere);
    assert!(rooms.connection(&samples::connection("a")).is_none());
    join(&rooms, &samples::listener("a", 0, "es", samples::NOW));
    assert_eq!(rooms.connection(&samples::connection("a")).unwrap().session, samples::session_id(0));
}

#[test]
fn a_grace_that_is_over_as_it_begins_is_none() {
    let rooms = rooms_with(1);
    join(&rooms, &samples::listener("a", 0, "es", samples::NOW));
    let counted = lose(&rooms, "a", 5, 5).counted;
    assert_eq!(
        (counted.distribution.listener_count(), counted.reconnecting, counted.graces_ended),
        (0, 0, 0)
    );
}

#[test]
fn readers_keep_what_they_have_seen() {
    let rooms = rooms_with(1);
    let seen = join(&rooms, &samples::listener("a", 0, "es", samples::NOW)).counted;
    join(&rooms, &samples::listener("b", 0, "fr", samples::at(1)));
    assert_eq!((seen.distribution.listener_count(), seen.history.joins), (1, 1));
    assert_eq!(
        rooms.audience(&samples::session_id(0), samples::at(2)).unwrap().distribution.listener_count(),
        2
    );
}

#[test]
fn a_room_that_is_discarded_was_never_there() {
    let rooms = rooms_with(0);
    let live = || Live::new(samples::session(0), UpdateLedger::new(samples::NOW));
    let room = rooms.open(live()).unwrap();
    join(&rooms, &samples::listener("a", 0, "es", samples::NOW));
    rooms.discard(&room);
    assert!(rooms.session(&samples::session_id(0)).is_none());
    assert_eq!(rooms.index.len(), 0);
    // A second one of the name is another room, which the first one's end does not touch.
    assert!(rooms.open(live()).is_some());
    rooms.discard(&room);
    assert!(rooms.session(&samples::session_id(0)).is_some());
}

#[test]
fn a_count_that_was_spoilt_is_counted_anew_from_the_places() {
    let rooms = rooms_with(1);
    let id = samples::session_id(0);
    for (name, tag) in [("a", "es"), ("b", "fr"), ("c", "fr")] {
        join(&rooms, &samples::listener(name, 0, tag, samples::NOW));
    }
    lose(&rooms, "b", 5_000, 1);
    assert_eq!(rooms.recount(&id, samples::at(2)), 0);
    let room = rooms.room(&id).unwrap();
    room.with(|live| live.audience.spoil(&samples::language("fr"), 3));
    room.with(|live| live.audience.spoil(&samples::language("de"), 4));
    assert_eq!(rooms.recount(&id, samples::at(2)), 7);
    assert_eq!(rooms.recount(&id, samples::at(2)), 0);
    let counted = rooms.audience(&id, samples::at(2)).unwrap();
    let shown: Vec<_> = counted.distribution.iter().map(|(tag, n)| (tag.as_str(), n)).collect();
    assert_eq!(shown, [("es", 1), ("fr", 2)]);
    // What was mended is as good as new: everybody can leave again.
    lose(&rooms, "c", 0, 3);
    assert_eq!(rooms.audience(&id, samples::at(9_000)).unwrap().distribution.listener_count(), 1);
}
