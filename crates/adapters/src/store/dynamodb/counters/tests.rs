//! However a stream is delivered, the counters come to what the table says at the end.

use super::cell::Cell;
use super::mark::Mark;
use super::settle::{Heard, Seen, mend, note};
use super::sum::Sum;
use headcount_core::{ConnectionId, Language, Timestamp};
use proptest::prelude::*;
use std::collections::{BTreeMap, HashMap};

const NOW: Timestamp = Timestamp::from_millis(1_699_500_000_000);

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_millis(NOW.as_millis() + seconds * 1_000)
}

fn tag(number: usize) -> Language {
    Language::parse(["es", "fr", "pt-BR"][number]).unwrap()
}

/// A shard as it is in the table.
#[derive(Default)]
struct Shard {
    sum: Sum,
    marks: HashMap<usize, Mark>,
}

impl Shard {
    fn note(&mut self, (who, seen): &(usize, Seen)) {
        if let Some(mark) = note(&mut self.sum, self.marks.get(who), seen, NOW) {
            self.marks.insert(*who, mark);
        }
    }

    fn mend(&mut self, who: usize, row: Option<&Heard>) {
        let row = row.and_then(|heard| heard.cell(NOW));
        if let Some(mark) = mend(&mut self.sum, self.marks.get(&who), row, NOW) {
            self.marks.insert(who, mark);
        }
    }

    fn counts(&self) -> BTreeMap<Language, u64> {
        let mut counts = BTreeMap::new();
        for (language, count) in self.sum.counts(NOW) {
            *counts.entry(language.clone()).or_default() += count;
        }
        counts
    }

    /// The sum is what its marks come to, always.
    fn is_sound(&self) -> bool {
        let mut cells: BTreeMap<Cell, u64> = BTreeMap::new();
        for cell in self.marks.values().filter_map(|mark| mark.cell.clone()) {
            *cells.entry(cell).or_default() += 1;
        }
        cells == self.sum.cells
    }
}

/// What happened to each of eight connections, one after the other: a language and how long its row lives, or gone.
type History = Vec<(usize, Option<(usize, u64)>)>;

fn history() -> impl Strategy<Value = History> {
    let heard = prop::option::of((0..3_usize, prop_oneof![Just(0_u64), 60..20_000_u64]));
    prop::collection::vec((0..8_usize, heard), 1..60)
}

fn heard(row: Option<(usize, u64)>) -> Option<Heard> {
    // A row that lives for no time has expired: DynamoDB has not deleted it yet.
    row.map(|(language, seconds)| Heard { language: tag(language), until: Some(at(seconds)) })
}

/// The records of `history`, and the rows at its end.
fn records_of(history: &History) -> (Vec<(usize, Seen)>, HashMap<usize, Heard>) {
    let (mut records, mut rows) = (Vec::new(), HashMap::new());
    for (place, (who, row)) in history.iter().enumerate() {
        let connection = ConnectionId::parse(&format!("c{who}")).unwrap();
        records.push((*who, Seen { connection, version: format!("{place:05}"), heard: heard(*row) }));
        match heard(*row) {
            Some(heard) => rows.insert(*who, heard),
            None => rows.remove(who),
        };
    }
    (records, rows)
}

fn truth(rows: &HashMap<usize, Heard>) -> BTreeMap<Language, u64> {
    let mut counts = BTreeMap::new();
    for cell in rows.values().filter_map(|heard| heard.cell(NOW)) {
        *counts.entry(cell.language).or_default() += 1;
    }
    counts
}

