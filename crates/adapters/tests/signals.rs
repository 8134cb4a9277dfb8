//! What the stores that keep accounts find to signal, and that a restart forgets nothing of it and invents nothing.

#![cfg(all(feature = "store-memory", feature = "store-embedded"))]
#![allow(clippy::unwrap_used, reason = "a test fails where it finds an error")]

use headcount_adapters::store::{EmbeddedSettings, EmbeddedStore, MemoryStore};
use headcount_core::ports::{Departure, HistoryStore, PresenceStore, SessionStore};
use headcount_core::{EndReason, Findings, Language, Loss, Signal, SignalRules, SignalTotals, UpdateLedger};
use headcount_testkit::samples::{self, at, language};
use std::path::Path;
use std::time::Duration;

trait Store: SessionStore + PresenceStore + HistoryStore {}

impl<T: SessionStore + PresenceStore + HistoryStore> Store for T {}

fn open(directory: &Path, seconds: u64) -> EmbeddedStore {
    EmbeddedStore::open(directory, EmbeddedSettings::default(), at(seconds * 1_000)).unwrap()
}

async fn begin(store: &dyn Store) {
    let session = samples::session(1);
    let ledger = UpdateLedger::new(session.created_at);
    store.create(session, ledger).await.unwrap();
}

async fn join(store: &dyn Store, listeners: std::ops::Range<u64>, tag: &str, seconds: u64) {
    for n in listeners {
        store.join(samples::listener(&format!("{tag}{n}"), 1, tag, at(seconds * 1_000))).await.unwrap();
    }
}

async fn leave(store: &dyn Store, listeners: std::ops::Range<u64>, tag: &str, seconds: u64) {
    for n in listeners {
        let who = samples::connection(&format!("{tag}{n}"));
        store.leave(&who, Departure::Final, at(seconds * 1_000)).await.unwrap();
    }
}

fn look(store: &dyn Store, seconds: u64) -> Findings {
    store.signals(&samples::session_id(1), &SignalRules::default(), at(seconds * 1_000))
}

async fn totals(store: &dyn Store, seconds: u64) -> SignalTotals {
    let account = store.account(&samples::session_id(1), at(seconds * 1_000)).await.unwrap().unwrap();
    account.attendance.signals
}

fn found(signal: Signal) -> Findings {
    Findings { signals: vec![signal], next: None }
}

fn fr_is_idle() -> Findings {
    found(Signal::LanguageIdle { language: language("fr"), since: at(10_000) })
}

async fn finds_what_there_is(store: &dyn Store) {
    begin(store).await;
    join(store, 0..10, "es", 1).await;
    join(store, 0..2, "fr", 2).await;
    leave(store, 0..2, "fr", 10).await;
    assert_eq!(look(store, 69), Findings { signals: vec![], next: Some(at(70_000)) });
    assert_eq!(look(store, 70), fr_is_idle());
    assert_eq!(look(store, 71), Findings::default());
    join(store, 0..20, "fr", 130).await;
    let saved = Duration::from_secs(60);
    let active = Signal::LanguageActive { language: language("fr"), saved };
    assert_eq!(look(store, 130).signals, [active]);
    leave(store, 0..15, "fr", 150).await;
    let next = look(store, 151).next;
    assert_eq!(next, Some(at(154_000)));
    let loss = Loss { before: 20, after: 5 };
    assert_eq!(look(store, 154).signals, [Signal::LanguageDrop { language: language("fr"), loss }]);
    let id = samples::session_id(1);
    let unserved = Signal::UnservedLanguage { language: language("pt-BR") };
    assert_eq!(store.asked_in_vain(&id, &language("pt-BR")), Some(unserved));
    assert_eq!(store.asked_in_vain(&id, &language("pt-BR")), None);
    assert_eq!(store.asked_in_vain(&samples::session_id(2), &language("pt-BR")), None);

    let live = totals(store, 160).await;
    let french = live.languages[&language("fr")];
    assert_eq!((french.idle, french.drops, french.saved), (1, 1, 60_000));
    assert_eq!(live.unserved[&language("pt-BR")], 2);
    store.end(&id, &EndReason::Ended(None), at(170_000)).await.unwrap().unwrap();
    assert_eq!(totals(store, 180).await, live);
    assert_eq!(look(store, 190), Findings::default(), "nobody looks at what has ended");
}

#[tokio::test]
async fn the_memory_store_finds_what_there_is() {
    finds_what_there_is(&MemoryStore::new()).await;
}

#[tokio::test]
async fn the_embedded_store_finds_what_there_is() {
    let directory = tempfile::tempdir().unwrap();
    finds_what_there_is(&open(directory.path(), 0)).await;
}

#[tokio::test]
async fn a_restart_is_no_drop_and_says_nothing_twice() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path(), 0);
    begin(&store).await;
    join(&store, 0..10, "es", 1).await;
    join(&store, 0..1, "fr", 2).await;
    leave(&store, 0..1, "fr", 10).await;
    assert_eq!(look(&store, 70), fr_is_idle());
    store.asked_in_vain(&samples::session_id(1), &language("pt-BR")).unwrap();
    let before = totals(&store, 70).await;
    store.close().await.unwrap();
    drop(store);

    let store = open(directory.path(), 75);
    assert_eq!(totals(&store, 75).await, before);
    assert_eq!(look(&store, 75), Findings { signals: vec![], next: Some(at(90_000)) }, "counts are short");
    join(&store, 10..19, "es", 80).await;
    assert_eq!(look(&store, 90).signals, []);
    assert_eq!(look(&store, 110).signals, []);
    assert_eq!(store.asked_in_vain(&samples::session_id(1), &language("pt-BR")), None);
}

#[tokio::test]
async fn an_account_of_more_languages_than_are_told_apart_is_read_again() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path(), 0);
    begin(&store).await;
    for n in 0..1_030 {
        let tag = samples::numbered_language(n);
        store.join(samples::listener(&format!("l{n}"), 1, tag.as_str(), at(1_000))).await.unwrap();
    }
    let before = store.account(&samples::session_id(1), at(2_000)).await.unwrap().unwrap();
    assert_eq!(before.attendance.languages.get(&Language::other()).unwrap().count, 6);
    store.close().await.unwrap();
    drop(store);
    let store = open(directory.path(), 10);
    let after = store.account(&samples::session_id(1), at(10_000)).await.unwrap().unwrap();
    assert_eq!(after.attendance.languages.len(), before.attendance.languages.len());
}
