//! The rules alone: what a join, a leave and a change of language cost with 100,000 listeners in ten languages, and
//! what a status costs with 100 and with 1,000,000 of them.
//!
//! `cargo bench -p headcount-core --bench rules`; figures belong beside the machine and the date they were taken on.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use headcount_core::{
    BroadcastState, Language, LanguageDistribution, Quality, QualityTier, ServedLanguages, Session,
    SessionId, SessionStatus, SpeakerSeat, Timestamp, UpdateLedger, UpdatePolicy, UpdateReason,
};
use std::hint::black_box;
use std::time::Duration;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const TAGS: [&str; 10] = ["ar", "de", "es", "fr", "hi", "ja", "ko", "pt-BR", "ru", "zh-Hant"];

fn languages() -> Vec<Language> {
    TAGS.iter().map(|tag| Language::parse(tag).unwrap_or_else(|_| unreachable!("a valid tag"))).collect()
}

fn audience(listeners: u64) -> LanguageDistribution {
    let languages = languages();
    languages.iter().map(|language| (language, listeners / languages.len() as u64)).collect()
}

/// What the speaker has been told of `audience`, which most changes find nothing new in.
fn told(audience: &LanguageDistribution) -> UpdateLedger {
    let shown = audience.shown(UpdatePolicy::default().shown_languages);
    UpdateLedger::new(NOW).record(UpdateReason::Requested, &shown, NOW)
}

fn session() -> Session {
    Session {
        id: SessionId::pick(427),
        owner: None,
        source_language: Language::unknown(),
        quality_tier: QualityTier::Standard,
        created_at: NOW,
        updated_at: NOW,
        expires_at: NOW.plus(Duration::from_secs(2 * 60 * 60)),
        broadcast: BroadcastState::initial(NOW),
        paused_since: None,
        speaker: SpeakerSeat::Never,
        languages: ServedLanguages::default(),
        links: Vec::new(),
    }
}

fn changes(c: &mut Criterion) {
    let (languages, policy) = (languages(), UpdatePolicy::default());
    let start = audience(100_000);
    let ledger = told(&start);
    let soon = NOW.plus(Duration::from_millis(1));
    let mut group = c.benchmark_group("change_of_100000_listeners");
    group.throughput(Throughput::Elements(1));

    // As many join as leave, so that the audience stays as it is however long this runs.
    let (mut crowd, mut turn) = (start.clone(), 0);
    group.bench_function("join_or_leave_and_review", |b| {
        b.iter(|| {
            let language = &languages[turn / 2 % languages.len()];
            if turn % 2 == 0 {
                drop(crowd.add(language))
            } else {
                crowd.remove(language)
            }
            turn += 1;
            black_box(ledger.review(&policy, &crowd, soon))
        });
    });

    let (mut crowd, mut turn) = (start, 0);
    group.bench_function("switch_and_review", |b| {
        b.iter(|| {
            let (from, to) = (&languages[turn % languages.len()], &languages[(turn + 1) % languages.len()]);
            crowd.remove(from);
            black_box(crowd.add(to));
            turn += 1;
            black_box(ledger.review(&policy, &crowd, soon))
        });
    });
    group.finish();
}

fn statuses(c: &mut Criterion) {
    let (session, quality) = (session(), Quality::exact(NOW));
    let room = UpdatePolicy::default().shown_languages;
    let mut group = c.benchmark_group("status_of_10_languages");
    for listeners in [100, 1_000_000] {
        let crowd = audience(listeners);
        group.bench_function(format!("{listeners}_listeners"), |b| {
            b.iter(|| SessionStatus::at(&session, black_box(&crowd).shown(room), &quality, NOW));
        });
        let ledger = told(&crowd);
        group.bench_function(format!("{listeners}_listeners_recorded"), |b| {
            b.iter_batched(
                || crowd.shown(room),
                |shown| ledger.record(UpdateReason::Requested, &shown, NOW),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

criterion_group!(rules, changes, statuses);
criterion_main!(rules);
