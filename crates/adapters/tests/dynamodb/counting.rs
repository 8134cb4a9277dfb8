//! Counting by the index, in tables that others write.

use crate::tables::{self, Made, n, s};
use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};
use headcount_adapters::store::{DynamoStore, Writers};
use headcount_core::ports::PresenceStore;
use headcount_testkit::samples;

const OTHERS: Writers = Writers::Others { scan: false };

async fn counts(store: &DynamoStore) -> Vec<(String, u64)> {
    let counted = store.audience(&samples::session_id(1), samples::NOW).await.unwrap().unwrap();
    counted.distribution.iter().map(|(language, count)| (language.as_str().to_owned(), count)).collect()
}

fn expected(counts: &[(&str, u64)]) -> Vec<(String, u64)> {
    counts.iter().map(|(language, count)| ((*language).to_owned(), *count)).collect()
}

async fn session(made: &Made) {
    let id = samples::session_id(1);
    made.put(&made.names.sessions, &[("sessionId", s(id.as_str())), ("status", s("active"))]).await;
}

/// Listeners with as much beside them as makes a page end after a thousand.
async fn listeners(made: &Made, language: &str, count: usize) {
    let session = samples::session_id(1);
    let padding = "x".repeat(900);
    let numbers: Vec<_> = (0..count).collect();
    for batch in numbers.chunks(25) {
        let puts = batch.iter().map(|number| {
            let put = PutRequest::builder()
                .item("connectionId", s(&format!("{language}-{number}")))
                .item("sessionId", s(session.as_str()))
                .item("role", s("listener"))
                .item("targetLanguage", s(language))
                .item("ttl", n(samples::NOW.as_millis() / 1_000 + 60))
                .item("padding", s(&padding));
            WriteRequest::builder().put_request(put.build().unwrap()).build()
        });
        let request = made.client.batch_write_item();
        request.request_items(&made.names.connections, puts.collect()).send().await.unwrap();
    }
}

async fn listener(made: &Made, name: &str, language: &str, ttl: Option<u64>) {
    let id = samples::session_id(1);
    let mut item = vec![
        ("connectionId", s(name)),
        ("sessionId", s(id.as_str())),
        ("role", s("listener")),
        ("targetLanguage", s(language)),
    ];
    item.extend(ttl.map(|ttl| ("ttl", n(ttl))));
    made.put(&made.names.connections, &item).await;
}

#[tokio::test]
async fn counts_every_page_of_every_language() {
    let made = tables::create().await;
    session(&made).await;
    for (language, count) in [("de", 40), ("es", 2_500), ("fr", 1_100), ("zu", 3)] {
        listeners(&made, language, count).await;
    }
    let store = made.store(OTHERS);
    let all = expected(&[("de", 40), ("es", 2_500), ("fr", 1_100), ("zu", 3)]);
    assert_eq!(counts(&store).await, all);
    assert_eq!(counts(&store).await, all, "with the languages of the last time");
}

/// Languages come and go beside `crowd` listeners of another.
async fn find_languages(crowd: usize) {
    let made = tables::create().await;
    session(&made).await;
    listeners(&made, "nl", crowd).await;
    let store = made.store(OTHERS);
    let beside_crowd = |languages: &[&str]| {
        let mut all = expected(&[("nl", crowd as u64)]);
        all.retain(|(_, count)| *count > 0);
        all.extend(languages.iter().map(|language| ((*language).to_owned(), 1)));
        all.sort_unstable();
        all
    };
    assert_eq!(counts(&store).await, beside_crowd(&[]));
    listener(&made, "a", "es", None).await;
    assert_eq!(counts(&store).await, beside_crowd(&["es"]));
    // Before, between and after what is known.
    for (name, language) in [("b", "af"), ("c", "zu"), ("d", "fr"), ("e", "et")] {
        listener(&made, name, language, None).await;
    }
    assert_eq!(counts(&store).await, beside_crowd(&["af", "es", "et", "fr", "zu"]));
    let request = made.client.delete_item().table_name(&made.names.connections).key("connectionId", s("a"));
    request.send().await.unwrap();
    assert_eq!(counts(&store).await, beside_crowd(&["af", "et", "fr", "zu"]));
}

#[tokio::test]
async fn finds_languages_that_come_and_forgets_those_that_go() {
    find_languages(0).await;
}

#[tokio::test]
async fn finds_languages_beside_more_listeners_than_are_read() {
    find_languages(1_001).await;
}

#[tokio::test]
async fn counts_a_session_that_grows_and_shrinks() {
    let made = tables::create().await;
    session(&made).await;
    let store = made.store(OTHERS);
    listeners(&made, "es", 998).await;
    listeners(&made, "fr", 2).await;
    assert_eq!(counts(&store).await, expected(&[("es", 998), ("fr", 2)]), "all that is read");
    listener(&made, "one more", "fr", None).await;
    assert_eq!(counts(&store).await, expected(&[("es", 998), ("fr", 3)]));
    for number in 2..998 {
        let key = s(&format!("es-{number}"));
        let request = made.client.delete_item().table_name(&made.names.connections).key("connectionId", key);
        request.send().await.unwrap();
    }
    let few = expected(&[("es", 2), ("fr", 3)]);
    assert_eq!(counts(&store).await, few, "with the languages of the last time");
    assert_eq!(counts(&store).await, few, "and without");
}

#[tokio::test]
async fn counts_one_language_once_however_it_is_written() {
    let made = tables::create().await;
    session(&made).await;
    for (number, tag) in
        ["es", "ES", " es ", "pt_br", "pt-BR", "unknown", "not a language"].iter().enumerate()
    {
        listener(&made, &number.to_string(), tag, None).await;
    }
    assert_eq!(counts(&made.store(OTHERS)).await, expected(&[("es", 3), ("pt-BR", 2), ("unknown", 2)]));
}

#[tokio::test]
async fn leaves_out_speakers_and_those_whose_time_is_over() {
    let made = tables::create().await;
    session(&made).await;
    let now = samples::NOW.as_millis() / 1_000;
    listener(&made, "here", "es", Some(now + 1)).await;
    listener(&made, "over", "es", Some(now)).await;
    listener(&made, "long over", "fr", Some(now - 86_400)).await;
    let id = samples::session_id(1);
    let speaker = [
        ("connectionId", s("speaker")),
        ("sessionId", s(id.as_str())),
        ("role", s("speaker")),
        ("targetLanguage", s("es")),
    ];
    made.put(&made.names.connections, &speaker).await;
    assert_eq!(counts(&made.store(OTHERS)).await, expected(&[("es", 1)]));
}
