//! An account of several nodes is the account that one node would have written.

use super::*;
use crate::{BroadcastState, ConnectionId, QualityTier, SessionId, SpeakerSeat};
use proptest::prelude::*;

const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const TAGS: [&str; 4] = ["de", "es", "fr", "pt"];

/// A node that writes down what happens to its listeners.
struct Scribe {
    attendance: Attendance,
    history: AudienceHistory,
    timeline: Timeline,
    steps: Vec<Step>,
    audience: LanguageDistribution,
}

#[derive(Clone, Debug)]
enum Event {
    Join(usize),
    Leave(usize),
    Switch(usize, usize),
}

impl Scribe {
    fn new() -> Self {
        Self {
            attendance: Attendance::new(START),
            history: AudienceHistory::new(START),
            timeline: Timeline::default(),
            steps: Vec::new(),
            audience: LanguageDistribution::new(),
        }
    }

    /// Something happens, if it can.
    fn take(&mut self, event: &Event, now: Timestamp) {
        let (from, to) = match event {
            Event::Join(to) => (None, Some(language(*to))),
            Event::Leave(from) => (Some(language(*from)), None),
            Event::Switch(from, to) => (Some(language(*from)), Some(language(*to))),
        };
        if from.as_ref().is_some_and(|from| self.audience.count(from) == 0) || from == to {
            return;
        }
        self.steps.extend(self.timeline.before(now, self.audience.iter(), &BroadcastState::initial(START)));
        from.iter().for_each(|from| self.audience.remove(from));
        to.iter().for_each(|to| drop(self.audience.add(to)));
        match (from, to) {
            (None, Some(to)) => {
                self.attendance.joined(&to, now);
                let alike = self.audience.count(&to);
                self.history.joined(&to, alike, self.audience.listener_count(), now);
            }
            (Some(from), None) => {
                self.attendance.left(&from, now);
                self.history.left(1, &self.audience, now);
            }
            (Some(from), Some(to)) => {
                self.attendance.switched(&from, &to, now);
                self.history.switched(&to, self.audience.count(&to));
            }
            (None, None) => {}
        }
    }

    fn contribution(mut self) -> Contribution {
        self.steps.extend(self.timeline.flush(self.audience.iter(), &BroadcastState::initial(START)));
        Contribution { attendance: self.attendance, history: self.history, steps: self.steps }
    }
}

fn language(n: usize) -> Language {
    Language::parse(TAGS[n % TAGS.len()]).unwrap()
}

fn session() -> Session {
    Session {
        id: SessionId::pick(1),
        owner: None,
        source_language: language(0),
        quality_tier: QualityTier::Standard,
        created_at: START,
        updated_at: START,
        expires_at: Timestamp::MAX,
        broadcast: BroadcastState::initial(START),
        paused_since: None,
        speaker: SpeakerSeat::Attached {
            connection: ConnectionId::parse("speaker").unwrap(),
            detail: crate::StatusDetail::Basic,
        },
        languages: crate::ServedLanguages::default(),
        links: Vec::new(),
    }
}

fn events() -> impl Strategy<Value = Vec<(u64, usize, Event)>> {
    let tag = 0..TAGS.len();
    let event = prop_oneof![
        3 => tag.clone().prop_map(Event::Join),
        2 => tag.clone().prop_map(Event::Leave),
        1 => (tag.clone(), tag).prop_map(|(from, to)| Event::Switch(from, to)),
    ];
    proptest::collection::vec((0_u64..4_000, 0_usize..3, event), 0..200)
}

/// What a curve says at the end of each slot.
fn curve(steps: &[Step]) -> BTreeMap<u64, BTreeMap<Language, u64>> {
    let mut replay = Replay::new();
    let mut curve = BTreeMap::new();
    for step in steps {
        let moment = replay.take(step).unwrap();
        curve.insert(step.at.as_millis() / 5_000, moment.counts.clone());
    }
    curve
}

