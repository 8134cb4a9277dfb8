//! Laws of an audience in shards: it is the sum of them, it is what was written, and stale looks do no harm.

use super::super::item::text;
use super::super::shard::MAX_GRACES;
use super::*;
use headcount_testkit::samples;
use proptest::collection::vec;
use proptest::prelude::*;
use std::time::Duration;

const LIFE: u64 = 7;
const PEOPLE: usize = 40;

fn crowd() -> Crowd {
    Crowd::new(&samples::session(1), LIFE)
}

/// The crowd as the next who reads it finds it.
fn reread(crowd: &Crowd) -> Crowd {
    let of = crowd.shards.len();
    let written = crowd.shards.iter().enumerate();
    let items: Vec<_> =
        written.map(|(at, shard)| shard_item::write(&samples::session_id(1), at, of, shard)).collect();
    let read = Crowd::read(&items).unwrap();
    for (before, after) in crowd.shards.iter().zip(&read.shards) {
        assert_eq!(after.version, before.version + 1);
        assert_eq!((&after.leases, &after.graces), (&before.leases, &before.graces));
        assert_eq!(
            (after.graces_ended, after.lent, after.exp),
            (before.graces_ended, before.lent, before.exp)
        );
        let trend = after.history.trend.clone();
        assert_eq!(at_every_step(&trend), at_every_step(&before.history.trend));
        assert_eq!(after.history, AudienceHistory { trend, ..before.history.clone() });
    }
    read
}

fn connection(who: usize) -> ConnectionId {
    samples::connection(&format!("p{who}"))
}

/// Lets the listener of that number in, if there is room.
fn enter(crowd: &mut Crowd, who: usize, language: usize, max: u64, now: Timestamp) -> Option<Row> {
    let id = connection(who);
    let at = crowd.shard_of(&id);
    if !crowd.make_room(at, max) {
        return None;
    }
    let seat = crowd.join(&id, &samples::numbered_language(language), false);
    let row = Row::new(&id, &samples::session_id(1), LIFE, now, Some(seat));
    crowd.count(&row);
    crowd.take_stock(now);
    Some(row)
}

#[derive(Clone, Debug)]
enum Step {
    Enter(usize, usize),
    Leave(usize),
    Lose(usize, u64),
    Return(usize),
    Switch(usize, usize),
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let (who, language) = (0..PEOPLE, 0..4_usize);
    prop_oneof![
        4 => (who.clone(), language.clone()).prop_map(|(who, language)| Step::Enter(who, language)),
        1 => who.clone().prop_map(Step::Leave),
        2 => (who.clone(), 1..20_000_u64).prop_map(|(who, grace)| Step::Lose(who, grace)),
        2 => who.clone().prop_map(Step::Return),
        2 => (who, language).prop_map(|(who, language)| Step::Switch(who, language)),
        1 => (0..10_000_u64).prop_map(Step::Wait),
    ]
}

