//! How fast a store in memory counts: joins, leaves and switches in a large session, and what a status costs.
//!
//! `cargo bench -p headcount-adapters --features store-memory --bench store`

#![allow(missing_docs, reason = "criterion's macros make items without docs")]
#![allow(clippy::unwrap_used, reason = "a bench stops where it finds an error")]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use headcount_adapters::store::MemoryStore;
use headcount_core::ports::{Admission, Departure, Joiner, PresenceStore, SessionStore, WantedRole};
use headcount_core::{
    BroadcastState, ConnectionId, Language, QualityTier, ServedLanguages, Session, SessionId, SessionStatus,
    ShownDistribution, SpeakerSeat, Timestamp, UpdateLedger,
};
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const BATCH: usize = 10_000;

/// The outcome of `future`, which never waits: it asks a store in memory.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => unreachable!("a store in memory never waits"),
    }
}

fn id() -> SessionId {
    SessionId::pick(0)
}

/// Connection ids as the server makes them: 22 characters.
fn connection(n: usize) -> ConnectionId {
    ConnectionId::parse(&format!("{:022x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))).unwrap()
}

fn languages() -> Vec<Language> {
    let tags = ["es", "fr", "de", "pt-BR", "it", "pl", "ja", "ko", "zh-Hant", "ar"];
    tags.iter().map(|tag| Language::parse(tag).unwrap()).collect()
}

fn join(store: &MemoryStore, connection: ConnectionId, language: Language) {
    let role = WantedRole::Listener { language: Some(language), resume: None, max_listeners: u64::MAX };
    let joiner = Joiner { connection, session: id(), role, now: NOW };
    assert!(matches!(ready(store.join(joiner)), Ok(Some(Admission::Joined(_)))));
}

/// A session of `listeners` in ten languages.
fn hall(listeners: usize) -> MemoryStore {
    let store = MemoryStore::new();
    let session = Session {
        id: id(),
        owner: None,
        source_language: Language::parse("en").unwrap(),
        quality_tier: QualityTier::Standard,
        created_at: NOW,
        updated_at: NOW,
        expires_at: Timestamp::MAX,
        broadcast: BroadcastState::initial(NOW),
        paused_since: None,
        speaker: SpeakerSeat::Never,
        languages: ServedLanguages::default(),
        links: Vec::new(),
    };
    ready(store.create(session, UpdateLedger::new(NOW))).unwrap();
    let languages = languages();
    for n in 0..listeners {
        join(&store, connection(n), languages[n % languages.len()].clone());
    }
    store
}

fn changes(c: &mut Criterion) {
    let mut group = c.benchmark_group("with 100,000 listeners");
    group.throughput(Throughput::Elements(BATCH as u64));
    let store = hall(100_000);
    let languages = languages();
    let newcomers: Vec<_> = (200_000..200_000 + BATCH).map(connection).collect();
    let leave_all = || {
        for id in &newcomers {
            ready(store.leave(id, Departure::Final, NOW)).unwrap();
        }
    };
    let join_all = || {
        for (n, id) in newcomers.iter().enumerate() {
            join(&store, id.clone(), languages[n % languages.len()].clone());
        }
    };
    group.bench_function("join", |b| b.iter_batched(leave_all, |()| join_all(), BatchSize::PerIteration));
    group.bench_function("leave", |b| b.iter_batched(join_all, |()| leave_all(), BatchSize::PerIteration));
    join_all();
    let mut turn = 0;
    group.bench_function("switch", |b| {
        b.iter(|| {
            turn += 1;
            for (n, id) in newcomers.iter().enumerate() {
                ready(store.switch_language(id, &languages[(n + turn) % languages.len()], NOW)).unwrap();
            }
        });
    });
    group.finish();
}

fn status(c: &mut Criterion) {
    let mut group = c.benchmark_group("status with 10 languages");
    for listeners in [100, 1_000_000] {
        let store = hall(listeners);
        group.bench_function(format!("{listeners} listeners"), |b| {
            b.iter(|| {
                let session = ready(store.session(&id())).unwrap().unwrap();
                let counted = ready(store.audience(&id(), NOW)).unwrap().unwrap();
                let shown = counted.distribution.shown(ShownDistribution::DEFAULT_LIMIT);
                black_box(SessionStatus::at(&session, shown, &counted.quality, NOW))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, changes, status);
criterion_main!(benches);
