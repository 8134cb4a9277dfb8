//! The embedded store with a disk that is full, a file that is damaged, and a directory that is somebody else's.

#![cfg(feature = "store-embedded")]
#![allow(clippy::unwrap_used, reason = "a test fails where it finds an error")]

use headcount_adapters::store::{EmbeddedSettings, EmbeddedStore, OpenError};
use headcount_core::ports::{Claim, Creation, LedgerStore, PresenceStore, SessionStore, StoreError};
use headcount_core::{BroadcastChange, EndReason, SessionChange, UpdateLedger};
use headcount_testkit::samples;
use rusqlite::Connection;
use std::path::Path;

const FILE: &str = "headcount.db";

fn open(directory: &Path) -> Result<EmbeddedStore, OpenError> {
    EmbeddedStore::open(directory, EmbeddedSettings::default(), samples::NOW)
}

/// A directory with a database in order, and one session in it.
async fn directory() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path()).unwrap();
    assert_eq!(create(&store, 1).await.unwrap(), Creation::Created);
    directory
}

async fn create(store: &EmbeddedStore, n: u64) -> Result<Creation, StoreError> {
    store.create(samples::session(n), UpdateLedger::new(samples::NOW)).await
}

/// Creates sessions until the disk is full, and says how many it took.
async fn fill(store: &EmbeddedStore) -> u64 {
    for n in 0..10_000 {
        match create(store, n).await {
            Ok(_) => {}
            Err(StoreError::Full(why)) => {
                assert!(why.contains(FILE) && why.contains("room"), "{why}");
                return n;
            }
            Err(error) => panic!("not full but: {error}"),
        }
    }
    panic!("ten thousand sessions fit");
}

fn small() -> EmbeddedSettings {
    EmbeddedSettings { max_bytes: Some(160 * 1_024), ..EmbeddedSettings::default() }
}

#[tokio::test]
async fn a_full_disk_takes_no_session_and_stops_none() {
    let directory = tempfile::tempdir().unwrap();
    let store = EmbeddedStore::open(directory.path(), small(), samples::NOW).unwrap();
    let taken = fill(&store).await;
    assert!(taken > 10);
    assert!(!store.takes_new(), "it has just refused one");
    assert!(store.session(&samples::session_id(taken)).await.unwrap().is_none(), "a refused session lives");

    // Live sessions count, pause and announce. So much is announced that it cannot fit.
    let pause = SessionChange::Broadcast(BroadcastChange { is_paused: Some(true), ..Default::default() });
    let languages: Vec<_> = (0..1_000).map(samples::numbered_language).collect();
    for n in 0..taken {
        let id = samples::session_id(n);
        store.join(samples::listener(&format!("c{n}"), n, "es", samples::NOW)).await.unwrap();
        let told = UpdateLedger::from_parts(1, 1, samples::NOW, None, languages.iter().cloned().collect());
        assert_eq!(store.advance(&id, told).await.unwrap(), Claim::Won);
        assert!(store.update(&id, &pause, samples::at(1)).await.unwrap().unwrap().after.broadcast.is_paused);
        let counted = store.audience(&id, samples::at(2)).await.unwrap().unwrap();
        assert_eq!((counted.distribution.listener_count(), counted.quality.is_exact()), (1, true));
    }
    assert!(matches!(store.flush().await, Err(StoreError::Full(_))));
}

#[tokio::test]
async fn it_recovers_by_itself_when_there_is_room_again() {
    let directory = tempfile::tempdir().unwrap();
    let store = EmbeddedStore::open(directory.path(), small(), samples::NOW).unwrap();
    let taken = fill(&store).await;
    let (big, last) = (samples::session_id(taken - 1), taken - 1);
    let languages = (0..1_000).map(samples::numbered_language).collect();
    let told = UpdateLedger::from_parts(1, 1, samples::NOW, None, languages);
    assert_eq!(store.advance(&big, told.clone()).await.unwrap(), Claim::Won);
    assert!(matches!(store.flush().await, Err(StoreError::Full(_))));
    for n in 0..last {
        assert!(
            store.end(&samples::session_id(n), &EndReason::Expired, samples::at(1)).await.unwrap().is_some()
        );
    }
    store.flush().await.unwrap();
    assert!(store.takes_new());
    assert_eq!(create(&store, 20_000).await.unwrap(), Creation::Created);
    drop(store);

    let store = open(directory.path()).unwrap();
    let mut live: Vec<_> =
        store.live(None, 10).await.unwrap().iter().map(|session| session.id.clone()).collect();
    live.sort();
    let mut expected = vec![big.clone(), samples::session_id(20_000)];
    expected.sort();
    assert_eq!(live, expected);
    assert_eq!(store.ledger(&big).await.unwrap().as_deref(), Some(&told));
}