/// Someone in the audience, as somebody who sees everything would know them.
struct Person {
    language: Language,
    /// Where it is: connected with that row, or in grace until then.
    row: Option<Row>,
    until: Timestamp,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_whole_is_what_one_who_sees_everything_would_say(steps in vec(step(), 1..80)) {
        let (mut crowd, mut now) = (crowd(), samples::NOW);
        let mut people: std::collections::BTreeMap<usize, Person> = Default::default();
        let mut expected = AudienceHistory::new(samples::NOW);
        for step in steps {
            if let Step::Wait(millis) = step {
                now = now.plus(Duration::from_millis(millis));
            }
            crowd.let_go(now);
            let before = people.len();
            people.retain(|_, person| person.row.is_some() || person.until > now);
            expected.leaves += (before - people.len()) as u64;
            match step {
                Step::Wait(_) => {}
                Step::Enter(who, language) if !people.contains_key(&who) => {
                    let row = enter(&mut crowd, who, language, u64::MAX, now);
                    let language = samples::numbered_language(language);
                    expected.languages_seen.insert(language.clone());
                    people.insert(who, Person { language, row, until: now });
                    expected.joins += 1;
                }
                Step::Enter(..) => {}
                Step::Leave(who) => if let Some(row) = people.get(&who).and_then(|person| person.row.clone()) {
                    crowd.depart(&row, Departure::Final, now);
                    people.remove(&who);
                    expected.leaves += 1;
                },
                Step::Lose(who, grace) => if let Some(person) = people.get_mut(&who)
                    && let Some(row) = person.row.take()
                {
                    person.until = now.plus(Duration::from_millis(grace));
                    crowd.depart(&row, Departure::Grace { until: person.until }, now);
                },
                Step::Return(who) => {
                    let place = Place { first: connection(who), turn: 0, home: None };
                    let waits = people.get_mut(&who).filter(|person| person.row.is_none());
                    prop_assert_eq!(crowd.waits(&place), waits.is_some());
                    let seat = crowd.return_from_grace(&place);
                    if let (Some(person), Some(seat)) = (waits, seat) {
                        let row = Row::new(&connection(who), &samples::session_id(1), LIFE, now, Some(seat));
                        crowd.count(&row);
                        person.row = Some(row);
                    }
                }
                Step::Switch(who, language) => if let Some(person) = people.get_mut(&who)
                    && let Some(row) = &mut person.row
                {
                    person.language = samples::numbered_language(language);
                    crowd.switch(row, &person.language);
                    expected.languages_seen.insert(person.language.clone());
                },
            }
            crowd.take_stock(now);
            if people.len() as u64 > expected.peak {
                (expected.peak, expected.peak_at) = (people.len() as u64, now);
            }
            expected.trend.observe(people.len() as u64, now);
            let counted = crowd.counted(0, now);
            let all: LanguageDistribution = people.values().map(|person| (&person.language, 1)).collect();
            prop_assert_eq!(&*counted.distribution, &all);
            let waiting = || people.values().filter(|person| person.row.is_none());
            prop_assert_eq!(counted.reconnecting, waiting().count() as u64);
            prop_assert_eq!(counted.next_grace_end, waiting().map(|person| person.until).min());
            let history = &counted.history;
            prop_assert_eq!((history.peak, history.peak_at), (expected.peak, expected.peak_at));
            prop_assert_eq!((history.joins, history.leaves), (expected.joins, expected.leaves));
            prop_assert_eq!(&history.languages_seen, &expected.languages_seen);
            prop_assert_eq!(at_every_step(&history.trend), at_every_step(&expected.trend));
            crowd = reread(&crowd);
        }
    }

    /// Everybody looks at some moment, and comes to write later, as in many functions at once. What a look has not seen
    /// to be as it still is does not get written.
    #[test]
    fn stale_looks_never_let_too_many_in_and_let_everybody_in_in_the_end(
        order in vec(0..PEOPLE, 20..200), max in 1..30_u64, leavers in vec(0..PEOPLE, 0..20)
    ) {
        let mut now = crowd();
        let mut looks: Vec<Option<Crowd>> = vec![None; PEOPLE];
        let mut rows: Vec<Option<Row>> = vec![None; PEOPLE];
        let (mut joined, mut left) = (0, 0);
        let settle = (0..PEOPLE).flat_map(|who| [who, who]);
        for (turn, who) in order.into_iter().chain(settle).enumerate() {
            match looks[who].take() {
                None => looks[who] = Some(now.clone()),
                Some(_) if rows[who].is_some() => {}
                Some(mut look) => {
                    if let Some(row) = enter(&mut look, who, who % 3, max, samples::NOW)
                        && write(&mut now, &look)
                    {
                        rows[who] = Some(row);
                        joined += 1;
                    }
                }
            }
            prop_assert!(now.listeners() <= max);
            if let Some(row) = leavers.get(turn).and_then(|who| rows[*who].take()) {
                let mut look = now.clone();
                look.depart(&row, Departure::Final, samples::NOW);
                prop_assert!(write(&mut now, &look));
                left += 1;
            }
            prop_assert_eq!(now.listeners(), joined - left);
            prop_assert_eq!(now.shards.iter().map(|shard| shard.lent).sum::<i64>(), 0);
        }
        // One after the other, with fresh looks, all get in for whom there is room.
        for (who, row) in rows.iter().enumerate() {
            if row.is_none() {
                let mut look = now.clone();
                let entered = enter(&mut look, who, 0, max, samples::NOW).is_some();
                prop_assert_eq!(entered, now.listeners() < max);
                prop_assert!(!entered || write(&mut now, &look));
            }
        }
        prop_assert_eq!(now.listeners(), max.min(PEOPLE as u64));
    }
}

