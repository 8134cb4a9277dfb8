//! Fifty thousand listeners, counted to the last by the index; and a hundred thousand, by counters.

use crate::tables::{self, Made, n, s};
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, ReturnConsumedCapacity, WriteRequest};
use futures_util::StreamExt;
use futures_util::stream::iter;
use headcount_adapters::store::{Heard, Seen, Writers};
use headcount_core::Language;
use headcount_core::ports::PresenceStore;
use headcount_testkit::samples;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::Instant;

/// Listeners by their languages; more than a page of any size brings.
const COUNTS: [(&str, u64); 7] = [
    ("de", 9_000),
    ("es", 30_000),
    ("fr", 6_000),
    ("ja", 3_000),
    ("pt-BR", 1_500),
    ("unknown", 499),
    ("zu", 1),
];

/// How many beside them do not count, of each kind.
const OTHERS: u64 = 300;

type Item = HashMap<String, AttributeValue>;

/// A row as one of two writers makes it: with numbers as they come, or as a floating point has them, and without
/// what can be done without.
fn row(name: String, number: u64) -> Item {
    let now = samples::NOW.as_millis();
    let mut row = vec![
        ("connectionId", s(&name)),
        ("sessionId", s(samples::session_id(1).as_str())),
        ("role", s("listener")),
    ];
    row.extend(match number % 3 {
        0 => vec![
            ("ttl", n(now / 1_000 + 1)),
            ("connectedAt", n(now)),
            ("userAgent", s("x".repeat(120).as_str())),
        ],
        1 => vec![("ttl", n(format!("{}.5", now / 1_000))), ("connectedAt", n("1.8E12"))],
        _ => vec![("connectedAt", n(format!("{now}.0")))],
    });
    row.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn rows() -> impl Iterator<Item = Item> {
    let counted = COUNTS.iter().flat_map(|(language, count)| {
        (0..*count).map(move |number| {
            let mut row = row(format!("{language}-{number}"), number);
            row.insert("targetLanguage".to_owned(), s(language));
            row
        })
    });
    let over = (0..OTHERS).map(|number| {
        let mut row = row(format!("over-{number}"), number);
        row.insert("targetLanguage".to_owned(), s(["es", "it"][usize::from(number % 2 == 0)]));
        row.insert("ttl".to_owned(), n(samples::NOW.as_millis() / 1_000 - number));
        row
    });
    let silent = (0..OTHERS).map(|number| row(format!("silent-{number}"), number));
    let elsewhere = (0..OTHERS).map(|number| {
        let mut row = row(format!("elsewhere-{number}"), number);
        row.insert("targetLanguage".to_owned(), s("es"));
        row.insert("sessionId".to_owned(), s(samples::session_id(2).as_str()));
        row
    });
    counted.chain(over).chain(silent).chain(elsewhere)
}

async fn write(made: &Made) {
    let rows: Vec<_> = rows().collect();
    let batches = rows.chunks(25).map(|batch| {
        let puts = batch.iter().map(|row| {
            let put = PutRequest::builder().set_item(Some(row.clone())).build().unwrap();
            WriteRequest::builder().put_request(put).build()
        });
        let request = made.client.batch_write_item().request_items(&made.names.connections, puts.collect());
        async move {
            let answer = request.send().await.unwrap();
            assert!(answer.unprocessed_items().is_none_or(HashMap::is_empty));
        }
    });
    iter(batches.collect::<Vec<_>>()).buffer_unordered(8).collect::<Vec<_>>().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_fifty_thousand_to_the_last() {
    let made = tables::create().await;
    write(&made).await;
    let id = samples::session_id(1);
    let store = made.store(Writers::Others { scan: false });
    for (attribute, active) in [("isActive", AttributeValue::Bool(true)), ("status", s("active"))] {
        made.put(&made.names.sessions, &[("sessionId", s(id.as_str())), (attribute, active)]).await;
        let counted = store.audience(&id, samples::NOW).await.unwrap().unwrap();
        let found: Vec<_> =
            counted.distribution.iter().map(|(language, count)| (language.as_str(), count)).collect();
        assert_eq!(found, COUNTS);
        assert_eq!(counted.distribution.listener_count(), 50_000);
    }
}

/// The language and the name of each of a hundred thousand.
fn hundred_thousand() -> Vec<(String, &'static str)> {
    let languages =
        COUNTS.iter().flat_map(|(language, count)| (0..*count * 2).map(move |at| (at, *language)));
    languages.map(|(at, language)| (format!("{language}-{at}"), language)).collect()
}

fn language_of(tag: &str) -> Language {
    if tag == "unknown" { Language::unknown() } else { samples::language(tag) }
}

/// What DynamoDB takes for the query that a status makes in our table, in units.
async fn units_of_a_status(made: &Made) -> f64 {
    let query = made.client.query().table_name(&made.names.status).consistent_read(true);
    let query = query.key_condition_expression("pk = :session");
    let query = query.expression_attribute_values(":session", s(samples::session_id(1).as_str()));
    let answer = query.return_consumed_capacity(ReturnConsumedCapacity::Total).send().await.unwrap();
    assert!(answer.last_evaluated_key().is_none(), "one page holds it all");
    answer.consumed_capacity().and_then(|consumed| consumed.capacity_units()).unwrap()
}

/// Noted in parts that make each transaction nearly full: it takes the emulator long enough.
#[tokio::test(flavor = "multi_thread")]
async fn a_status_of_a_hundred_thousand_is_one_small_read() {
    let made = tables::create().await;
    let (id, then) = (samples::session_id(1), samples::at(60_000));
    let store = made.counting_store(16);
    made.put(&made.names.sessions, &[("sessionId", s(id.as_str())), ("status", s("active"))]).await;
    for now in [samples::NOW, then] {
        store.keep_counters(&id, now).await.unwrap();
    }
    assert!(store.audit_counters(&id, then, Instant::now() + Duration::from_secs(60)).await.unwrap().is_done);
    let all = hundred_thousand();
    for (batch, listeners) in all.chunks(1_500).enumerate() {
        // They come within two hours, so their rows expire in nine quarters of an hour.
        let until = samples::at(7_500_000 + (batch as u64 % 120) * 60_000);
        let seen = listeners.iter().map(|(name, language)| Seen {
            connection: samples::connection(name),
            version: format!("{batch:040}"),
            heard: Some(Heard { language: language_of(language), until: Some(until) }),
        });
        store.note_seen(&id, &seen.collect::<Vec<_>>(), then).await.unwrap();
    }
    let counted = store.audience(&id, then).await.unwrap().unwrap();
    assert_eq!(counted.distribution.listener_count(), 100_000);
    assert_eq!(counted.distribution.count(&samples::language("zu")), 2);
    let units = units_of_a_status(&made).await;
    assert!(units <= 10.0, "{units} units");
}
