//! What the embedded store finds again when it is opened a second time.

#![cfg(feature = "store-embedded")]
#![allow(clippy::unwrap_used, reason = "a test fails where it finds an error")]

use headcount_adapters::store::{EmbeddedSettings, EmbeddedStore};
use headcount_core::ports::{
    Admission, Claim, Creation, Departure, LedgerStore, PresenceStore, SessionStore,
};
use headcount_core::{
    BroadcastChange, EndReason, Session, SessionChange, StatusDetail, Timestamp, UpdateLedger, UserId, Volume,
};
use headcount_testkit::samples;
use rusqlite::Connection;
use std::path::Path;
use std::time::Duration;

fn open(directory: &Path, now: Timestamp) -> EmbeddedStore {
    EmbeddedStore::open(directory, EmbeddedSettings::default(), now).unwrap()
}

async fn create(store: &EmbeddedStore, session: Session) {
    let ledger = UpdateLedger::new(session.created_at);
    assert_eq!(store.create(session, ledger).await.unwrap(), Creation::Created);
}

async fn listen(store: &EmbeddedStore, name: &str, session: u64, now: Timestamp) {
    let joined = store.join(samples::listener(name, session, "es", now)).await.unwrap();
    assert!(matches!(joined, Some(Admission::Joined(_))));
}

#[tokio::test]
async fn finds_sessions_and_what_their_speakers_were_told() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path(), samples::NOW);
    let owner = UserId::parse("user-1").ok();
    create(&store, Session { owner, ..samples::session(1) }).await;
    create(&store, samples::session(2)).await;
    let change = BroadcastChange { is_paused: Some(true), is_muted: None, volume: Volume::new(0.1).ok() };
    let attach =
        SessionChange::AttachSpeaker { connection: samples::connection("s"), detail: StatusDetail::Full };
    let links = [1, 2].map(|n| SessionChange::AddLink(samples::link(n, 60_000)));
    for change in links.into_iter().chain([SessionChange::Broadcast(change), attach]) {
        store.update(&samples::session_id(1), &change, samples::at(5)).await.unwrap();
    }
    let lost =
        SessionChange::AttachSpeaker { connection: samples::connection("t"), detail: StatusDetail::Basic };
    let until = samples::at(30_000);
    for change in [lost, SessionChange::LoseSpeaker { connection: None, until }] {
        store.update(&samples::session_id(2), &change, samples::at(6)).await.unwrap();
    }
    let languages = ["es", "zh-Hant"].map(samples::language).into();
    let ledger = UpdateLedger::from_parts(1, 12, samples::at(7), Some(samples::at(7)), languages);
    assert_eq!(store.advance(&samples::session_id(1), ledger.clone()).await.unwrap(), Claim::Won);
    let before = store.live(None, 10).await.unwrap();
    store.close().await.unwrap();
    drop(store);

    let store = open(directory.path(), samples::at(60_000));
    assert_eq!(store.live(None, 10).await.unwrap(), before);
    assert_eq!(store.ledger(&samples::session_id(1)).await.unwrap().as_deref(), Some(&ledger));
    let fresh = UpdateLedger::new(samples::NOW);
    assert_eq!(store.ledger(&samples::session_id(2)).await.unwrap().as_deref(), Some(&fresh));
}

#[tokio::test]
async fn counts_anew_and_says_so_until_the_recovery_is_over() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path(), samples::NOW);
    create(&store, samples::session(1)).await;
    listen(&store, "a", 1, samples::at(1)).await;
    listen(&store, "b", 1, samples::at(2)).await;
    store.leave(&samples::connection("b"), Departure::Final, samples::at(3)).await.unwrap();
    drop(store);

    let store = open(directory.path(), samples::at(60_000));
    create(&store, Session { created_at: samples::at(60_000), ..samples::session(2) }).await;
    let id = samples::session_id(1);
    assert!(store.connection(&samples::connection("a")).await.unwrap().is_none());
    let counted = store.audience(&id, samples::at(60_001)).await.unwrap().unwrap();
    assert_eq!(counted.distribution.listener_count(), 0);
    assert_eq!(counted.quality.inexact_until, Some(samples::at(75_000)));
    let history = &counted.history;
    assert_eq!((history.peak, history.peak_at, history.joins, history.leaves), (2, samples::at(2), 2, 2));
    assert!(history.languages_seen.contains(&samples::language("es")));
    assert_eq!(history.trend.points(), [(samples::NOW, 1), (samples::at(60_000), 0)]);
    assert!(store.audience(&id, samples::at(75_000)).await.unwrap().unwrap().quality.is_exact());
    let new = store.audience(&samples::session_id(2), samples::at(60_001)).await.unwrap().unwrap();
    assert!(new.quality.is_exact());
}

