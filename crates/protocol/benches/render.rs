//! How long a message takes to write and to read: `cargo bench -p headcount-protocol`.
//!
//! A status in ten languages must be written in well under two microseconds, however many listeners it counts.

use criterion::{Criterion, criterion_group, criterion_main};
use headcount_core::{
    Audience, BroadcastState, EndReason, Language, LanguageDistribution, Notice, Quality, SessionId,
    SessionStatus, StatusUpdate, Timestamp, UpdateReason,
};
use headcount_protocol::received::Received;
use headcount_protocol::{ClientMessage, Connect, ProtocolError, ServerMessage};
use std::hint::black_box;

const NOW: Timestamp = Timestamp::from_millis(1_699_501_847_000);

fn status(listeners: u64) -> StatusUpdate {
    let tags = ["es", "fr", "de", "pt-BR", "zh-Hant", "ja", "ar", "hi", "it", "ko"];
    let languages = tags.map(|tag| Language::parse(tag).expect("a language"));
    let distribution: LanguageDistribution =
        (1..).zip(&languages).map(|(n, tag)| (tag, listeners / 10 + n)).collect();
    let status = SessionStatus {
        session: SessionId::pick(427),
        distribution: distribution.shown(63),
        duration_secs: 1_847,
        broadcast: BroadcastState::initial(NOW),
        timestamp: NOW,
        exact: true,
    };
    StatusUpdate { status, reason: UpdateReason::Requested, revision: 31, audience: None }
}

fn audience() -> Audience {
    Audience {
        peak_listener_count: 1_000_000,
        peak_at: NOW,
        total_joins: 2_000_000,
        total_leaves: 1_000_000,
        reconnecting: 12,
        languages_seen: 10,
        revision: 31,
        quality: Quality::exact(NOW),
        trend: vec![(NOW, 1_000_000); 60],
    }
}

fn writing(c: &mut Criterion) {
    for listeners in [100, 1_000_000] {
        let update = status(listeners);
        c.bench_function(&format!("write a status: 10 languages, {listeners} listeners"), |b| {
            b.iter(|| ServerMessage::SessionStatus(black_box(&update)).to_json(NOW));
        });
    }
    let full = StatusUpdate { audience: Some(audience()), ..status(1_000_000) };
    c.bench_function("write a status: 10 languages, full detail", |b| {
        b.iter(|| ServerMessage::SessionStatus(black_box(&full)).to_json(NOW));
    });
    let (session, notice) = (SessionId::pick(427), Notice::SessionEnded(EndReason::Expired));
    c.bench_function("write a notice", |b| {
        b.iter(|| ServerMessage::Notice { session: black_box(&session), notice: &notice }.to_json(NOW));
    });
    let error = ProtocolError::rate_limited(3);
    c.bench_function("write an error", |b| b.iter(|| black_box(&error).to_json(NOW)));
}

fn reading(c: &mut Criterion) {
    for (name, text) in [
        ("getSessionStatus", r#"{"action":"getSessionStatus"}"#),
        (
            "joinSession",
            r#"{"action":"joinSession","sessionId":"golden-eagle-427","targetLanguage":"pt-BR"}"#,
        ),
        ("heartbeat", r#"{"action":"heartbeat"}"#),
    ] {
        c.bench_function(&format!("read {name}"), |b| b.iter(|| ClientMessage::parse(black_box(text))));
    }
    let deep = format!("{{\"action\":{}", "[".repeat(4_000));
    c.bench_function("refuse 4 KiB of brackets", |b| b.iter(|| ClientMessage::parse(black_box(&deep))));
    let query = [("sessionId", "golden-eagle-427"), ("targetLanguage", "es")];
    c.bench_function("read the query of a listener", |b| b.iter(|| Connect::parse(black_box(query), None)));
    let text = ServerMessage::SessionStatus(&status(1_000_000)).to_json(NOW);
    c.bench_function("read a status as a client", |b| b.iter(|| Received::parse(black_box(&text))));
}

criterion_group!(benches, writing, reading);
criterion_main!(benches);
