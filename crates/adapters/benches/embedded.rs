//! What 10,000 sessions on disk cost: to open them, and to write what changes in them.
//!
//! `cargo bench -p headcount-adapters --features store-embedded --bench embedded`

#![allow(missing_docs, reason = "criterion's macros make items without docs")]
#![allow(clippy::unwrap_used, reason = "a bench stops where it finds an error")]

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use headcount_adapters::store::{EmbeddedSettings, EmbeddedStore};
use headcount_core::ports::{Claim, LedgerStore, PresenceStore, SessionStore};
use headcount_core::{Language, UpdateLedger};
use headcount_testkit::samples;
use std::path::Path;
use std::time::Duration;
use tokio::runtime::Runtime;

const SESSIONS: u64 = 10_000;
/// What is claimed in a second when every session has its periodic update each 30 s.
const CLAIMS: u64 = SESSIONS / 30;

fn open(directory: &Path) -> EmbeddedStore {
    EmbeddedStore::open(directory, EmbeddedSettings::default(), samples::NOW).unwrap()
}

fn languages() -> [Language; 5] {
    ["es", "fr", "de", "pt-BR", "zh-Hant"].map(samples::language)
}

/// Sessions of five listeners in five languages, of which their speakers know.
async fn fill(store: &EmbeddedStore) {
    for n in 0..SESSIONS {
        store.create(samples::session(n), UpdateLedger::new(samples::NOW)).await.unwrap();
        for (m, language) in languages().iter().enumerate() {
            let joiner =
                samples::listener(&format!("c{n}.{m}"), n, language.as_str(), samples::at(m as u64 * 7_000));
            store.join(joiner).await.unwrap();
        }
    }
    claim(store, 0..SESSIONS, 1).await;
    store.flush().await.unwrap();
}

async fn claim(store: &EmbeddedStore, sessions: impl Iterator<Item = u64>, revision: u64) {
    for n in sessions {
        let told = UpdateLedger::from_parts(revision, 5, samples::at(revision), None, languages().into());
        assert_eq!(store.advance(&samples::session_id(n), told).await.unwrap(), Claim::Won);
    }
}

fn embedded(c: &mut Criterion) {
    let mut group = c.benchmark_group("10,000 sessions on disk");
    group.sample_size(20).measurement_time(Duration::from_secs(8));
    let directory = tempfile::tempdir().unwrap();
    let runtime = Runtime::new().unwrap();
    runtime.block_on(fill(&open(directory.path())));
    group.bench_function("open", |b| {
        b.iter_batched(|| (), |()| open(directory.path()), BatchSize::PerIteration);
    });
    let store = open(directory.path());
    let mut revision = 1;
    group.bench_function("write the periodic claims of a second, all at once", |b| {
        b.iter(|| {
            revision += 1;
            runtime.block_on(async {
                claim(&store, 0..CLAIMS, revision).await;
                store.flush().await.unwrap();
            });
        });
    });
    group.finish();
}

criterion_group!(benches, embedded);
criterion_main!(benches);