#[tokio::test]
async fn keeps_a_report_of_an_ended_session_and_nothing_personal() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path(), samples::NOW);
    let owner = UserId::parse("user-1").ok();
    create(&store, Session { owner, ..samples::session(1) }).await;
    listen(&store, "connection-1", 1, samples::at(1)).await;
    listen(&store, "connection-2", 1, samples::at(2)).await;
    store.leave(&samples::connection("connection-2"), Departure::Final, samples::at(3)).await.unwrap();
    let reason = EndReason::Ended(Some("thank you Maria".to_owned()));
    let ending = store.end(&samples::session_id(1), &reason, samples::at(9_000)).await.unwrap().unwrap();
    assert_eq!(ending.listeners, 1);
    drop(store);

    let store = open(directory.path(), samples::at(10_000));
    assert!(store.session(&samples::session_id(1)).await.unwrap().is_none());
    drop(store);
    let db = Connection::open(directory.path().join("headcount.db")).unwrap();
    let sql =
        "SELECT session, reason, ended_at, listeners_at_end, peak, joins, leaves, languages_seen FROM report";
    let report: (String, String, i64, i64, i64, i64, i64, String) =
        db.query_one(sql, [], |row| row.try_into()).unwrap();
    let (id, ended_at) = (samples::session_id(1).to_string(), samples::at(9_000).as_millis() as i64);
    assert_eq!(report, (id, "ended".to_owned(), ended_at, 1, 2, 2, 1, r#"["es"]"#.to_owned()));
    let dump: String = db
        .query_one(
            "SELECT group_concat(concat_ws(' ', session, reason, languages_seen, trend)) FROM report",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert!(!dump.contains("Maria") && !dump.contains("user-1") && !dump.contains("connection-"));
    for table in ["session", "ledger", "history"] {
        let rows: i64 = db.query_one(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 0, "{table}");
    }
}

#[tokio::test]
async fn forgets_reports_that_were_kept_long_enough() {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let directory = tempfile::tempdir().unwrap();
    let settings = EmbeddedSettings { keep_reports: 2 * DAY, ..EmbeddedSettings::default() };
    let store = EmbeddedStore::open(directory.path(), settings, samples::NOW).unwrap();
    // Each day a session ends: the first report is forgotten while the store is open.
    for day in 0..4 {
        let now = samples::NOW.plus(DAY * day);
        create(&store, Session { created_at: now, ..samples::session(u64::from(day)) }).await;
        store.end(&samples::session_id(u64::from(day)), &EndReason::Expired, now).await.unwrap();
    }
    drop(store);
    let sessions = || {
        let db = Connection::open(directory.path().join("headcount.db")).unwrap();
        db.query_one("SELECT count(*) FROM report", [], |row| row.get::<_, i64>(0)).unwrap()
    };
    assert_eq!(sessions(), 3);
    drop(EmbeddedStore::open(directory.path(), settings, samples::NOW.plus(DAY * 5)).unwrap());
    assert_eq!(sessions(), 1);
}

#[tokio::test]
async fn keeps_the_first_signing_key() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path(), samples::NOW);
    let (one, two) = tokio::join!(store.signing_key([1; 32]), store.signing_key([2; 32]));
    assert_eq!((one.unwrap(), two.unwrap()), ([1; 32], [1; 32]));
    drop(store);
    assert_eq!(open(directory.path(), samples::NOW).signing_key([3; 32]).await.unwrap(), [1; 32]);
}

#[cfg(unix)]
#[tokio::test]
async fn lets_nobody_else_read_the_signing_key() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path(), samples::NOW);
    store.signing_key([1; 32]).await.unwrap();
    for file in std::fs::read_dir(directory.path()).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{}", file.path().display());
    }
}
