//! What the stores that keep accounts say of a session, while it lives, after it has ended and after a restart.

#![cfg(all(feature = "store-memory", feature = "store-embedded"))]
#![allow(clippy::unwrap_used, reason = "a test fails where it finds an error")]

use headcount_adapters::store::{EmbeddedSettings, EmbeddedStore, MemoryStore};
use headcount_core::ports::{
    Claim, Departure, HistoryStore, JoinKind, Joiner, LedgerStore, PresenceStore, SessionStore, WantedRole,
};
use headcount_core::{
    Account, BroadcastChange, EndKind, EndReason, Place, Replay, Session, SessionChange, SessionStatus,
    StatusUpdate, Timestamp, UpdateLedger, UpdateReason,
};
use headcount_testkit::samples;
use std::path::Path;
use std::time::Duration;

trait Store: SessionStore + PresenceStore + LedgerStore + HistoryStore {}

impl<T: SessionStore + PresenceStore + LedgerStore + HistoryStore> Store for T {}

fn open(directory: &Path, now: Timestamp) -> EmbeddedStore {
    EmbeddedStore::open(directory, EmbeddedSettings::default(), now).unwrap()
}

async fn begin(store: &dyn Store) {
    let session = samples::session(1);
    let ledger = UpdateLedger::new(session.created_at);
    store.create(session, ledger).await.unwrap();
}

async fn join(store: &dyn Store, name: &str, language: &str, millis: u64) -> Place {
    let joiner = samples::listener(name, 1, language, samples::at(millis));
    match store.join(joiner).await.unwrap() {
        Some(headcount_core::ports::Admission::Joined(joined)) => joined.place,
        other => panic!("not joined: {other:?}"),
    }
}

async fn leave(store: &dyn Store, name: &str, millis: u64) {
    store.leave(&samples::connection(name), Departure::Final, samples::at(millis)).await.unwrap();
}

/// Tells the speaker what is counted at that moment.
async fn tell(store: &dyn Store, revision: u64, millis: u64) -> StatusUpdate {
    let (id, now) = (samples::session_id(1), samples::at(millis));
    let counted = store.audience(&id, now).await.unwrap().unwrap();
    let session: std::sync::Arc<Session> = store.session(&id).await.unwrap().unwrap();
    let shown = counted.distribution.shown(63);
    let update = StatusUpdate {
        status: SessionStatus::at(&session, shown, &counted.quality, now),
        reason: UpdateReason::Periodic,
        revision,
        audience: None,
    };
    let languages = counted.distribution.iter().map(|(language, _)| language.clone()).collect();
    let count = counted.distribution.listener_count();
    let ledger = UpdateLedger::from_parts(revision, count, now, None, languages);
    assert_eq!(store.advance(&id, ledger).await.unwrap(), Claim::Won);
    store.told(&id, &update);
    update
}

async fn account(store: &dyn Store, millis: u64) -> Account {
    store.account(&samples::session_id(1), samples::at(millis)).await.unwrap().unwrap()
}

/// The counts at `millis`, as the account's steps say.
fn counts(account: &Account, millis: u64) -> Vec<(String, u64)> {
    let mut replay = Replay::new();
    for step in account.steps.iter().filter(|step| step.at <= samples::at(millis)) {
        replay.take(step);
    }
    let latest = replay.latest().map(|moment| moment.counts.clone()).unwrap_or_default();
    latest.into_iter().map(|(language, count)| (language.as_str().to_owned(), count)).collect()
}

fn es(count: u64) -> (String, u64) {
    ("es".to_owned(), count)
}

async fn tells_what_happened(store: &dyn Store) {
    begin(store).await;
    let place = join(store, "a", "es", 1_000).await;
    join(store, "b", "es", 2_000).await;
    join(store, "c", "uk", 3_000).await;
    let told = tell(store, 1, 4_000).await;
    store
        .switch_language(&samples::connection("c"), &samples::language("es"), samples::at(6_000))
        .await
        .unwrap();
    let muted = BroadcastChange { is_muted: Some(true), ..BroadcastChange::default() };
    store
        .update(&samples::session_id(1), &SessionChange::Broadcast(muted), samples::at(7_000))
        .await
        .unwrap();
    let resumes = Joiner {
        connection: samples::connection("a2"),
        role: WantedRole::Listener { language: None, resume: Some(place), max_listeners: 10 },
        ..samples::listener("a2", 1, "es", samples::at(8_000))
    };
    let resumed = store.join(resumes).await.unwrap();
    assert!(matches!(
        resumed,
        Some(headcount_core::ports::Admission::Joined(joined)) if matches!(joined.kind, JoinKind::Resumed { .. })
    ));
    leave(store, "b", 11_000).await;

    let live = account(store, 12_000).await;
    let totals = &live.attendance;
    assert_eq!((live.end, totals.total.count, totals.total.peak, totals.reconnects), (None, 2, 3, 1));
    assert_eq!((totals.total.joins, totals.total.leaves, totals.switches.total()), (3, 1, 1));
    assert_eq!(totals.languages.get(&samples::language("es")).unwrap().peak, 3);
    let listened = totals.listener_time(samples::at(12_000));
    assert_eq!(listened, Duration::from_secs(11 + 9 + 9));
    assert_eq!(counts(&live, 3_999), [es(2), ("uk".to_owned(), 1)], "at the end of the first five seconds");
    let at_told: Vec<_> = counts(&live, 4_000);
    let shown: Vec<_> =
        told.status.distribution.iter().map(|(tag, count)| (tag.as_str().to_owned(), count)).collect();
    assert_eq!(at_told, shown, "what was told");
    assert_eq!(counts(&live, 8_000), [es(3)]);
    assert_eq!(counts(&live, 12_000), [es(2)]);

    store.end(&samples::session_id(1), &EndReason::Ended(None), samples::at(13_000)).await.unwrap().unwrap();
    let ended = account(store, 99_000).await;
    assert_eq!(ended.attendance, live.attendance);
    assert_eq!(ended.steps, live.steps);
    let end = ended.end.unwrap();
    assert_eq!((end.at, end.kind, end.listeners), (samples::at(13_000), EndKind::Ended, 2));
    begin(store).await;
    assert_eq!(account(store, 99_000).await.steps, [], "a new session of that name");
    let lines = store.ended(None, 10).await.unwrap();
    assert_eq!((lines.len(), lines[0].peak, lines[0].joins), (1, 3, 3));
    assert_eq!(store.ended(Some(lines[0].number), 10).await.unwrap(), []);
    assert!(store.account(&samples::session_id(2), samples::at(0)).await.unwrap().is_none());
}

