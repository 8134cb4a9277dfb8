//! Listing sessions of others without reading their table: whoever was counted is listed as long as it lives.

use crate::tables::{self, Made, n, s};
use aws_sdk_dynamodb::types::AttributeValue;
use headcount_adapters::store::{DynamoStore, Writers};
use headcount_core::ports::{PresenceStore, SessionStore};
use headcount_core::{SessionId, Timestamp};
use headcount_testkit::samples;
use std::time::Duration;

const OTHERS: Writers = Writers::Others { scan: false };

/// Longer than an instance remembers what it has noted.
const LONG: Duration = Duration::from_secs(11 * 60);

async fn write(made: &Made, id: &SessionId, status: AttributeValue, created: Timestamp) {
    let item = [("sessionId", s(id.as_str())), ("status", status), ("createdAt", n(created.as_millis()))];
    made.put(&made.names.sessions, &item).await;
}

async fn begin(made: &Made, id: &SessionId) {
    write(made, id, s("active"), samples::NOW).await;
}

/// Counts the listeners of `id`, as every question and every change of the stream does.
async fn count(store: &DynamoStore, id: &SessionId) -> bool {
    store.audience(id, samples::at(1)).await.unwrap().is_some()
}

async fn live(store: &DynamoStore) -> Vec<SessionId> {
    store.live(None, 1_000).await.unwrap().iter().map(|session| session.id.clone()).collect()
}

/// How many sessions are noted, whether they live or not.
async fn noted(made: &Made) -> usize {
    let query = made.client.query().table_name(&made.names.status);
    let query =
        query.key_condition_expression("pk = :known").expression_attribute_values(":known", s("known"));
    query.send().await.unwrap().items().len()
}

async fn let_time_pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

#[tokio::test]
async fn lists_whoever_was_counted_to_every_instance() {
    let made = tables::create().await;
    let (asked, sweeps) = (made.store(OTHERS), made.store(OTHERS));
    let (known, unknown) = (samples::session_id(1), samples::session_id(2));
    begin(&made, &known).await;
    begin(&made, &unknown).await;
    assert!(!count(&asked, &samples::session_id(3)).await, "there is no such session");
    assert!(live(&sweeps).await.is_empty());
    assert!(count(&asked, &known).await);
    assert_eq!(live(&sweeps).await, [known]);
    assert_eq!(noted(&made).await, 1);
}

#[tokio::test]
async fn pages_through_them_in_the_order_of_names() {
    let made = tables::create().await;
    let store = made.store(OTHERS);
    let mut expected = Vec::new();
    for number in 0..230 {
        let id = samples::session_id(number * 48_611);
        begin(&made, &id).await;
        assert!(count(&store, &id).await);
        // Every third is over by now, in the two ways of saying so or without a word.
        match number % 9 {
            0 => write(&made, &id, s("ended"), samples::NOW).await,
            3 => made.put(&made.names.sessions, &[("sessionId", s(id.as_str()))]).await,
            6 => {
                let delete = made.client.delete_item().table_name(&made.names.sessions);
                delete.key("sessionId", s(id.as_str())).send().await.unwrap();
            }
            _ => expected.push(id),
        }
    }
    expected.sort();
    assert!(store.live(None, 0).await.unwrap().is_empty());
    for limit in [1, 40, 153, 1_000] {
        let mut found = Vec::new();
        loop {
            let page = store.live(found.last(), limit).await.unwrap();
            assert!(page.len() <= limit);
            found.extend(page.iter().map(|session| session.id.clone()));
            if page.len() < limit {
                break;
            }
        }
        assert_eq!(found, expected, "in pages of {limit}");
    }
    assert_eq!(noted(&made).await, expected.len(), "those that are over are struck off");
}

#[tokio::test]
async fn a_session_that_cannot_be_read_is_left_out_and_stays_noted() {
    let made = tables::create().await;
    let store = made.store(OTHERS);
    let (good, odd) = (samples::session_id(1), samples::session_id(2));
    for id in [&good, &odd] {
        begin(&made, id).await;
        assert!(count(&store, id).await);
    }
    made.put(&made.names.sessions, &[("sessionId", s(odd.as_str())), ("isActive", s("yes"))]).await;
    assert_eq!(live(&store).await, std::slice::from_ref(&good));
    begin(&made, &odd).await;
    let mut both = [good, odd];
    both.sort();
    assert_eq!(live(&store).await, both);
}

#[tokio::test]
async fn a_name_that_is_used_again_is_listed_again() {
    let made = tables::create().await;
    let (asked, sweeps) = (made.store(OTHERS), made.store(OTHERS));
    let id = samples::session_id(1);
    begin(&made, &id).await;
    assert!(count(&asked, &id).await);
    write(&made, &id, s("ended"), samples::NOW).await;
    assert!(live(&sweeps).await.is_empty());
    write(&made, &id, s("active"), samples::at(60_000)).await;
    assert!(count(&asked, &id).await, "the instance has noted the one before");
    assert_eq!(live(&sweeps).await, [id]);
}

#[tokio::test]
async fn a_session_that_comes_to_life_again_is_listed_in_the_end() {
    let made = tables::create().await;
    let (asked, sweeps) = (made.store(OTHERS), made.store(OTHERS));
    let id = samples::session_id(1);
    begin(&made, &id).await;
    assert!(count(&asked, &id).await);
    write(&made, &id, s("ended"), samples::NOW).await;
    assert!(live(&sweeps).await.is_empty());
    begin(&made, &id).await;
    let_time_pass(LONG).await;
    assert!(count(&asked, &id).await);
    assert_eq!(live(&sweeps).await, [id]);
}

#[tokio::test]
async fn an_instance_notes_a_session_once_in_a_while() {
    let made = tables::create().await;
    let store = made.store(OTHERS);
    let id = samples::session_id(1);
    begin(&made, &id).await;
    assert!(count(&store, &id).await);
    let delete = made.client.delete_item().table_name(&made.names.status);
    delete.key("pk", s("known")).key("sk", s(id.as_str())).send().await.unwrap();
    assert!(count(&store, &id).await);
    assert_eq!(noted(&made).await, 0, "it was noted a moment ago");
    let_time_pass(LONG).await;
    assert!(count(&store, &id).await);
    assert_eq!(noted(&made).await, 1);
}
