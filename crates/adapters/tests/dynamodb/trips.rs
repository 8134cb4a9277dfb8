//! How often a status has to wait for the tables.

use crate::tables::{self, Made, n, s};
use futures_util::future::join_all;
use headcount_adapters::store::{DynamoStore, Heard, Seen, Writers};
use headcount_core::UpdateLedger;
use headcount_core::ports::{Claim, LedgerStore, PresenceStore, SessionStore};
use headcount_testkit::samples;
use std::time::Duration;
use tokio::time::Instant;

async fn drop_table(made: &Made, name: &str) {
    made.client.delete_table().table_name(name).send().await.unwrap();
}

/// Asks the questions of a status in the order of the service.
async fn ask(store: &DynamoStore) -> Option<u64> {
    let (id, now) = (samples::session_id(1), samples::at(1));
    store.session(&id).await.ok()??;
    store.session(&id).await.ok()??;
    let counted = store.audience(&id, now).await.ok()??;
    store.ledger(&id).await.ok()??;
    Some(counted.distribution.listener_count())
}

async fn ours() -> (Made, DynamoStore) {
    let made = tables::create().await;
    let store = made.store(Writers::Ours);
    store.create(samples::session(1), UpdateLedger::new(samples::NOW)).await.unwrap();
    store.join(samples::speaker("speaker", 1, samples::NOW)).await.unwrap();
    store.join(samples::listener("a", 1, "es", samples::NOW)).await.unwrap();
    (made, store)
}

#[tokio::test]
async fn one_trip_brings_all_that_a_status_is_made_of() {
    let (made, store) = ours().await;
    assert!(store.connection(&samples::connection("speaker")).await.unwrap().is_some());
    let names = &made.names;
    let tables = [&names.sessions, &names.connections, &names.status];
    join_all(tables.map(|table| drop_table(&made, table))).await;
    assert_eq!(ask(&store).await, Some(1));
    assert_eq!(ask(&store).await, None, "what was given out once is not given out again");
}

#[tokio::test]
async fn what_was_read_ahead_is_not_used_after_a_write() {
    let (_made, store) = ours().await;
    let id = samples::session_id(1);
    store.connection(&samples::connection("speaker")).await.unwrap().unwrap();
    store.join(samples::listener("b", 1, "es", samples::NOW)).await.unwrap();
    assert_eq!(ask(&store).await, Some(2));
    store.connection(&samples::connection("speaker")).await.unwrap().unwrap();
    let next = UpdateLedger::from_parts(1, 2, samples::at(1), None, Default::default());
    assert_eq!(store.advance(&id, next.clone()).await.unwrap(), Claim::Won);
    assert_eq!(store.ledger(&id).await.unwrap().as_deref(), Some(&next));
}

#[tokio::test]
async fn where_others_write_only_the_count_is_a_second_trip() {
    let made = tables::create().await;
    let store = made.store(Writers::Others { scan: false });
    let id = samples::session_id(1);
    made.put(&made.names.sessions, &[("sessionId", s(id.as_str())), ("status", s("active"))]).await;
    for (name, role) in [("speaker", "speaker"), ("a", "listener")] {
        let row = [
            ("connectionId", s(name)),
            ("sessionId", s(id.as_str())),
            ("role", s(role)),
            ("targetLanguage", s("es")),
            ("ttl", n(samples::NOW.as_millis())),
        ];
        made.put(&made.names.connections, &row).await;
    }
    store.connection(&samples::connection("speaker")).await.unwrap().unwrap();
    join_all([&made.names.sessions, &made.names.status].map(|table| drop_table(&made, table))).await;
    assert_eq!(ask(&store).await, Some(1));
}

#[tokio::test]
async fn where_counters_count_one_trip_brings_all_and_no_row_is_read() {
    let made = tables::create().await;
    let store = made.counting_store(16);
    let id = samples::session_id(1);
    made.put(&made.names.sessions, &[("sessionId", s(id.as_str())), ("status", s("active"))]).await;
    let speaker = [("connectionId", s("speaker")), ("sessionId", s(id.as_str())), ("role", s("speaker"))];
    made.put(&made.names.connections, &speaker).await;
    let (first, then) = (samples::NOW, samples::at(60_000));
    store.keep_counters(&id, first).await.unwrap();
    store.keep_counters(&id, then).await.unwrap();
    assert!(store.audit_counters(&id, then, Instant::now() + Duration::from_secs(60)).await.unwrap().is_done);
    let heard = |number: u64| Seen {
        connection: samples::connection(&number.to_string()),
        version: number.to_string(),
        heard: Some(Heard { language: samples::language("es"), until: None }),
    };
    store.note_seen(&id, &(0..500).map(heard).collect::<Vec<_>>(), then).await.unwrap();
    store.connection(&samples::connection("speaker")).await.unwrap().unwrap();
    let names = &made.names;
    join_all([&names.sessions, &names.connections, &names.status].map(|table| drop_table(&made, table)))
        .await;
    store.session(&id).await.unwrap().unwrap();
    let counted = store.audience(&id, then).await.unwrap().unwrap();
    assert_eq!(counted.distribution.listener_count(), 500);
    assert!(store.ledger(&id).await.unwrap().is_some());
    assert!(store.audience(&id, then).await.is_err(), "what was given out once is not given out again");
}
