//! Tables that we write, beyond what every store must do: their shape, and what the platform does behind our back.

use crate::tables::{self, Made, n, s};
use aws_sdk_dynamodb::types::AttributeValue;
use headcount_adapters::store::{DynamoStore, Writers};
use headcount_core::ports::{Admission, Departure, PresenceStore, SessionStore};
use headcount_core::{EndReason, SessionChange, StatusDetail, UpdateLedger};
use headcount_testkit::samples;
use std::collections::HashMap;

async fn with_session() -> (Made, DynamoStore) {
    let made = tables::create().await;
    let store = made.store(Writers::Ours);
    store.create(samples::session(1), UpdateLedger::new(samples::NOW)).await.unwrap();
    (made, store)
}

async fn join(store: &DynamoStore, name: &str, language: &str) {
    let joined = store.join(samples::listener(name, 1, language, samples::NOW)).await.unwrap();
    assert!(matches!(joined, Some(Admission::Joined(_))), "{joined:?}");
}

async fn count(store: &DynamoStore, millis: u64) -> u64 {
    let counted = store.audience(&samples::session_id(1), samples::at(millis)).await.unwrap().unwrap();
    counted.distribution.listener_count()
}

async fn row(made: &Made, table: &str, key: &str, value: &str) -> Option<HashMap<String, AttributeValue>> {
    made.client.get_item().table_name(table).key(key, s(value)).send().await.unwrap().item
}

#[tokio::test]
async fn writes_the_shape_that_others_read() {
    let (made, store) = with_session().await;
    join(&store, "a", "es").await;
    let id = samples::session_id(1);
    let session = row(&made, &made.names.sessions, "sessionId", id.as_str()).await.unwrap();
    let now = samples::NOW.as_millis();
    for (name, value) in [
        ("createdAt", n(now)),
        ("expiresAt", n(now / 1_000 + 7_200)),
        ("isActive", AttributeValue::Bool(true)),
        ("status", s("active")),
        ("sourceLanguage", s("en")),
        ("qualityTier", s("standard")),
    ] {
        assert_eq!(session.get(name), Some(&value), "{name}");
    }
    let state = session["broadcastState"].as_m().unwrap();
    assert_eq!(state["lastStateChange"], n(now));
    let connection = row(&made, &made.names.connections, "connectionId", "a").await.unwrap();
    for (name, value) in [
        ("sessionId", s(id.as_str())),
        ("role", s("listener")),
        ("targetLanguage", s("es")),
        ("connectedAt", n(now)),
        ("ttl", n(now / 1_000 + 7_500)),
    ] {
        assert_eq!(connection.get(name), Some(&value), "{name}");
    }
    // Whoever reads the tables as those of somebody else counts the same.
    let counted = made.store(Writers::Others { scan: false }).audience(&id, samples::NOW).await;
    assert_eq!(counted.unwrap().unwrap().distribution.listener_count(), 1);
}

#[tokio::test]
async fn an_ended_session_is_in_no_index_and_leaves_a_report() {
    let (made, store) = with_session().await;
    join(&store, "a", "es").await;
    let id = samples::session_id(1);
    store.end(&id, &EndReason::Ended(Some("bye".to_owned())), samples::at(9)).await.unwrap().unwrap();
    let session = row(&made, &made.names.sessions, "sessionId", id.as_str()).await.unwrap();
    assert_eq!((session.get("activeShard"), session.get("status")), (None, Some(&s("ended"))));
    let left = made.client.scan().table_name(&made.names.status).send().await.unwrap();
    let [report] = left.items() else { panic!("more is left than the report: {left:?}") };
    assert_eq!((&report["endReason"], &report["joins"]), (&s("ended"), &n(1)));
    // The row that is left over goes when its connection does.
    assert!(
        store.leave(&samples::connection("a"), Departure::Final, samples::at(10)).await.unwrap().is_none()
    );
    assert!(row(&made, &made.names.connections, "connectionId", "a").await.is_none());
}

