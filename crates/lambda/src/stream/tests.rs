//! Collapsing a batch, and laying it over a count that lags behind.

use super::batch::collapse;
use super::overlay::Overlay;
use super::seen::{Told, latest};
use crate::counts::{Look, LookedAt};
use crate::tallies::Seen;
use crate::trigger::{Image, StreamRecord};
use async_trait::async_trait;
use headcount_core::ports::{Counted, PresenceStore, SessionStore, StoreError};
use headcount_core::{ConnectionId, LanguageDistribution, SessionId, UpdateLedger};
use headcount_testkit::{ModelStore, samples};
use parking_lot::Mutex;
use proptest::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

fn image(connection: &str, language: &str) -> Image {
    Image {
        connection: samples::connection(connection),
        session: samples::session_id(1),
        language: samples::language(language),
        expires: None,
    }
}

fn record(sequence: usize, old: Option<Image>, new: Option<Image>) -> StreamRecord {
    StreamRecord { sequence: Some(sequence.to_string()), stream: String::new(), old, new }
}

#[test]
fn what_cancels_out_is_not_looked_at() {
    let (es, fr) = (|name| Some(image(name, "es")), |name| Some(image(name, "fr")));
    for (records, sessions) in [
        (vec![record(1, None, es("A"))], 1),
        (vec![record(1, None, es("A")), record(2, es("A"), None)], 0),
        (vec![record(1, None, es("A")), record(2, es("B"), None)], 0),
        (vec![record(1, es("A"), es("A"))], 0),
        (vec![record(1, es("A"), fr("A"))], 1),
        (vec![record(1, es("A"), fr("A")), record(2, fr("A"), es("A"))], 0),
        (vec![record(1, es("A"), None)], 1),
        (vec![record(1, None, None)], 0),
        (vec![], 0),
    ] {
        assert_eq!(collapse(&records, samples::NOW).len(), sessions, "{records:?}");
    }
}

#[test]
fn the_first_record_of_a_session_names_it_and_only_the_last_image_counts() {
    let records = [
        record(4, None, Some(image("A", "es"))),
        record(5, None, Some(image("B", "es"))),
        record(6, Some(image("A", "es")), Some(image("A", "fr"))),
    ];
    let changed = collapse(&records, samples::NOW).remove(&samples::session_id(1)).unwrap();
    assert_eq!(changed.first.as_deref(), Some("4"));
    let mut joined = changed.joined();
    joined.sort();
    let expected = [("A", "fr"), ("B", "es")];
    assert_eq!(joined, expected.map(|(name, tag)| (samples::connection(name), samples::language(tag))));
    assert!(!changed.has_departures());
}

#[test]
fn a_row_that_moves_to_another_session_leaves_one_and_joins_the_other() {
    let there = Image { session: samples::session_id(2), ..image("A", "es") };
    let changed = collapse(&[record(1, Some(image("A", "es")), Some(there))], samples::NOW);
    assert_eq!(changed.len(), 2);
    assert!(changed[&samples::session_id(1)].has_departures());
    assert_eq!(changed[&samples::session_id(2)].joined().len(), 1);
}

#[test]
fn a_row_that_has_expired_did_not_come() {
    let expired = Image { expires: Some(samples::NOW), ..image("A", "es") };
    assert!(collapse(&[record(1, None, Some(expired))], samples::NOW).is_empty());
}

/// An index that shows these, however many there are in the table.
struct Lagging(LanguageDistribution);

#[async_trait]
impl Look for Lagging {
    async fn look(
        &self,
        _store: &dyn PresenceStore,
        _session: &SessionId,
        counted: &mut Counted,
    ) -> Result<(), StoreError> {
        counted.distribution = Arc::new(self.0.clone());
        Ok(())
    }
}

