//! What a process that stops or dies leaves behind is sent by the next.

use crate::receiver::{Receiver, Reply};
use crate::sender::{Parts, Sender, settings, started, target, told};
use async_trait::async_trait;
use headcount_adapters::outbox::{Kept, Letter, MemoryOutbox, Outbox};
use headcount_adapters::store::{EmbeddedSettings, EmbeddedStore};
use headcount_core::UpdateLedger;
use headcount_core::ports::{Creation, SessionStore, StoreError};
use headcount_testkit::samples;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;

fn open(directory: &Path) -> Arc<EmbeddedStore> {
    Arc::new(EmbeddedStore::open(directory, EmbeddedSettings::default(), samples::NOW).unwrap())
}

async fn start(store: &Arc<EmbeddedStore>, url: &str) -> Sender {
    let parts = Parts { outbox: Arc::clone(store) as _, ..Parts::default() };
    Sender::with(settings(vec![target(url)]), parts).await
}

#[tokio::test]
async fn what_was_left_is_sent_after_a_restart_and_no_sequence_is_used_twice() {
    let directory = tempfile::tempdir().unwrap();
    let mut receiver = Receiver::start(&[Reply::Status(200)]).await;
    let store = open(directory.path());
    let sender = start(&store, &receiver.url()).await;
    sender.observe(&started(1));
    let first = receiver.next().await;
    sender.until(|figures| figures.delivered == 1).await;
    receiver.reply(&[Reply::Status(500)]);
    sender.observe(&started(2));
    sender.observe(&started(3));
    sender.until(|figures| figures.waiting == 2).await;
    sender.kill();
    store.close().await.unwrap();
    drop(store);

    let mut heard = Vec::new();
    while heard.last() != Some(&2) {
        heard.push(receiver.next().await.sequence());
    }
    receiver.reply(&[Reply::Status(200)]);
    let store = open(directory.path());
    let sender = start(&store, &receiver.url()).await;
    sender.observe(&told(4, 1));
    sender.until(|figures| figures.delivered == 3).await;
    let mut after = Vec::new();
    while after.last() != Some(&4) {
        let delivery = receiver.next().await;
        assert_eq!(delivery.body["source"], first.body["source"]);
        after.push(delivery.sequence());
    }
    after.dedup();
    assert_eq!(after, [2, 3, 4]);
    sender.stop(Duration::from_secs(10)).await;
    store.close().await.unwrap();

    drop(store);
    let store = open(directory.path());
    let sender = start(&store, &receiver.url()).await;
    assert_eq!(sender.figures().waiting, 0, "what has arrived is forgotten");
    sender.observe(&started(5));
    assert_eq!(receiver.next().await.sequence(), 5);
}

#[tokio::test]
async fn a_server_that_stops_sends_what_it_can_and_keeps_the_rest() {
    let directory = tempfile::tempdir().unwrap();
    let mut receiver = Receiver::start(&[Reply::Status(200)]).await;
    let store = open(directory.path());
    let sender = start(&store, &receiver.url()).await;
    for n in 1..=30 {
        sender.observe(&started(n));
    }
    sender.stop(Duration::from_secs(20)).await;
    assert_eq!(receiver.take(30).await[29].sequence(), 30);

    receiver.reply(&[Reply::Silence]);
    let sender = start(&store, &receiver.url()).await;
    sender.observe(&started(31));
    sender.observe(&told(31, 1));
    // It hangs; nobody waits for it beyond the deadline.
    sender.stop(Duration::from_millis(100)).await;
    receiver.reply(&[Reply::Status(200)]);
    let sender = start(&store, &receiver.url()).await;
    sender.until(|figures| figures.delivered == 2).await;
}

#[tokio::test]
async fn what_is_addressed_to_nobody_any_more_is_a_dead_letter() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let unused = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let sender = start(&store, &format!("http://{unused}/")).await;
    sender.observe(&started(1));
    sender.until(|figures| figures.failed > 0).await;
    sender.kill();

    let mut settings = settings(Vec::new());
    let file = directory.path().join("dead.jsonl");
    settings.dead_letters = Some(file.clone());
    let parts = || Parts { outbox: Arc::clone(&store) as _, ..Parts::default() };
    drop(Sender::with(settings.clone(), parts()).await);
    store.flush().await.unwrap();
    drop(Sender::with(settings, parts()).await);
    assert_eq!(std::fs::read_to_string(file).unwrap().lines().count(), 1);
}

/// An outbox that takes nothing until it is told to.
#[derive(Default)]
struct Refusing {
    takes: AtomicBool,
    refused: AtomicUsize,
}

#[async_trait]
impl Outbox for Refusing {
    async fn open(&self, source: &str) -> Result<Kept, StoreError> {
        MemoryOutbox.open(source).await
    }

    async fn keep(&self, _: Vec<Letter>) -> Result<(), StoreError> {
        if self.takes.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.refused.fetch_add(1, Ordering::Relaxed);
        Err(StoreError::Full("no room".to_owned()))
    }

    fn forget(&self, _: &Arc<str>, _: u64) {}
}

#[tokio::test]
async fn nothing_is_sent_before_the_outbox_has_it_and_nothing_is_lost_meanwhile() {
    let mut receiver = Receiver::start(&[Reply::Status(200)]).await;
    let outbox = Arc::new(Refusing::default());
    let parts = Parts { outbox: Arc::clone(&outbox) as _, ..Parts::default() };
    let sender = Sender::with(settings(vec![target(&receiver.url())]), parts).await;
    sender.observe(&started(1));
    sender.until(|_| outbox.refused.load(Ordering::Relaxed) == 1).await;
    sender.observe(&started(2));
    sender.until(|_| outbox.refused.load(Ordering::Relaxed) == 2).await;
    assert!(receiver.is_quiet());
    outbox.takes.store(true, Ordering::Relaxed);
    let came = receiver.take(2).await;
    assert_eq!(came.iter().map(|it| it.sequence()).collect::<Vec<_>>(), [1, 2]);
}

#[tokio::test]
async fn a_database_without_room_for_letters_still_takes_a_session() {
    const LIMIT: u64 = 512 * 1_024;
    let directory = tempfile::tempdir().unwrap();
    let settings = EmbeddedSettings { max_bytes: Some(LIMIT), ..EmbeddedSettings::default() };
    let store = EmbeddedStore::open(directory.path(), settings, samples::NOW).unwrap();
    let letter = |sequence, length| Letter {
        target: "t".into(),
        sequence,
        delivery: "d".into(),
        is_status: false,
        created_at: samples::NOW,
        body: "x".repeat(length).into(),
    };
    let session = samples::session(1);
    let ledger = UpdateLedger::new(session.created_at);
    // Both go into one transaction: the letter waits for others to be written with it.
    let (letters, created) =
        tokio::join!(store.keep(vec![letter(1, 2 * LIMIT as usize)]), store.create(session, ledger));
    assert!(matches!(letters, Err(StoreError::Full(_))), "{letters:?}");
    assert_eq!(created.unwrap(), Creation::Created);
    store.keep(vec![letter(1, 10)]).await.unwrap();
    assert!(store.takes_new());
}
