//! Steps against the truth that they were made of.

use super::*;
use crate::{LanguageDistribution, SessionId, SessionStatus, UpdatePolicy, UpdateReason};
use proptest::prelude::*;

const TAGS: [&str; 3] = ["de", "es", "uk"];

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn update(
    revision: u64,
    now: Timestamp,
    audience: &LanguageDistribution,
    broadcast: BroadcastState,
    exact: bool,
) -> StatusUpdate {
    StatusUpdate {
        status: SessionStatus {
            session: SessionId::pick(427),
            distribution: audience.shown(UpdatePolicy::default().shown_languages),
            duration_secs: 0,
            broadcast,
            timestamp: now,
            exact,
        },
        reason: UpdateReason::Periodic,
        revision,
        audience: None,
    }
}

#[test]
fn a_slot_is_written_when_the_next_one_begins_and_as_it_was_at_its_end() {
    let (mut timeline, mut audience) = (Timeline::default(), LanguageDistribution::new());
    let (es, broadcast) = (Language::parse("es").unwrap(), BroadcastState::initial(at(0)));
    for now in [1_000, 2_000, 4_999] {
        assert_eq!(timeline.before(at(now), audience.iter(), &broadcast), None);
        audience.add(&es);
    }
    let step = timeline.before(at(5_000), audience.iter(), &broadcast).unwrap();
    assert_eq!((step.at, step.whole, step.changes.as_slice()), (at(4_999), true, &[(es.clone(), 3)][..]));
    audience.remove(&es);
    audience.remove(&es);
    let step = timeline.flush(audience.iter(), &broadcast).unwrap();
    assert_eq!((step.at, step.whole, step.changes.as_slice()), (at(5_000), false, &[(es, 1)][..]));
    assert_eq!(step.broadcast, None);
    assert_eq!(timeline.flush(audience.iter(), &broadcast), None);
}

#[test]
fn a_step_whose_beginning_is_missing_is_passed_over() {
    let step = Step { at: at(1), whole: false, changes: Vec::new(), broadcast: None, told: None };
    let mut replay = Replay::new();
    assert_eq!(replay.take(&step), None);
    assert_eq!(replay.latest(), None);
}

#[derive(Clone, Debug)]
enum Event {
    Join(usize),
    Leave(usize),
    Mute(bool),
    Tell { exact: bool },
}

fn events() -> impl Strategy<Value = Vec<(u64, Event)>> {
    let event = prop_oneof![
        4 => (0..TAGS.len()).prop_map(Event::Join),
        3 => (0..TAGS.len()).prop_map(Event::Leave),
        1 => any::<bool>().prop_map(Event::Mute),
        2 => any::<bool>().prop_map(|exact| Event::Tell { exact }),
    ];
    proptest::collection::vec((1u64..4_000, event), 0..100)
}

proptest! {
    /// At the moment of each update the history says what that update said; and at the end of each slot, what was
    /// counted.
    #[test]
    fn the_history_at_the_time_of_an_update_equals_it(events in events()) {
        let mut timeline = Timeline::default();
        let mut audience = LanguageDistribution::new();
        let mut broadcast = BroadcastState::initial(at(0));
        let (mut now, mut steps, mut updates, mut truth) = (0, Vec::new(), Vec::new(), Vec::new());
        for (wait, event) in events {
            now += wait;
            if !matches!(event, Event::Tell { .. }) {
                steps.extend(timeline.before(at(now), audience.iter(), &broadcast));
            }
            match event {
                Event::Join(tag) => drop(audience.add(&Language::parse(TAGS[tag]).unwrap())),
                Event::Leave(tag) => audience.remove(&Language::parse(TAGS[tag]).unwrap()),
                Event::Mute(mute) => {
                    let change = crate::BroadcastChange { is_muted: Some(mute), ..Default::default() };
                    broadcast = broadcast.changed(change, at(now));
                }
                Event::Tell { exact } => {
                    let update = update(updates.len() as u64 + 1, at(now), &audience, broadcast, exact);
                    steps.extend(timeline.told(&update));
                    updates.push(update);
                }
            }
            truth.push((at(now), audience.clone(), broadcast));
        }
        steps.extend(timeline.flush(audience.iter(), &broadcast));
        for update in &updates {
            let mut replay = Replay::new();
            let until = update.status.timestamp;
            steps.iter().filter(|step| step.at <= until).for_each(|step| drop(replay.take(step).cloned()));
            let moment = replay.latest().unwrap();
            prop_assert_eq!(moment.distribution().shown(63), update.status.distribution.clone());
            prop_assert_eq!(moment.broadcast, update.status.broadcast);
            let told = moment.told.map(|told| (told.revision, told.exact));
            prop_assert_eq!(told, Some((update.revision, update.status.exact)));
        }
        let mut replay = Replay::new();
        let mut counted: Vec<Timestamp> = Vec::new();
        for step in steps.iter().filter(|step| step.told.is_none()) {
            let moment = replay.take(step).unwrap();
            let (_, audience, broadcast) = truth.iter().rev().find(|(at, ..)| *at <= step.at).unwrap();
            prop_assert_eq!((&moment.distribution(), &moment.broadcast), (audience, broadcast));
            counted.push(step.at);
        }
        let mut merged = Replay::new();
        let counted_steps: Vec<_> = steps.iter().filter(|step| step.told.is_none()).collect();
        if let Some((first, rest)) = counted_steps.split_first() {
            merged.take(&rest.iter().fold((*first).clone(), |one, next| one.then(next)));
        }
        prop_assert_eq!(merged.counted(), replay.counted(), "one step for all comes to the same");
        prop_assert!(counted.windows(2).all(|pair| slot(pair[0]) < slot(pair[1])), "one a slot: {:?}", counted);
        if let (Some(last), Some((_, audience, _))) = (replay.counted(), truth.last()) {
            prop_assert_eq!(&last.distribution(), audience);
        }
    }
}
