//! An audience as an item of the SessionStatus table.
//!
//! Counts and languages are words in one text (`es=15 fr=12`), not an attribute each: the item is read and written whole
//! with every join, and a thousand attributes take many times longer than a text of the same length.

use super::crowd::{Crowd, Grace};
use super::item::{Item, item, language, map, millis, ms, n, number, s, text, whole};
use super::row::Seat;
use aws_sdk_dynamodb::types::AttributeValue;
use headcount_core::{
    AudienceHistory, ConnectionId, Language, LanguageDistribution, Place, SessionId, Timestamp, Trend,
};
use std::collections::BTreeMap;

/// The sort key of audiences.
pub(super) const KEY: &str = "audience";

pub(super) fn read(item: &Item) -> Option<Crowd> {
    let started = millis(item, "started")?;
    let mut crowd = Crowd {
        life: number(item, "life")?,
        started,
        version: number(item, "version")?,
        leases: map(item, "leases")?
            .iter()
            .filter_map(|(end, counts)| Some((end.parse().ok()?, read_counts(counts.as_s().ok()?))))
            .collect(),
        graces: list(item, "graces").iter().filter_map(read_grace).collect(),
        graces_ended: number(item, "gracesEnded")?,
        history: read_history(item, started)?,
        exp: number(item, "exp")?,
        audience: LanguageDistribution::new(),
        changed: false,
    };
    crowd.recount();
    Some(crowd)
}

fn read_counts(counts: &str) -> BTreeMap<Language, u64> {
    let pairs = counts.split_ascii_whitespace().filter_map(|word| word.split_once('='));
    pairs.filter_map(|(tag, count)| Some((language(tag), count.parse().ok()?))).collect()
}

fn read_grace(value: &AttributeValue) -> Option<Grace> {
    let grace = value.as_m().ok()?;
    let place = Place {
        first: ConnectionId::parse(text(grace, "first")?).ok()?,
        turn: u32::try_from(number(grace, "turn")?).ok()?,
    };
    let counted_as = language(text(grace, "countedAs")?);
    let language = text(grace, "language").map_or_else(|| counted_as.clone(), language);
    Some(Grace { until: millis(grace, "until")?, seat: Seat { place, language, counted_as } })
}

/// What happened to the audience of a session created at `started`.
fn read_history(item: &Item, started: Timestamp) -> Option<AudienceHistory> {
    let numbers: Vec<_> = list(item, "trend").iter().filter_map(whole).collect();
    let points = numbers.chunks_exact(2).map(|point| (Timestamp::from_millis(point[0]), point[1]));
    Some(AudienceHistory {
        peak: number(item, "peak")?,
        peak_at: millis(item, "peakAt")?,
        joins: number(item, "joins")?,
        leaves: number(item, "leaves")?,
        languages_seen: text(item, "languagesSeen")
            .unwrap_or_default()
            .split_ascii_whitespace()
            .map(language)
            .collect(),
        trend: Trend::from_points(started, points),
    })
}

fn list<'a>(item: &'a Item, name: &str) -> &'a [AttributeValue] {
    item.get(name).and_then(|value| value.as_l().ok()).map_or(&[], Vec::as_slice)
}

pub(super) fn write(session: &SessionId, crowd: &Crowd) -> Item {
    let mut written = item([
        ("pk", Some(s(session.as_str()))),
        ("sk", Some(s(KEY))),
        ("life", Some(n(crowd.life))),
        ("started", Some(ms(crowd.started))),
        ("version", Some(n(crowd.version))),
        ("leases", Some(write_leases(&crowd.leases))),
        ("graces", Some(AttributeValue::L(crowd.graces.iter().map(write_grace).collect()))),
        ("gracesEnded", Some(n(crowd.graces_ended))),
        ("exp", Some(n(crowd.exp))),
    ]);
    written.extend(write_history(&crowd.history));
    written
}

fn write_leases(leases: &BTreeMap<u64, BTreeMap<Language, u64>>) -> AttributeValue {
    let counts = |counts: &BTreeMap<Language, u64>| {
        let words: Vec<_> = counts.iter().map(|(tag, count)| format!("{tag}={count}")).collect();
        s(words.join(" "))
    };
    AttributeValue::M(leases.iter().map(|(end, lease)| (end.to_string(), counts(lease))).collect())
}

fn write_grace(grace: &Grace) -> AttributeValue {
    let Seat { place, language, counted_as } = &grace.seat;
    AttributeValue::M(item([
        ("until", Some(ms(grace.until))),
        ("first", Some(s(place.first.as_str()))),
        ("turn", Some(n(place.turn))),
        ("countedAs", Some(s(counted_as.as_str()))),
        ("language", (language != counted_as).then(|| s(language.as_str()))),
    ]))
}

pub(super) fn write_history(history: &AudienceHistory) -> Item {
    let seen: Vec<_> = history.languages_seen.iter().map(Language::as_str).collect();
    let points = history.trend.points().iter().flat_map(|(at, count)| [ms(*at), n(*count)]);
    item([
        ("peak", Some(n(history.peak))),
        ("peakAt", Some(ms(history.peak_at))),
        ("joins", Some(n(history.joins))),
        ("leaves", Some(n(history.leaves))),
        ("languagesSeen", Some(s(seen.join(" ")))),
        ("trend", Some(AttributeValue::L(points.collect()))),
    ])
}
