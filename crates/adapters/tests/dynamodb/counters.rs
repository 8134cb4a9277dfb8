//! Counting by counters, in tables that others write: over the emulator, from what a stream would say.

use crate::tables::{self, Made, n, s};
use futures_util::future::join_all;
use headcount_adapters::store::{Audited, DynamoStore, Heard, Seen};
use headcount_core::Timestamp;
use headcount_core::ports::PresenceStore;
use headcount_testkit::samples;
use std::time::Duration;
use tokio::time::Instant;

/// One minute and more after the counters are first kept, when they may be audited.
const TAKEN_OVER: u64 = 61_000;

fn within() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

async fn session(made: &Made) {
    let id = samples::session_id(1);
    made.put(&made.names.sessions, &[("sessionId", s(id.as_str())), ("status", s("active"))]).await;
}

/// A row of a listener that lives for `seconds`.
async fn row(made: &Made, name: &str, language: &str, seconds: u64) {
    let id = samples::session_id(1);
    let row = [
        ("connectionId", s(name)),
        ("sessionId", s(id.as_str())),
        ("role", s("listener")),
        ("targetLanguage", s(language)),
        ("ttl", n(samples::NOW.as_millis() / 1_000 + seconds)),
    ];
    made.put(&made.names.connections, &row).await;
}

async fn no_row(made: &Made, name: &str) {
    let request = made.client.delete_item().table_name(&made.names.connections).key("connectionId", s(name));
    request.send().await.unwrap();
}

fn seen(name: &str, version: usize, language: Option<&str>) -> Seen {
    let heard = |tag: &str| Heard { language: samples::language(tag), until: Some(samples::at(7_200_000)) };
    Seen {
        connection: samples::connection(name),
        version: format!("stream/{version:040}"),
        heard: language.map(heard),
    }
}

async fn counts(store: &DynamoStore, now: Timestamp) -> Vec<(String, u64)> {
    let counted = store.audience(&samples::session_id(1), now).await.unwrap().unwrap();
    counted.distribution.iter().map(|(language, count)| (language.to_string(), count)).collect()
}

fn expected(counts: &[(&str, u64)]) -> Vec<(String, u64)> {
    counts.iter().map(|(language, count)| ((*language).to_owned(), *count)).collect()
}

async fn keep(store: &DynamoStore, millis: u64) -> bool {
    store.keep_counters(&samples::session_id(1), samples::at(millis)).await.unwrap()
}

async fn audit(store: &DynamoStore, millis: u64) -> Audited {
    store.audit_counters(&samples::session_id(1), samples::at(millis), within()).await.unwrap()
}

/// Counters that are kept and have been audited; the time is [`TAKEN_OVER`].
async fn settled(made: &Made) -> DynamoStore {
    let store = made.counting_store(4);
    assert!(!keep(&store, 0).await, "another function may still be at work");
    assert!(keep(&store, TAKEN_OVER).await);
    assert!(audit(&store, TAKEN_OVER).await.is_done);
    store
}

/// Takes the index away, so that who counts by it does not count at all.
async fn no_connections(made: &Made) {
    made.client.delete_table().table_name(&made.names.connections).send().await.unwrap();
}

#[tokio::test]
async fn counts_what_the_stream_says_and_reads_no_listener() {
    let made = tables::create().await;
    session(&made).await;
    for name in ["a", "b", "c"] {
        row(&made, name, "es", 7_200).await;
    }
    let store = settled(&made).await;
    no_connections(&made).await;
    let (id, now) = (samples::session_id(1), samples::at(TAKEN_OVER));
    assert_eq!(counts(&store, now).await, expected(&[("es", 3)]), "who was there before");
    let records = [seen("d", 1, Some("fr")), seen("a", 2, None), seen("b", 3, Some("fr"))];
    for _ in 0..3 {
        store.note_seen(&id, &records, now).await.unwrap();
        assert_eq!(counts(&store, now).await, expected(&[("es", 1), ("fr", 2)]));
    }
    store.note_seen(&id, &[seen("d", 4, None)], now).await.unwrap();
    store.note_seen(&id, &[seen("d", 1, Some("fr"))], now).await.unwrap();
    assert_eq!(counts(&store, now).await, expected(&[("es", 1), ("fr", 1)]), "who has left stays away");
}

#[tokio::test]
async fn any_delivery_by_several_functions_comes_to_the_same() {
    let made = tables::create().await;
    session(&made).await;
    let store = settled(&made).await;
    let (id, now) = (samples::session_id(1), samples::at(TAKEN_OVER));
    // Two hundred connections come; every third goes, every fifth changes its language.
    let mut records: Vec<Seen> = (0..200).map(|who| seen(&who.to_string(), who, Some("es"))).collect();
    records.extend((0..200).step_by(3).map(|who| seen(&who.to_string(), 1_000 + who, None)));
    records.extend((0..200).step_by(5).map(|who| seen(&who.to_string(), 2_000 + who, Some("fr"))));
    let batches = (0..6_usize).map(|function| {
        let (mut mine, store, id) = (records.clone(), made.counting_store(4), &id);
        mine.rotate_left(function * 51);
        async move {
            if function % 2 == 0 {
                mine.reverse();
            }
            for batch in mine.chunks(17 + function) {
                // As the function does, the latest of each connection.
                let mut batch = batch.to_vec();
                batch.sort_by(|a, b| (&a.connection, &b.version).cmp(&(&b.connection, &a.version)));
                batch.dedup_by(|a, b| a.connection == b.connection);
                store.note_seen(id, &batch, now).await.unwrap();
            }
        }
    });
    join_all(batches).await;
    let french = (0..200).step_by(5).count() as u64;
    let spanish = (0..200).filter(|who| who % 3 != 0 && who % 5 != 0).count() as u64;
    assert_eq!(counts(&store, now).await, expected(&[("es", spanish), ("fr", french)]));
}