/// What is counted in languages `es` and `fr`, where the table has these listeners, the index shows those counts and
/// the batch says that these have come.
async fn counted(table: &[(&str, &str)], index: (u64, u64), batch: &[(&str, &str)]) -> (u64, u64) {
    let (es, fr) = (samples::language("es"), samples::language("fr"));
    let mut shown = LanguageDistribution::new();
    for (language, count) in [(&es, index.0), (&fr, index.1)] {
        if count > 0 {
            shown.add_many(language, count);
        }
    }
    let store = ModelStore::default();
    store.create(samples::session(1), UpdateLedger::new(samples::NOW)).await.unwrap();
    for (name, tag) in table {
        store.join(samples::listener(name, 1, tag, samples::NOW)).await.unwrap();
    }
    let joins = batch.iter().map(|(name, tag)| (samples::connection(name), samples::language(tag))).collect();
    let overlay = Overlay::new(samples::session_id(1), joins);
    let index = LookedAt::new(Arc::new(store), Arc::new(Lagging(shown)));
    let overlaid = LookedAt::new(Arc::new(index), Arc::new(overlay));
    let counted = overlaid.audience(&samples::session_id(1), samples::NOW).await.unwrap().unwrap();
    (counted.distribution.count(&es), counted.distribution.count(&fr))
}

#[tokio::test]
async fn who_has_come_is_counted_though_the_index_lags() {
    assert_eq!(counted(&[("A", "es")], (0, 0), &[("A", "es")]).await, (1, 0));
    assert_eq!(counted(&[("A", "es"), ("B", "es")], (1, 0), &[("A", "es"), ("B", "es")]).await, (2, 0));
    assert_eq!(counted(&[("A", "es")], (1, 0), &[("A", "es")]).await, (1, 0), "nobody counts twice");
}

/// Makes the first count one that was read before.
struct ReadBefore(Mutex<Option<Counted>>);