proptest! {
    /// Shuffled, repeated, cut anywhere: as long as each record comes at least once, the counts are the table's.
    #[test]
    fn no_delivery_makes_a_count_wrong(
        history in history(),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..120),
    ) {
        let (records, rows) = records_of(&history);
        let mut shard = Shard::default();
        for pick in order {
            shard.note(pick.get(&records));
            prop_assert!(shard.is_sound());
        }
        // Those that have not come yet come in the end, the latest first.
        records.iter().rev().for_each(|record| shard.note(record));
        prop_assert!(shard.is_sound());
        prop_assert_eq!(shard.counts(), truth(&rows));
        let before = shard.sum.clone();
        records.iter().for_each(|record| shard.note(record));
        prop_assert_eq!(&shard.sum, &before, "nothing is left to be said");
    }

    /// Records that were lost are made up for by an audit, and records that come after it, late and again, change
    /// nothing that is wrong in the end.
    #[test]
    fn what_was_lost_is_mended(
        history in history(),
        lost in prop::collection::vec(any::<bool>(), 60),
        late in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let (records, rows) = records_of(&history);
        let mut shard = Shard::default();
        let (mut delivered, mut kept) = (Vec::new(), lost.iter());
        for record in &records {
            if !kept.next().copied().unwrap_or(false) {
                shard.note(record);
                delivered.push(record.clone());
            }
        }
        (0..8).for_each(|who| shard.mend(who, rows.get(&who)));
        prop_assert!(shard.is_sound());
        prop_assert_eq!(shard.counts(), truth(&rows));
        // What was delivered once and comes again is known.
        if !delivered.is_empty() {
            late.iter().for_each(|pick| shard.note(pick.get(&delivered)));
        }
        prop_assert!(shard.is_sound());
        prop_assert_eq!(shard.counts(), truth(&rows));
    }

    /// An audit in the middle of everything does not keep the counts from coming to the truth.
    #[test]
    fn an_audit_in_between_does_no_harm(history in history(), cut in any::<prop::sample::Index>()) {
        let (records, rows) = records_of(&history);
        let seen = cut.index(records.len());
        let (_, then) = records_of(&history[..=seen].to_vec());
        let mut shard = Shard::default();
        (0..8).for_each(|who| shard.mend(who, then.get(&who)));
        prop_assert_eq!(shard.counts(), truth(&then));
        records.iter().rev().for_each(|record| shard.note(record));
        prop_assert!(shard.is_sound());
        prop_assert_eq!(shard.counts(), truth(&rows));
    }
}

#[test]
fn who_is_not_said_to_have_gone_counts_no_longer_than_the_quarter_of_its_end() {
    let mut sum = Sum::default();
    let cell = sum.add(Cell::new(tag(0), Some(at(10))));
    let ends = cell.ends().unwrap() * 1_000;
    assert!(ends >= at(10).as_millis() && ends < at(10 + 15 * 60).as_millis());
    let count = |millis| sum.counts(Timestamp::from_millis(millis)).map(|(_, count)| count).sum::<u64>();
    assert_eq!((count(ends - 1), count(ends)), (1, 0));
    sum.let_go(Timestamp::from_millis(ends));
    assert_eq!(sum.cells.len(), 0);
    sum.take(&cell);
    assert_eq!(sum.cells.len(), 0, "who goes afterwards was let go of");
}

#[test]
fn a_sum_that_is_full_counts_everybody_all_the_same() {
    let mut sum = Sum::default();
    for quarter in 0..5_000 {
        sum.add(Cell::new(tag(0), Some(at(quarter * 900))));
    }
    assert_eq!((sum.counts(NOW).map(|(_, count)| count).sum::<u64>(), sum.cells.len()), (5_000, 4_097));
    let spilled = sum.add(Cell::new(tag(1), None));
    assert_eq!(spilled, Cell::new(Language::other(), None));
    let mark = Mark { revision: 1, version: String::new(), cell: Some(spilled) };
    let row = Some(Cell::new(tag(1), None));
    assert_eq!(mend(&mut sum, Some(&mark), row, NOW), None, "it is not mended for ever");
    assert!(mend(&mut sum, Some(&mark), None, NOW).is_some_and(|mark| mark.cell.is_none()));
}

#[test]
fn items_are_read_as_they_were_written() {
    for cell in [Cell::new(tag(2), Some(at(0))), Cell::new(Language::unknown(), None)] {
        assert_eq!(Cell::read(&cell.name()), Some(cell));
    }
    assert_eq!(Cell::read("es/soon"), None);
    assert_eq!(Sum::read(None), Sum::default());
}