#[tokio::test]
async fn who_was_never_seen_leaving_counts_until_the_time_to_live_is_over() {
    let (_made, store) = with_session().await;
    join(&store, "a", "es").await;
    let id = samples::session_id(1);
    let two_hours_five = 125 * 60 * 1_000;
    let at = |millis| store.audience(&id, samples::at(millis));
    assert_eq!(at(two_hours_five - 1).await.unwrap().unwrap().distribution.listener_count(), 1);
    // Rows are let go of a quarter of an hour at a time.
    let counted = at(two_hours_five + 15 * 60 * 1_000).await.unwrap().unwrap();
    assert_eq!(
        (counted.distribution.listener_count(), counted.history.leaves, counted.graces_ended),
        (0, 1, 1)
    );
    // A disconnect that comes after all counts nobody out again.
    let late = samples::at(two_hours_five + 16 * 60 * 1_000);
    let departed = store.leave(&samples::connection("a"), Departure::Final, late).await.unwrap().unwrap();
    assert_eq!((departed.counted.distribution.listener_count(), departed.counted.history.leaves), (0, 1));
}

#[tokio::test]
async fn nobody_is_counted_while_a_session_is_being_ended() {
    let (made, store) = with_session().await;
    let id = samples::session_id(1);
    let session = row(&made, &made.names.sessions, "sessionId", id.as_str()).await.unwrap();
    let life = session["life"].clone();
    let barrier = |life| {
        let until = n(samples::at(2_000).as_millis());
        [("pk", s(id.as_str())), ("sk", s("audience#ending")), ("life", life), ("until", until)]
    };
    // Of an earlier session of that name.
    made.put(&made.names.status, &barrier(n(0))).await;
    join(&store, "a", "es").await;
    made.put(&made.names.status, &barrier(life)).await;
    store.join(samples::listener("b", 1, "es", samples::at(1_999))).await.unwrap_err();
    store.leave(&samples::connection("a"), Departure::Final, samples::at(1_999)).await.unwrap_err();
    assert_eq!(count(&store, 1_999).await, 1);
    // Whoever put it up has died.
    store.join(samples::listener("b", 1, "es", samples::at(2_000))).await.unwrap();
    assert_eq!(count(&store, 2_000).await, 2);
    // It goes with the session.
    store.end(&id, &EndReason::Expired, samples::at(2_001)).await.unwrap().unwrap();
    assert_eq!(made.client.scan().table_name(&made.names.status).send().await.unwrap().count(), 1);
}

#[tokio::test]
async fn a_session_that_cannot_be_read_costs_only_itself() {
    let (made, store) = with_session().await;
    for shard in 0..4 {
        let broken =
            [("sessionId", s(&format!("Broken {shard}"))), ("activeShard", s(&format!("A#{shard}")))];
        made.put(&made.names.sessions, &broken).await;
    }
    let live = store.live(None, 1).await.unwrap();
    assert_eq!(live.iter().map(|session| &session.id).collect::<Vec<_>>(), [&samples::session_id(1)]);
}

#[tokio::test]
async fn two_stores_are_one() {
    let (made, store) = with_session().await;
    let other = made.store(Writers::Ours);
    join(&store, "a", "es").await;
    let language = samples::language("fr");
    other.switch_language(&samples::connection("a"), &language, samples::NOW).await.unwrap().unwrap();
    let counted = store.audience(&samples::session_id(1), samples::NOW).await.unwrap().unwrap();
    assert_eq!(counted.distribution.iter().collect::<Vec<_>>(), [(&language, 1)]);
}

#[tokio::test]
async fn an_ended_session_can_still_address_those_who_were_there() {
    let (_made, store) = with_session().await;
    let id = samples::session_id(1);
    let connection = samples::connection("speaker");
    let attach = SessionChange::AttachSpeaker { connection: connection.clone(), detail: StatusDetail::Basic };
    store.update(&id, &attach, samples::NOW).await.unwrap();
    for name in ["a", "b"] {
        join(&store, name, "es").await;
    }
    store.end(&id, &EndReason::Expired, samples::at(1)).await.unwrap().unwrap();
    assert_eq!(store.last_speaker(&id).await.unwrap(), Some(connection));
    let members = store.members(&id, None).await.unwrap();
    assert_eq!((members.listeners.len(), members.next.is_none()), (2, true));
    // The next session of that name has nothing to tell them.
    store.create(samples::session(1), UpdateLedger::new(samples::NOW)).await.unwrap();
    assert_eq!(store.last_speaker(&id).await.unwrap(), None);
    join(&store, "c", "es").await;
    assert_eq!(store.members(&id, None).await.unwrap().listeners, [samples::connection("c")]);
}

#[tokio::test]
async fn the_first_signing_key_stays() {
    let (made, store) = with_session().await;
    let keys = (1..=8).map(|byte| store.signing_key([byte; 32]));
    let keys = futures_util::future::try_join_all(keys).await.unwrap();
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    assert_eq!(made.store(Writers::Ours).signing_key([99; 32]).await.unwrap(), keys[0]);
}
