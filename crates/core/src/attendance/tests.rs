//! Totals against a log of events.

use super::*;
use crate::LanguageDistribution;
use proptest::prelude::*;

const TAGS: [&str; 4] = ["ar", "de", "es", "uk"];

fn language(tag: &str) -> Language {
    Language::parse(tag).unwrap()
}

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

#[test]
fn a_listener_who_changes_language_has_neither_joined_nor_left() {
    let mut attendance = Attendance::new(at(0));
    attendance.joined(&language("es"), at(1_000));
    attendance.switched(&language("es"), &language("uk"), at(3_000));
    attendance.resumed();
    attendance.left(&language("uk"), at(10_000));
    let (es, uk) = (
        attendance.languages.get(&language("es")).unwrap(),
        attendance.languages.get(&language("uk")).unwrap(),
    );
    assert_eq!((es.joins, es.leaves, es.listener_time(at(99_000)).as_secs()), (1, 0, 2));
    assert_eq!((uk.joins, uk.leaves, uk.listener_time(at(99_000)).as_secs()), (0, 1, 7));
    assert_eq!(uk.first_heard, Some(at(3_000)));
    assert_eq!((attendance.total.joins, attendance.total.leaves, attendance.total.peak), (1, 1, 1));
    assert_eq!(attendance.switches.iter().collect::<Vec<_>>(), [(&language("es"), &language("uk"), 1)]);
    assert_eq!((attendance.reconnects, attendance.average(at(0), at(18_000))), (1, 0.5));
}

#[test]
fn who_was_there_when_the_process_died_has_left() {
    let mut attendance = Attendance::new(at(0));
    attendance.joined(&language("es"), at(0));
    attendance.joined(&language("es"), at(0));
    attendance.abandoned(at(5_000));
    attendance.joined(&language("es"), at(60_000));
    let es = attendance.languages.get(&language("es")).unwrap();
    assert_eq!((es.count, es.joins, es.leaves, es.peak), (1, 3, 2, 2));
    assert_eq!(attendance.listener_time(at(61_000)).as_secs(), 11);
}

#[test]
fn languages_and_pairs_beyond_the_bounds_are_counted_together() {
    let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap());
    let tag = |n: usize| language(&format!("en-x-q{}{}{}", letter(n / 676), letter(n / 26), letter(n)));
    let mut attendance = Attendance::new(at(0));
    let many = LanguageDistribution::MAX_LANGUAGES + 5;
    for n in 0..many {
        attendance.joined(&tag(n), at(0));
    }
    (1..many).for_each(|n| attendance.switched(&tag(n - 1), &tag(n), at(1)));
    (0..many).for_each(|_| attendance.left(&tag(many - 1), at(2)));
    assert_eq!(attendance.languages.len(), LanguageDistribution::MAX_LANGUAGES + 1);
    assert_eq!(attendance.languages.get(&Language::other()).unwrap().joins, 5);
    assert_eq!((attendance.total.count, attendance.switches.iter().count()), (0, Switches::MAX_PAIRS + 1));
    assert_eq!(attendance.switches.total(), (many - 1) as u64);
}

#[test]
fn switches_that_were_written_down_go_on_where_they_were() {
    let [de, es, uk] = ["de", "es", "uk"].map(language);
    let pair = |from: &Language, to: &Language, times| (from.clone(), to.clone(), times);
    let written = [
        pair(&uk, &es, 2),
        pair(&de, &es, 3),
        pair(&uk, &es, 4),
        pair(&Language::other(), &Language::other(), 5),
    ];
    let mut attendance = Attendance { switches: Switches::from_parts(written), ..Attendance::new(at(0)) };
    for to in [&es, &de] {
        attendance.switched(&uk, to, at(1));
    }
    let switches: Vec<_> = attendance.switches.iter().collect();
    let other = &Language::other();
    assert_eq!(switches, [(&de, &es, 3), (other, other, 5), (&uk, &de, 1), (&uk, &es, 7)]);
    let read = switches.iter().map(|(from, to, times)| pair(from, to, *times));
    assert_eq!((attendance.switches.total(), Switches::from_parts(read)), (16, attendance.switches.clone()));
}

/// One listener's deeds: come, change, go.
#[derive(Clone, Debug)]
enum Deed {
    Join(usize),
    Switch(usize, usize),
    Leave(usize),
}

fn deeds() -> impl Strategy<Value = Vec<(u64, Deed)>> {
    let deed = prop_oneof![
        3 => (0..TAGS.len()).prop_map(Deed::Join),
        1 => (any::<usize>(), 0..TAGS.len()).prop_map(|(who, to)| Deed::Switch(who, to)),
        2 => any::<usize>().prop_map(Deed::Leave),
    ];
    proptest::collection::vec((0u64..5_000, deed), 0..120)
}

proptest! {
    /// The totals are those of the log: every listener's stay, written down apart and added up in the end.
    #[test]
    fn totals_reproduce_from_a_log_of_events(deeds in deeds()) {
        let mut attendance = Attendance::new(at(0));
        let (mut now, mut present, mut stays) = (0, Vec::new(), Vec::new());
        let (mut joins, mut leaves, mut peak) = (0, 0, 0);
        for (wait, deed) in deeds {
            now += wait;
            match deed {
                Deed::Join(tag) => {
                    attendance.joined(&language(TAGS[tag]), at(now));
                    present.push((tag, now));
                    joins += 1;
                }
                Deed::Switch(who, to) if !present.is_empty() => {
                    let at_index = who % present.len();
                    let (from, since) = present[at_index];
                    if from != to {
                        attendance.switched(&language(TAGS[from]), &language(TAGS[to]), at(now));
                        stays.push((from, now - since));
                        present[at_index] = (to, now);
                    }
                }
                Deed::Leave(who) if !present.is_empty() => {
                    let (tag, since) = present.swap_remove(who % present.len());
                    attendance.left(&language(TAGS[tag]), at(now));
                    stays.push((tag, now - since));
                    leaves += 1;
                }
                Deed::Switch(..) | Deed::Leave(_) => {}
            }
            peak = peak.max(present.len() as u64);
        }
        let end = now + 1_000;
        stays.extend(present.iter().map(|(tag, since)| (*tag, end - since)));
        let listened = |tag: Option<usize>| -> u64 {
            stays.iter().filter(|stay| tag.is_none_or(|tag| tag == stay.0)).map(|stay| stay.1).sum()
        };
        prop_assert_eq!(attendance.listener_time(at(end)).as_millis(), u128::from(listened(None)));
        prop_assert_eq!(
            (attendance.total.joins, attendance.total.leaves, attendance.total.peak, attendance.total.count),
            (joins, leaves, peak, present.len() as u64)
        );
        for (tag, name) in TAGS.iter().enumerate() {
            let tally = attendance.languages.get(&language(name)).cloned().unwrap_or(Tally::new(at(0)));
            prop_assert_eq!(tally.listener_time(at(end)).as_millis(), u128::from(listened(Some(tag))));
            prop_assert_eq!(tally.count, present.iter().filter(|(present, _)| *present == tag).count() as u64);
        }
    }
}
