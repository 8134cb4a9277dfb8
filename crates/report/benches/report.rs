//! What a report of twelve hours in sixty languages costs, from its account to JSON, CSV and the page.
//!
//! `cargo bench -p headcount-report --bench report`; figures belong beside the machine and the date they were taken on.

use criterion::{Criterion, criterion_group, criterion_main};
use headcount_core::{
    Account, Attendance, AudienceHistory, BroadcastState, Language, LanguageDistribution, QualityTier,
    SessionId, SessionStatus, StatusUpdate, Timeline, Timestamp, UpdateReason,
};
use headcount_report::{Report, Table};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

const BEGIN: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const HOURS: u64 = 12;
const LANGUAGES: usize = 60;

/// A session in which thirty listeners change their language every five seconds and the speaker is told every ten.
fn account() -> Account {
    let languages: Vec<_> = (0..LANGUAGES).map(headcount_testkit::samples::numbered_language).collect();
    let (mut timeline, mut audience) = (Timeline::default(), LanguageDistribution::new());
    let mut attendance = Attendance::new(BEGIN);
    let broadcast = BroadcastState::initial(BEGIN);
    let mut steps = Vec::new();
    for language in languages.iter().cycle().take(LANGUAGES * 20) {
        audience.add(language);
        attendance.joined(language, BEGIN);
    }
    for slot in 1..HOURS * 60 * 12 {
        let now = BEGIN.plus(Duration::from_secs(slot * 5));
        steps.extend(timeline.before(now, audience.iter(), &broadcast));
        for mover in 0..30 {
            let at = usize::try_from(slot).unwrap_or(0) + mover * 2;
            let (from, to) = (&languages[at % LANGUAGES], &languages[(at + 7) % LANGUAGES]);
            if audience.count(from) > 0 {
                audience.remove(from);
                audience.add(to);
                attendance.switched(from, to, now);
            }
        }
        if slot % 2 == 0 {
            let update = told(slot, now, &audience, broadcast);
            steps.extend(timeline.told(&update));
        }
    }
    Account {
        session: SessionId::pick(427),
        source_language: Language::unknown(),
        quality_tier: QualityTier::Standard,
        created_at: BEGIN,
        end: None,
        history: Arc::new(AudienceHistory::new(BEGIN)),
        attendance,
        steps,
    }
}

fn told(
    revision: u64,
    now: Timestamp,
    audience: &LanguageDistribution,
    broadcast: BroadcastState,
) -> StatusUpdate {
    let status = SessionStatus {
        session: SessionId::pick(427),
        distribution: audience.shown(63),
        duration_secs: 0,
        broadcast,
        timestamp: now,
        exact: true,
    };
    StatusUpdate { status, reason: UpdateReason::Periodic, revision, audience: None }
}

fn reports(c: &mut Criterion) {
    let account = account();
    let end = BEGIN.plus(Duration::from_secs(HOURS * 60 * 60));
    let report = Report::of(&account, end);
    let mut group = c.benchmark_group("report_of_12_hours_in_60_languages");
    group.bench_function("figures", |b| b.iter(|| black_box(Report::of(&account, end))));
    group.bench_function("json", |b| b.iter(|| black_box(report.to_json())));
    group.bench_function("csv", |b| b.iter(|| black_box(report.to_csv(Table::Curve))));
    group.bench_function("page", |b| b.iter(|| black_box(report.to_html())));
    group.finish();
}

criterion_group!(benches, reports);
criterion_main!(benches);
