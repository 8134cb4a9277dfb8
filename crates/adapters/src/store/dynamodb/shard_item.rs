//! A shard as an item of the SessionStatus table, and what happened to an audience, as it is written there.
//!
//! Counts, languages, graces and the curve are words in texts (`es=15 fr=12`), not an attribute each: the item is read
//! and written whole with every join, and a thousand attributes take many times longer than a text of the same length.
//! Writing costs by the kilobyte. A shard of twenty listeners has half of one; sixty languages, in two spans of leases,
//! and an hour's curve make it two; a thousand graces add fifty.

use super::item::{Item, item, language, map, millis, ms, n, number, s, text};
use super::row::Seat;
use super::shard::{Change, Grace, Shard};
use aws_sdk_dynamodb::types::AttributeValue;
use headcount_core::{
    AudienceHistory, ConnectionId, Language, LanguageDistribution, Place, SessionId, Timestamp, Trend,
};
use std::collections::BTreeMap;
use std::time::Duration;

/// What the sort keys of all that makes up an audience begin with.
pub(super) const PREFIX: &str = "audience#";

/// The sort key of the shard of that number.
pub(super) fn key(number: usize) -> String {
    format!("{PREFIX}{number:02}")
}

/// The shard in `item`, with its number and how many there are.
pub(super) fn read(item: &Item) -> Option<(usize, u64, Shard)> {
    let started = millis(item, "started")?;
    let shard = Shard {
        life: number(item, "life")?,
        started,
        version: number(item, "version")?,
        leases: map(item, "leases")?
            .iter()
            .filter_map(|(end, counts)| Some((end.parse().ok()?, read_counts(counts.as_s().ok()?))))
            .collect(),
        graces: text(item, "graces")?.lines().filter_map(read_grace).collect(),
        graces_ended: number(item, "gracesEnded")?,
        lent: item.get("lent")?.as_n().ok()?.parse().ok()?,
        history: read_history(item, started)?,
        exp: number(item, "exp")?,
        change: Change::Nothing,
    };
    let at = text(item, "sk")?.strip_prefix(PREFIX)?.parse().ok()?;
    Some((at, number(item, "of")?, shard))
}

fn read_counts(counts: &str) -> BTreeMap<Language, u64> {
    let pairs = counts.split_ascii_whitespace().filter_map(|word| word.split_once('='));
    pairs.filter_map(|(tag, count)| Some((language(tag), count.parse().ok()?))).collect()
}

fn read_grace(line: &str) -> Option<Grace> {
    let mut words = line.split(' ');
    let until = Timestamp::from_millis(words.next()?.parse().ok()?);
    let turn = words.next()?.parse().ok()?;
    let place = Place { first: ConnectionId::parse(words.next()?).ok()?, turn, home: None };
    let counted_as = language(words.next()?);
    let language = words.next().map_or_else(|| counted_as.clone(), language);
    Some(Grace { until, seat: Seat { place, language, counted_as } })
}

/// What happened to the audience of a session created at `started`.
fn read_history(item: &Item, started: Timestamp) -> Option<AudienceHistory> {
    let seen = text(item, "languagesSeen").unwrap_or_default();
    Some(AudienceHistory {
        peak: number(item, "peak")?,
        peak_at: millis(item, "peakAt")?,
        joins: number(item, "joins")?,
        leaves: number(item, "leaves")?,
        languages_seen: seen.split_ascii_whitespace().map(language).collect(),
        trend: read_trend(text(item, "trend").unwrap_or_default(), started),
    })
}

fn read_trend(points: &str, started: Timestamp) -> Trend {
    let points = points.split_ascii_whitespace().filter_map(|point| {
        let (seconds, count) = point.split_once('=')?;
        Some((started.plus(Duration::from_secs(seconds.parse().ok()?)), count.parse().ok()?))
    });
    Trend::from_points(started, points)
}

/// The shard of that number, of so many, one version on from where it was read.
pub(super) fn write(session: &SessionId, at: usize, of: usize, shard: &Shard) -> Item {
    let graces: Vec<_> = shard.graces.iter().map(write_grace).collect();
    let mut written = item([
        ("pk", Some(s(session.as_str()))),
        ("sk", Some(s(key(at)))),
        ("of", Some(n(of))),
        ("life", Some(n(shard.life))),
        ("started", Some(ms(shard.started))),
        ("version", Some(n(shard.version + 1))),
        ("leases", Some(write_leases(&shard.leases))),
        ("graces", Some(s(graces.join("\n")))),
        ("gracesEnded", Some(n(shard.graces_ended))),
        ("lent", Some(n(shard.lent))),
        ("exp", Some(n(shard.exp))),
    ]);
    written.extend(write_history(&shard.history, shard.started));
    written
}

fn write_leases(leases: &BTreeMap<u64, BTreeMap<Language, u64>>) -> AttributeValue {
    let counts = |counts: &BTreeMap<Language, u64>| {
        let words: Vec<_> = counts.iter().map(|(tag, count)| format!("{tag}={count}")).collect();
        s(words.join(" "))
    };
    AttributeValue::M(leases.iter().map(|(end, lease)| (end.to_string(), counts(lease))).collect())
}

fn write_grace(grace: &Grace) -> String {
    let Seat { place, language, counted_as } = &grace.seat;
    let (until, turn, first) = (grace.until.as_millis(), place.turn, place.first.as_str());
    let own = if language == counted_as { String::new() } else { format!(" {language}") };
    format!("{until} {turn} {first} {counted_as}{own}")
}

/// What happened to an audience; its curve by seconds after `started`, in which curves are drawn.
pub(super) fn write_history(history: &AudienceHistory, started: Timestamp) -> Item {
    let seen: Vec<_> = history
        .languages_seen
        .iter()
        .take(LanguageDistribution::MAX_LANGUAGES)
        .map(Language::as_str)
        .collect();
    let since = |at: &Timestamp| at.as_millis().saturating_sub(started.as_millis()) / 1_000;
    let points: Vec<_> =
        history.trend.points().iter().map(|(at, count)| format!("{}={count}", since(at))).collect();
    item([
        ("peak", Some(n(history.peak))),
        ("peakAt", Some(ms(history.peak_at))),
        ("joins", Some(n(history.joins))),
        ("leaves", Some(n(history.leaves))),
        ("languagesSeen", Some(s(seen.join(" ")))),
        ("trend", Some(s(points.join(" ")))),
    ])
}