/// Writes what was counted in `look` over what is there now, as a transaction does: all of it or nothing.
fn write(now: &mut Crowd, look: &Crowd) -> bool {
    let counted = look.counted_shards();
    let done = counted.iter().all(|at| now.shards[*at].is(&look.shards[*at]));
    for at in counted.into_iter().filter(|_| done) {
        now.shards[at] = look.shards[at].clone();
        now.shards[at].version += 1;
        now.shards[at].change = Change::Nothing;
    }
    done
}

/// What a curve says of each of its steps: where it has a point that changes nothing is not said.
fn at_every_step(trend: &headcount_core::Trend) -> Vec<(Timestamp, u64)> {
    let mut points = trend.points().to_vec();
    points.dedup_by_key(|(_, count)| *count);
    points
}

#[test]
fn a_lower_limit_holds_for_all_shards_at_once() {
    let mut crowd = crowd();
    for who in 0..PEOPLE {
        enter(&mut crowd, who, 0, u64::MAX, samples::NOW).unwrap();
    }
    let mut crowd = reread(&crowd);
    assert!(enter(&mut crowd.clone(), PEOPLE, 0, PEOPLE as u64, samples::NOW).is_none());
    enter(&mut crowd, PEOPLE, 0, PEOPLE as u64 + 1, samples::NOW).unwrap();
    assert_eq!(crowd.counted_shards().len(), SHARDS);
}

#[test]
fn shards_are_about_equally_full() {
    let mut full = [0; SHARDS];
    for who in 0..1_600 {
        full[crowd().shard_of(&connection(who))] += 1;
    }
    assert!(full.iter().all(|count| (60..140).contains(count)), "{full:?}");
}

#[test]
fn part_of_an_audience_is_none() {
    let of = |life| {
        let crowd = Crowd::new(&samples::session(1), life);
        let item = |(at, shard)| shard_item::write(&samples::session_id(1), at, SHARDS, shard);
        crowd.shards.iter().enumerate().map(item).collect::<Vec<_>>()
    };
    assert_eq!(Crowd::read(&of(1)).map(|crowd| crowd.life()), Some(1));
    assert!(Crowd::read(&[]).is_none());
    assert!(Crowd::read(&of(1)[1..]).is_none());
    assert!(Crowd::read(&of(1)[..SHARDS - 1]).is_none());
    assert!(Crowd::read(&[&of(1)[..3], &of(2)[3..]].concat()).is_none(), "of two sessions of one name");
}

#[test]
fn a_full_shard_of_graces_fits_into_an_item() {
    let mut crowd = crowd();
    let name = |number: usize| samples::connection(&format!("{number:0>128}"));
    let until = samples::at(15_000);
    let mut number = 0;
    while crowd.shards[0].graces.len() < MAX_GRACES {
        number += 1;
        if crowd.shard_of(&name(number)) == 0 {
            let seat = crowd.join(&name(number), &samples::numbered_language(number % 60), false);
            let row = Row::new(&name(number), &samples::session_id(1), LIFE, samples::NOW, Some(seat));
            crowd.count(&row);
            crowd.depart(&row, Departure::Grace { until }, samples::NOW);
        }
    }
    let item = shard_item::write(&samples::session_id(1), 0, SHARDS, &crowd.shards[0]);
    let size = text(&item, "graces").unwrap().len();
    assert!(size < 200_000, "{size} bytes");
}
