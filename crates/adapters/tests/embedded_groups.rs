//! The embedded store writes what changes in many sessions together: the disk sees few commits, however many sessions.

#![cfg(feature = "store-embedded")]
#![allow(clippy::unwrap_used, reason = "a test fails where it finds an error")]

use headcount_adapters::store::{EmbeddedSettings, EmbeddedStore};
use headcount_core::ports::{Claim, LedgerStore, SessionStore};
use headcount_core::{UpdateLedger, UpdateReason};
use headcount_testkit::samples;
use std::time::Duration;

const SESSIONS: u64 = 100;

#[tokio::test]
async fn the_claims_of_many_sessions_are_one_commit() {
    let directory = tempfile::tempdir().unwrap();
    // Nothing is written by itself in the time of this test.
    let settings =
        EmbeddedSettings { flush_within: Duration::from_secs(60 * 60), ..EmbeddedSettings::default() };
    let store = EmbeddedStore::open(directory.path(), settings, samples::NOW).unwrap();
    let fresh = UpdateLedger::new(samples::NOW);
    for n in 0..SESSIONS {
        store.create(samples::session(n), fresh.clone()).await.unwrap();
    }
    let before = store.commits();
    assert_eq!(before, SESSIONS, "each was waited for, one after the other");

    let told = fresh.record(UpdateReason::Periodic, &Default::default(), samples::at(30_000));
    for n in 0..SESSIONS {
        assert_eq!(store.advance(&samples::session_id(n), told.clone()).await.unwrap(), Claim::Won);
    }
    assert_eq!(store.commits(), before);
    store.flush().await.unwrap();
    assert_eq!(store.commits(), before + 1);
    store.flush().await.unwrap();
    assert_eq!(store.commits(), before + 1, "nothing has changed since");
}