/// Opens what must not be opened: the error names the file, and nothing is changed.
fn refused(directory: &Path) -> OpenError {
    let file = directory.join(FILE);
    let before = std::fs::read(&file).unwrap();
    let error = open(directory).err().expect("it was opened");
    assert_eq!(std::fs::read(&file).unwrap(), before, "the file was changed");
    assert!(error.to_string().contains(FILE), "{error}");
    error
}

#[tokio::test]
async fn a_file_that_is_no_database_is_left_alone() {
    let directory = directory().await;
    std::fs::write(directory.path().join(FILE), "Dear diary, today I learned about databases. ".repeat(200))
        .unwrap();
    let error = refused(directory.path());
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
    assert!(error.to_string().contains("backup"), "{error}");
}

#[tokio::test]
async fn a_damaged_database_is_left_alone() {
    let directory = directory().await;
    let file = directory.path().join(FILE);
    let mut bytes = std::fs::read(&file).unwrap();
    // The header stays, so it looks like a database; every page after the first is overwritten.
    bytes[4_096..].fill(0xa5);
    std::fs::write(&file, bytes).unwrap();
    assert!(matches!(refused(directory.path()), OpenError::Damaged { .. }));
}

#[tokio::test]
async fn rows_that_make_no_sense_are_damage() {
    for damage in [
        "UPDATE session SET volume = 7.0",
        "UPDATE session SET id = 'no id'",
        "UPDATE session SET quality_tier = 'golden'",
        "UPDATE ledger SET announced = 'es, fr'",
        "UPDATE ledger SET revision = -1",
        "UPDATE history SET trend = '[[1]]'",
        "DELETE FROM ledger",
        "DELETE FROM history",
    ] {
        let directory = directory().await;
        let db = Connection::open(directory.path().join(FILE)).unwrap();
        db.pragma_update(None, "journal_mode", "DELETE").unwrap();
        db.pragma_update(None, "foreign_keys", false).unwrap();
        db.execute_batch(damage).unwrap();
        drop(db);
        let error = open(directory.path()).err().expect(damage);
        assert!(matches!(error, OpenError::Damaged { .. }), "{damage}: {error}");
    }
}

#[tokio::test]
async fn a_database_of_a_later_version_is_left_alone() {
    let directory = directory().await;
    let db = Connection::open(directory.path().join(FILE)).unwrap();
    db.pragma_update(None, "user_version", 999).unwrap();
    drop(db);
    let error = refused(directory.path());
    assert!(matches!(error, OpenError::Newer { found: 999, .. }), "{error}");
}

#[tokio::test]
async fn a_database_of_another_program_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let db = Connection::open(directory.path().join(FILE)).unwrap();
    db.execute_batch("CREATE TABLE recipe (name TEXT)").unwrap();
    drop(db);
    assert!(matches!(refused(directory.path()), OpenError::Foreign { .. }));
}

#[tokio::test]
async fn two_stores_do_not_share_a_directory() {
    let directory = tempfile::tempdir().unwrap();
    let first = open(directory.path()).unwrap();
    let error = open(directory.path()).err().expect("it was opened twice");
    assert!(matches!(error, OpenError::Locked { .. }), "{error}");
    assert_eq!(create(&first, 1).await.unwrap(), Creation::Created);
    drop(first);
    assert!(open(directory.path()).is_ok());
}

#[test]
fn a_directory_that_cannot_be_made_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = open(&file.join("data")).err().expect("it was opened");
    assert!(matches!(error, OpenError::Directory { .. }), "{error}");
    assert!(error.to_string().contains("file"), "{error}");
}

#[tokio::test]
async fn a_closed_store_says_so() {
    let directory = directory().await;
    let store = open(directory.path()).unwrap();
    store.close().await.unwrap();
    store.close().await.unwrap();
    for n in [7, 8] {
        assert!(matches!(create(&store, n).await, Err(StoreError::Unavailable(_))));
    }
    assert!(matches!(store.flush().await, Err(StoreError::Unavailable(_))));
    // The directory is free, although the closed store is still there.
    assert!(open(directory.path()).is_ok());
}