#[tokio::test]
async fn the_memory_store_tells_what_happened() {
    tells_what_happened(&MemoryStore::new()).await;
}

#[tokio::test]
async fn the_embedded_store_tells_what_happened() {
    let directory = tempfile::tempdir().unwrap();
    tells_what_happened(&open(directory.path(), samples::NOW)).await;
}

#[tokio::test]
async fn a_restart_loses_nothing_that_was_written() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path(), samples::NOW);
    begin(&store).await;
    join(&store, "a", "es", 1_000).await;
    join(&store, "b", "es", 6_000).await;
    tell(&store, 1, 7_000).await;
    store.flush().await.unwrap();
    let before = account(&store, 7_000).await;
    store.close().await.unwrap();
    drop(store);

    let store = open(directory.path(), samples::at(60_000));
    let after = account(&store, 60_000).await;
    let (total, then) = (&after.attendance.total, &before.attendance.total);
    assert_eq!((total.joins, total.leaves, total.count, total.peak), (then.joins, 2, 0, 2));
    assert_eq!(counts(&after, 6_999), [es(2)]);
    assert_eq!(counts(&after, 60_000), [], "whoever was there has gone");
    join(&store, "c", "es", 61_000).await;
    leave(&store, "c", 71_000).await;
    let later = account(&store, 80_000).await;
    let gained = later.attendance.listener_time(samples::at(80_000))
        - after.attendance.listener_time(samples::at(60_000));
    assert_eq!(gained, Duration::from_secs(10), "nobody listened while there was no server");
    assert_eq!(counts(&later, 65_000), [es(1)]);
    assert_eq!(counts(&later, 80_000), []);
    let told = later.steps.iter().filter(|step| step.told.is_some()).count();
    assert_eq!(told, 1);
}

#[tokio::test]
async fn whether_an_update_said_that_it_is_exact_is_kept_over_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path(), samples::NOW);
    begin(&store).await;
    tell(&store, 1, 7_000).await;
    store.close().await.unwrap();
    drop(store);

    let store = open(directory.path(), samples::at(60_000));
    assert!(!tell(&store, 2, 60_500).await.status.exact, "so soon after a start");
    store.close().await.unwrap();
    drop(store);

    let after = account(&open(directory.path(), samples::at(120_000)), 120_000).await;
    let exact: Vec<_> = after.steps.iter().filter_map(|step| Some(step.told?.exact)).collect();
    assert_eq!(exact, [true, false]);
}

#[tokio::test]
async fn twelve_hours_with_sixty_languages_stay_below_ten_megabytes() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path(), samples::NOW);
    begin(&store).await;
    let tag = |n: u64| samples::numbered_language(usize::try_from(n).unwrap());
    for n in 0..60 {
        join(&store, &format!("l{n}"), tag(n).as_str(), n).await;
    }
    // Every five seconds half of them go elsewhere, and the speaker is told.
    for slot in 1..=12 * 60 * 12_u64 {
        let now = slot * 5_000;
        for mover in 0..30 {
            let who = samples::connection(&format!("l{}", mover * 2 + slot % 2));
            let language = tag((slot * 7 + mover * 5) % 60);
            store.switch_language(&who, &language, samples::at(now)).await.unwrap();
        }
        tell(&store, slot, now + 1).await;
    }
    store.end(&samples::session_id(1), &EndReason::Expired, samples::at(43_201_000)).await.unwrap();
    let steps = account(&store, 43_300_000).await.steps;
    let told = steps.iter().filter(|step| step.told.is_some()).count();
    assert!((1_000..8_640).contains(&told), "{told} updates: as many as there is room for");
    assert_eq!(steps.len() - told, 8_641, "and all that was counted");
    store.close().await.unwrap();
    drop(store);
    let bytes: u64 = std::fs::read_dir(directory.path())
        .unwrap()
        .map(|file| file.unwrap().metadata().unwrap().len())
        .sum();
    assert!(bytes < 10_000_000, "{bytes} bytes");
}