#[tokio::test]
async fn until_they_are_audited_and_when_they_are_not_kept_listeners_are_counted_by_the_index() {
    let made = tables::create().await;
    session(&made).await;
    row(&made, "a", "es", 7_200).await;
    let store = made.counting_store(4);
    let (id, one) = (samples::session_id(1), expected(&[("es", 1)]));
    store.note_seen(&id, &[seen("ghost", 1, Some("fr"))], samples::NOW).await.unwrap();
    assert_eq!(counts(&store, samples::NOW).await, one);
    keep(&store, 0).await;
    assert_eq!(audit(&store, 30_000).await, Audited::default(), "it is too early");
    keep(&store, TAKEN_OVER).await;
    assert_eq!(counts(&store, samples::at(TAKEN_OVER)).await, one);
    let audited = audit(&store, TAKEN_OVER).await;
    assert_eq!((audited.mended, audited.is_first, audited.is_done), (2, true, true));
    // Now a change that only the stream says shows by which it is counted.
    store.note_seen(&id, &[seen("b", 2, Some("de"))], samples::at(TAKEN_OVER)).await.unwrap();
    assert_eq!(counts(&store, samples::at(TAKEN_OVER)).await, expected(&[("de", 1), ("es", 1)]));
    assert_eq!(counts(&store, samples::at(TAKEN_OVER + 200_000)).await, one, "nobody keeps them");
    assert!(!keep(&store, TAKEN_OVER + 300_000).await);
    assert_eq!(counts(&store, samples::at(TAKEN_OVER + 300_000)).await, one, "what was missed is not known");
    assert_eq!(counts(&made.counting_store(5), samples::at(TAKEN_OVER)).await, one, "other counters");
}

#[tokio::test]
async fn an_audit_mends_what_records_that_were_lost_would_have_said() {
    let made = tables::create().await;
    session(&made).await;
    for name in ["stays", "goes", "moves"] {
        row(&made, name, "es", 7_200).await;
    }
    let store = settled(&made).await;
    let now = samples::at(TAKEN_OVER);
    row(&made, "comes", "de", 7_200).await;
    row(&made, "moves", "fr", 7_200).await;
    no_row(&made, "goes").await;
    assert_eq!(counts(&store, now).await, expected(&[("es", 3)]));
    assert!(!keep(&store, 100_000).await, "the next audit is half an hour later");
    for minute in 2..31 {
        keep(&store, minute * 60_000).await;
    }
    assert!(keep(&store, 1_900_000).await);
    let audited = audit(&store, 1_900_000).await;
    assert_eq!((audited.mended, audited.is_first, audited.is_done), (3, false, true));
    let mended = counts(&store, samples::at(1_900_000)).await;
    assert_eq!(mended, expected(&[("de", 1), ("es", 1), ("fr", 1)]));
}

#[tokio::test]
async fn an_audit_mends_a_sum_that_somebody_has_spoilt() {
    let made = tables::create().await;
    session(&made).await;
    for number in 0..40 {
        row(&made, &number.to_string(), "es", 7_200).await;
    }
    let store = settled(&made).await;
    let id = samples::session_id(1);
    let spoil = made.client.update_item().table_name(&made.names.status);
    let spoil = spoil.key("pk", s(id.as_str())).key("sk", s("counters/4/sum/02"));
    let spoil = spoil.update_expression("SET cells = :none").expression_attribute_values(
        ":none",
        aws_sdk_dynamodb::types::AttributeValue::M([("fr".to_owned(), n(7))].into()),
    );
    spoil.send().await.unwrap();
    assert_ne!(counts(&store, samples::at(TAKEN_OVER)).await, expected(&[("es", 40)]));
    for minute in 2..33 {
        keep(&store, minute * 60_000).await;
    }
    assert_eq!(audit(&store, 1_921_000).await.mended, 1);
    assert_eq!(counts(&store, samples::at(1_921_000)).await, expected(&[("es", 40)]));
}

#[tokio::test]
async fn a_row_that_dynamodb_is_late_to_delete_ceases_to_count() {
    let made = tables::create().await;
    session(&made).await;
    row(&made, "over", "es", 0).await;
    row(&made, "soon", "es", 300).await;
    row(&made, "here", "es", 7_200).await;
    let store = settled(&made).await;
    no_connections(&made).await;
    assert_eq!(counts(&store, samples::at(TAKEN_OVER)).await, expected(&[("es", 2)]));
    // No later than a quarter of an hour after its time.
    let later = 300_000 + 15 * 60_000;
    for minute in 2..=20 {
        keep(&store, minute * 60_000).await;
    }
    assert_eq!(counts(&store, samples::at(later)).await, expected(&[("es", 1)]));
}

#[tokio::test]
async fn an_audit_goes_on_where_the_last_one_stopped() {
    let made = tables::create().await;
    session(&made).await;
    for number in 0..10 {
        row(&made, &number.to_string(), "es", 7_200).await;
    }
    let store = made.counting_store(4);
    keep(&store, 0).await;
    keep(&store, TAKEN_OVER).await;
    let id = samples::session_id(1);
    // Each call has time for one step: the rows, then one shard of the marks after the other.
    let mut steps = Vec::new();
    loop {
        let step = store.audit_counters(&id, samples::at(TAKEN_OVER), Instant::now()).await.unwrap();
        steps.push((step.mended, step.is_done));
        if step.is_done {
            break;
        }
        let seen = counts(&store, samples::at(TAKEN_OVER)).await;
        assert_eq!(seen, expected(&[("es", 10)]), "by the index");
    }
    assert_eq!(steps, [(10, false), (0, false), (0, false), (0, false), (0, true)]);
}