#[async_trait]
impl Look for ReadBefore {
    async fn look(
        &self,
        _store: &dyn PresenceStore,
        _session: &SessionId,
        counted: &mut Counted,
    ) -> Result<(), StoreError> {
        if let Some(before) = self.0.lock().take() {
            *counted = before;
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_count_from_before_the_batch_is_made_once_more() {
    let (id, spanish) = (samples::session_id(1), samples::language("es"));
    let table = ModelStore::default();
    table.create(samples::session(1), UpdateLedger::new(samples::NOW)).await.unwrap();
    let before = table.audience(&id, samples::NOW).await.unwrap();
    table.join(samples::listener("A", 1, "es", samples::NOW)).await.unwrap();
    let store = LookedAt::new(Arc::new(table), Arc::new(ReadBefore(Mutex::new(before))));
    let overlay = Overlay::new(id.clone(), vec![(samples::connection("A"), spanish.clone())]);
    let overlaid = LookedAt::new(Arc::new(store), Arc::new(overlay));
    let counted = overlaid.audience(&id, samples::NOW).await.unwrap().unwrap();
    assert_eq!(
        (counted.distribution.count(&spanish), counted.history.joins, counted.history.peak),
        (1, 1, 1)
    );
}

#[tokio::test]
async fn what_an_old_batch_says_is_not_believed() {
    assert_eq!(counted(&[], (0, 0), &[("A", "es")]).await, (0, 0), "it has left since");
    assert_eq!(counted(&[("A", "fr")], (0, 1), &[("A", "es")]).await, (0, 1), "it has moved on since");
}

/// What happened to the listeners of a session: who, and the language afterwards.
fn history() -> impl Strategy<Value = Vec<(usize, Option<usize>)>> {
    prop::collection::vec((0..6_usize, prop::option::of(0..2_usize)), 1..40)
}

/// The records that a table's stream would have of `history`, and who is there at its end.
fn records_of(history: &[(usize, Option<usize>)]) -> (Vec<StreamRecord>, Vec<(&'static str, &'static str)>) {
    const NAMES: [&str; 6] = ["A", "B", "C", "D", "E", "F"];
    const TAGS: [&str; 2] = ["es", "fr"];
    let mut there: [Option<usize>; 6] = [None; 6];
    let mut records = Vec::new();
    for (at, (who, language)) in history.iter().enumerate() {
        let row = |language: Option<usize>| language.map(|tag| image(NAMES[*who], TAGS[tag]));
        records.push(record(at, row(there[*who]), row(*language)));
        there[*who] = *language;
    }
    let left = there.iter().enumerate().filter_map(|(who, tag)| Some((NAMES[who], TAGS[(*tag)?])));
    (records, left.collect())
}

proptest! {
    /// However a history is cut, repeated and shuffled, no batch makes the count more than the table has, nor less
    /// than the index shows.
    #[test]
    fn no_delivery_makes_a_count_wrong(
        history in history(),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 1..20),
        index in (0..3_u64, 0..3_u64),
    ) {
        let (records, there) = records_of(&history);
        let batch: Vec<StreamRecord> = picks.iter().map(|pick| pick.get(&records).clone()).collect();
        let changed = collapse(&batch, samples::NOW).remove(&samples::session_id(1));
        let joined = changed.map(|changed| changed.joined()).unwrap_or_default();
        let joined: Vec<(&str, &str)> = joined.iter().map(|(who, tag)| (who.as_str(), tag.as_str())).collect();
        let truth = |tag| there.iter().filter(|(_, heard)| *heard == tag).count() as u64;
        let index = (index.0.min(truth("es")), index.1.min(truth("fr")));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (es, fr) = runtime.block_on(counted(&there, index, &joined));
        prop_assert!((index.0..=truth("es")).contains(&es), "{es}");
        prop_assert!((index.1..=truth("fr")).contains(&fr), "{fr}");
    }

    /// A batch that is delivered whole and in order, however it is bisected, shows every one who came in its last part.
    #[test]
    fn the_last_part_of_a_history_is_complete(history in history(), cut in any::<prop::sample::Index>()) {
        let (records, there) = records_of(&history);
        let last = &records[cut.index(records.len())..];
        let changed = collapse(last, samples::NOW).remove(&samples::session_id(1));
        prop_assume!(changed.is_some());
        let joined = changed.unwrap().joined();
        for (connection, language) in joined {
            prop_assert!(there.contains(&(connection.as_str(), language.as_str())));
        }
    }

    /// However a history is cut into batches, repeated and shuffled: who keeps the latest that batches say of each
    /// connection knows who is there at the end.
    #[test]
    fn the_latest_of_all_batches_is_the_table(
        history in history(),
        picks in prop::collection::vec(prop::collection::vec(any::<prop::sample::Index>(), 1..10), 0..12),
    ) {
        let (records, there) = records_of(&history);
        let mut batches: Vec<Vec<StreamRecord>> =
            picks.iter().map(|batch| batch.iter().map(|pick| pick.get(&records).clone()).collect()).collect();
        // Each comes at least once: those of the second half before the others, and backwards.
        let (first, second) = records.split_at(records.len() / 2);
        batches.extend([second, first].map(|half| half.iter().rev().cloned().collect()));
        let mut known: HashMap<ConnectionId, Seen> = HashMap::new();
        let told = batches.iter().filter_map(|batch| latest(batch).remove(&samples::session_id(1)));
        for seen in told.flat_map(|Told { seen, .. }| seen) {
            match known.get(&seen.connection) {
                Some(last) if last.version >= seen.version => {}
                _ => drop(known.insert(seen.connection.clone(), seen)),
            }
        }
        let mut found: Vec<(String, String)> = (known.values())
            .filter_map(|seen| Some((seen.connection.as_str().to_owned(), seen.heard.as_ref()?.language.to_string())))
            .collect();
        found.sort();
        let there: Vec<_> = there.iter().map(|(who, tag)| ((*who).to_owned(), (*tag).to_owned())).collect();
        prop_assert_eq!(found, there);
    }
}

#[test]
fn a_place_in_a_stream_orders_as_its_number_and_after_every_earlier_stream() {
    let version = |stream: &str, sequence: &str| {
        let sequence = Some(sequence.to_owned());
        let record =
            StreamRecord { sequence, stream: stream.to_owned(), old: None, new: Some(image("A", "es")) };
        latest(&[record]).remove(&samples::session_id(1)).map(|told| told.seen[0].version.clone())
    };
    let (old, new) = ("2026-01-01T00:00:00.000", "2026-02-01T00:00:00.000");
    let places = [
        version("", "99"),
        version(old, "9"),
        version(old, "10"),
        version(old, "7310700000000001234567890123456789012345"),
        version(new, "1"),
    ];
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}");
    for none in ["", "a1", "-1", "99999999999999999999999999999999999999999"] {
        assert_eq!(version(old, none), None, "{none}");
    }
}

#[test]
fn a_row_that_changes_hands_is_seen_in_both_sessions() {
    let there = Image { session: samples::session_id(2), ..image("A", "es") };
    let told = latest(&[record(7, Some(image("A", "es")), Some(there))]);
    let heard = |number| told[&samples::session_id(number)].seen[0].heard.is_some();
    assert_eq!((told.len(), heard(1), heard(2)), (2, false, true));
    assert_eq!(told[&samples::session_id(1)].first, "7");
    assert!(latest(&[record(8, Some(image("A", "es")), Some(image("A", "es")))]).is_empty());
}
