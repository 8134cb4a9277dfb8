//! Listing sessions by reading all of a table that others write.

use crate::tables::{self, Made, s};
use aws_sdk_dynamodb::types::AttributeValue;
use headcount_adapters::store::{DynamoStore, Writers};
use headcount_core::SessionId;
use headcount_core::ports::SessionStore;
use headcount_testkit::samples;
use parking_lot::Mutex;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;
use tracing_subscriber::util::SubscriberInitExt;

const OTHERS: Writers = Writers::Others { scan: true };

async fn write(made: &Made, id: &SessionId, attribute: &str, value: AttributeValue) {
    made.put(&made.names.sessions, &[("sessionId", s(id.as_str())), (attribute, value)]).await;
}

/// Sessions, every third of them over, and those that live in the order of their names.
async fn sessions(made: &Made) -> Vec<SessionId> {
    let mut live = Vec::new();
    for number in 0..60 {
        let id = samples::session_id(number * 48_611);
        match number % 6 {
            0 => write(made, &id, "status", s("ended")).await,
            3 => write(made, &id, "isActive", AttributeValue::Bool(false)).await,
            _ => {
                write(made, &id, "status", s("active")).await;
                live.push(id);
            }
        }
    }
    live.sort();
    live
}

async fn page(store: &DynamoStore, after: Option<&SessionId>, limit: usize) -> Option<Vec<SessionId>> {
    let page = store.live(after, limit).await.ok()?;
    Some(page.iter().map(|session| session.id.clone()).collect())
}

#[tokio::test]
async fn one_walk_reads_the_table_once_and_another_one_anew() {
    let made = tables::create().await;
    let store = made.store(OTHERS);
    let live = sessions(&made).await;
    assert_eq!(page(&store, None, 15).await.as_deref(), Some(&live[..15]));
    made.client.delete_table().table_name(&made.names.sessions).send().await.unwrap();
    assert_eq!(page(&store, Some(&live[14]), 15).await.as_deref(), Some(&live[15..30]));
    assert_eq!(page(&store, Some(&live[29]), 15).await.as_deref(), Some(&live[30..]));
    assert_eq!(page(&store, Some(&live[39]), 15).await.as_deref(), Some(&[][..]));
    assert_eq!(page(&store, None, 15).await, None);
}

#[tokio::test]
async fn a_walk_goes_on_in_another_instance_and_after_a_while() {
    let made = tables::create().await;
    let store = made.store(OTHERS);
    let live = sessions(&made).await;
    assert_eq!(page(&store, Some(&live[9]), 5).await.as_deref(), Some(&live[10..15]));
    let late = samples::session_id(70 * 48_611);
    write(&made, &late, "status", s("active")).await;
    assert!(!page(&store, Some(&live[0]), 100).await.unwrap().contains(&late));
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(11)).await;
    tokio::time::resume();
    let before = SessionId::parse("a-a-100").unwrap();
    assert!(page(&store, Some(&before), 100).await.unwrap().contains(&late));
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_counted_in_the_log_and_costs_nobody_else() {
    let made = tables::create().await;
    let live = sessions(&made).await;
    for (number, odd) in [s("yes"), AttributeValue::Null(true)].into_iter().enumerate() {
        write(&made, &samples::session_id(1_000 + number as u64), "isActive", odd).await;
    }
    made.put(&made.names.sessions, &[("sessionId", s("No Session")), ("status", s("active"))]).await;
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    let guard = subscriber.set_default();
    assert_eq!(page(&made.store(OTHERS), None, 100).await, Some(live));
    drop(guard);
    let log = String::from_utf8(log.0.lock().clone()).unwrap();
    let lines: Vec<_> = log.lines().filter(|line| line.contains("cannot be read")).collect();
    assert!(matches!(lines.as_slice(), [line] if line.contains("malformed") && line.contains('3')), "{log}");
}