proptest! {
    /// Whoever leaves or changes does it on the node that has them, so a log for each node is a part of one log.
    #[test]
    fn the_nodes_together_say_what_one_would_have_said(events in events()) {
        let (mut one, mut nodes) = (Scribe::new(), [Scribe::new(), Scribe::new(), Scribe::new()]);
        let mut now = START;
        for (wait, node, event) in &events {
            now = Timestamp::from_millis(now.as_millis() + wait);
            let before = nodes[*node].attendance.clone();
            nodes[*node].take(event, now);
            if nodes[*node].attendance != before {
                one.take(event, now);
            }
        }
        let one = Account::merged(&session(), None, &[one.contribution()]);
        let all = Account::merged(&session(), None, &nodes.map(Scribe::contribution));
        prop_assert_eq!(curve(&all.steps), curve(&one.steps));
        prop_assert_eq!(all.attendance.switches.total(), one.attendance.switches.total());
        prop_assert_eq!(all.attendance.listener_time(now), one.attendance.listener_time(now));
        prop_assert_eq!(all.attendance.total.count, one.attendance.total.count);
        prop_assert_eq!((all.history.joins, all.history.leaves), (one.history.joins, one.history.leaves));
        prop_assert_eq!(&all.history.languages_seen, &one.history.languages_seen);
        for (language, tally) in one.attendance.languages.iter() {
            let merged = all.attendance.languages.get(language).unwrap();
            prop_assert_eq!((merged.count, merged.joins, merged.leaves), (tally.count, tally.joins, tally.leaves));
            prop_assert_eq!(merged.first_heard, tally.first_heard);
            prop_assert_eq!(merged.listener_time(now), tally.listener_time(now));
            prop_assert!(merged.peak <= tally.peak, "{} > {}", merged.peak, tally.peak);
        }
        prop_assert!(all.steps.windows(2).all(|pair| pair[0].at <= pair[1].at));
    }
}

#[test]
fn one_contribution_alone_is_left_as_it_is() {
    let mut scribe = Scribe::new();
    for (n, event) in
        [Event::Join(1), Event::Join(1), Event::Leave(1), Event::Switch(1, 2)].iter().enumerate()
    {
        scribe.take(event, Timestamp::from_millis(START.as_millis() + 7_000 * n as u64));
    }
    let contribution = scribe.contribution();
    let account = Account::merged(&session(), None, std::slice::from_ref(&contribution));
    assert_eq!(account.steps, contribution.steps);
    assert_eq!(account.attendance, contribution.attendance);
    assert_eq!(
        (account.history.peak, account.history.peak_at),
        (2, Timestamp::from_millis(START.as_millis() + 7_000))
    );
}

#[test]
fn the_peak_is_the_highest_that_any_node_has_seen_of_all() {
    let (mut one, mut other) = (Scribe::new(), Scribe::new());
    one.take(&Event::Join(1), START);
    other.take(&Event::Join(1), START);
    let (one, mut other) = (one.contribution(), other.contribution());
    (other.history.peak, other.history.peak_at) = (2, START);
    let account = Account::merged(&session(), None, &[one, other]);
    assert_eq!((account.history.peak, account.attendance.total.peak), (2, 2));
}

#[test]
fn what_two_nodes_told_one_after_the_other_is_one_series() {
    let told = |at: u64, whole, revision, changes: &[(&str, u64)]| Step {
        at: Timestamp::from_millis(START.as_millis() + at),
        whole,
        changes: changes.iter().map(|(tag, count)| (Language::parse(tag).unwrap(), *count)).collect(),
        broadcast: whole.then(|| BroadcastState::initial(START)),
        told: Some(crate::Told { revision, reason: crate::UpdateReason::Periodic, exact: true }),
    };
    let one = [told(0, true, 1, &[("es", 3)]), told(60_000, false, 3, &[("es", 4)])];
    let other = [told(30_000, true, 2, &[("fr", 1), ("es", 2)])];
    let contributions = [one.to_vec(), other.to_vec()].map(|steps| Contribution {
        steps,
        attendance: Attendance::new(START),
        history: AudienceHistory::new(START),
    });
    let account = Account::merged(&session(), None, &contributions);
    let expected = [
        told(0, true, 1, &[("es", 3)]),
        Step { broadcast: None, whole: false, ..told(30_000, true, 2, &[("es", 2), ("fr", 1)]) },
        told(60_000, false, 3, &[("fr", 0), ("es", 4)]),
    ];
    assert_eq!(account.steps, expected);
}
