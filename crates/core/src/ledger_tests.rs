//! Tables and laws of the update policy.

use super::*;
use proptest::prelude::*;
use std::time::Duration;

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(1_000_000 + millis)
}

fn audience(counts: &[(&str, u64)]) -> LanguageDistribution {
    let languages: Vec<_> = counts.iter().map(|(tag, n)| (Language::parse(tag).unwrap(), *n)).collect();
    languages.iter().map(|(language, n)| (language, *n)).collect()
}

fn told(counts: &[(&str, u64)], reason: UpdateReason) -> UpdateLedger {
    UpdateLedger::new(at(0)).record(reason, &audience(counts).shown(63), at(0))
}

const POLICY: fn() -> UpdatePolicy = UpdatePolicy::default;

#[test]
fn a_new_session_says_nothing_until_its_first_period_is_over() {
    let ledger = UpdateLedger::new(at(0));
    assert_eq!(ledger.review(&POLICY(), &audience(&[]), at(29_999)), None);
    assert_eq!(ledger.review(&POLICY(), &audience(&[]), at(30_000)), Some(UpdateReason::Periodic));
    assert_eq!(ledger.next_due(&POLICY(), &audience(&[])), at(30_000));
}

#[test]
fn a_new_language_goes_before_a_change_of_count_before_the_period() {
    let ledger = told(&[("es", 10)], UpdateReason::Requested);
    let late = at(60_000);
    assert_eq!(
        ledger.review(&POLICY(), &audience(&[("es", 10), ("fr", 90)]), late),
        Some(UpdateReason::NewLanguage)
    );
    assert_eq!(
        ledger.review(&POLICY(), &audience(&[("es", 12)]), late),
        Some(UpdateReason::ListenerCountChange)
    );
    assert_eq!(ledger.review(&POLICY(), &audience(&[("es", 11)]), late), Some(UpdateReason::Periodic));
    assert_eq!(ledger.review(&POLICY(), &audience(&[("es", 11)]), at(1)), None);
}

#[test]
fn triggers_wait_for_the_gap_after_a_triggered_update_only() {
    let more = audience(&[("es", 20)]);
    let asked = told(&[("es", 10)], UpdateReason::Requested);
    assert_eq!(asked.review(&POLICY(), &more, at(1)), Some(UpdateReason::ListenerCountChange));
    let triggered = told(&[("es", 10)], UpdateReason::ListenerCountChange);
    assert_eq!(triggered.review(&POLICY(), &more, at(999)), None);
    assert_eq!(triggered.next_due(&POLICY(), &more), at(1_000));
    assert_eq!(triggered.review(&POLICY(), &more, at(1_000)), Some(UpdateReason::ListenerCountChange));
    let off = UpdatePolicy { min_gap: Duration::ZERO, ..POLICY() };
    assert_eq!(triggered.review(&off, &more, at(0)), Some(UpdateReason::ListenerCountChange));
}

#[test]
fn what_was_merged_away_within_the_gap_is_not_told() {
    let ledger = told(&[("es", 10)], UpdateReason::NewLanguage);
    assert_eq!(ledger.review(&POLICY(), &audience(&[("es", 10)]), at(1_000)), None);
    assert_eq!(ledger.next_due(&POLICY(), &audience(&[("es", 10)])), at(30_000));
}

#[test]
fn a_question_announces_what_it_shows_and_languages_that_return_are_not_new() {
    let ledger = told(&[("es", 10), ("fr", 1)], UpdateReason::Requested);
    let gone = ledger.record(UpdateReason::Periodic, &audience(&[("es", 10)]).shown(63), at(1));
    assert_eq!(gone.review(&POLICY(), &audience(&[("es", 10), ("fr", 1)]), at(2)), None);
}

#[test]
fn the_collecting_names_are_never_new() {
    let ledger = told(&[("es", 100)], UpdateReason::Requested);
    let mut now = audience(&[("es", 100)]);
    now.add(&Language::unknown());
    now.add(&Language::other());
    assert_eq!(ledger.review(&POLICY(), &now, at(1)), None);
}

#[test]
fn languages_that_a_message_has_no_room_for_cause_no_storm() {
    let policy = UpdatePolicy { shown_languages: 2, threshold_percent: 1_000, ..POLICY() };
    let crowd = audience(&[("de", 3), ("es", 9), ("fr", 5), ("it", 1)]);
    let ledger = UpdateLedger::new(at(0));
    assert_eq!(ledger.review(&policy, &crowd, at(1)), Some(UpdateReason::NewLanguage));
    let next = ledger.record(UpdateReason::NewLanguage, &crowd.shown(2), at(1));
    assert_eq!(next.review(&policy, &crowd, at(5_000)), None);
    let grown = audience(&[("de", 30), ("es", 9), ("fr", 5), ("it", 1)]);
    assert_eq!(next.review(&policy, &grown, at(5_000)), Some(UpdateReason::NewLanguage));
}

#[test]
fn held_triggers_leave_the_period_alone() {
    let ledger = UpdateLedger::new(at(0));
    let policy = POLICY().holding_triggers();
    assert_eq!(ledger.review(&policy, &audience(&[("es", 5)]), at(100)), None);
    assert_eq!(ledger.review(&policy, &audience(&[("es", 5)]), at(30_000)), Some(UpdateReason::Periodic));
}

#[test]
fn a_clock_that_goes_back_stands_still() {
    let ledger = told(&[("es", 10)], UpdateReason::ListenerCountChange);
    let next = ledger.record(UpdateReason::Requested, &audience(&[("es", 10)]).shown(63), Timestamp::EPOCH);
    assert_eq!(next.last_told(), ledger.last_told());
    assert_eq!(next.review(&POLICY(), &audience(&[("es", 99)]), Timestamp::EPOCH), None);
}

#[test]
fn a_restored_ledger_is_the_former_one_under_a_new_revision() {
    let former = told(&[("es", 10)], UpdateReason::Requested);
    let claimed =
        former.record(UpdateReason::NewLanguage, &audience(&[("es", 10), ("fr", 1)]).shown(63), at(5));
    let restored = former.restored_after(&claimed);
    assert_eq!(restored.revision(), claimed.revision() + 1);
    assert_eq!((restored.last_count(), restored.announced()), (former.last_count(), former.announced()));
    assert_eq!(
        restored.review(&POLICY(), &audience(&[("es", 10), ("fr", 1)]), at(6)),
        Some(UpdateReason::NewLanguage)
    );
}

const TAGS: [&str; 6] = ["de", "es", "fr", "it", "ja", "pt-BR"];

#[derive(Clone, Debug)]
enum Step {
    Join(usize),
    Leave(usize),
    Wait(u64),
    Ask,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..TAGS.len()).prop_map(Step::Join),
        3 => (0..TAGS.len()).prop_map(Step::Leave),
        2 => (0u64..40_000).prop_map(Step::Wait),
        1 => Just(Step::Ask),
    ]
}

proptest! {
    #[test]
    fn laws_of_any_history(steps in proptest::collection::vec(step(), 1..200), room in 1usize..8, gap in 0u64..3_000) {
        let policy = UpdatePolicy { shown_languages: room, min_gap: Duration::from_millis(gap), ..POLICY() };
        let (mut crowd, mut ledger, mut now) = (LanguageDistribution::new(), UpdateLedger::new(at(0)), at(0));
        let (mut told_new, mut last_trigger) = (BTreeSet::new(), None::<Timestamp>);
        for step in steps {
            let mut reason = None;
            match step {
                Step::Join(n) => { crowd.add(&Language::parse(TAGS[n]).unwrap()); }
                Step::Leave(n) => crowd.remove(&Language::parse(TAGS[n]).unwrap()),
                Step::Wait(millis) => now = now.plus(Duration::from_millis(millis)),
                Step::Ask => reason = Some(UpdateReason::Requested),
            }
            prop_assert_eq!(ledger.next_due(&policy, &crowd) <= now, ledger.review(&policy, &crowd, now).is_some());
            let Some(reason) = reason.or_else(|| ledger.review(&policy, &crowd, now)) else { continue };
            let shown = crowd.shown(room);
            if reason == UpdateReason::NewLanguage {
                let fresh: Vec<_> = shown.iter().map(|(l, _)| l.clone())
                    .filter(|l| l.is_language() && !ledger.announced().contains(l)).collect();
                prop_assert!(!fresh.is_empty(), "newLanguage shows a new language");
                for language in fresh {
                    prop_assert!(told_new.insert(language), "a language is new once");
                }
            }
            if reason.is_triggered() {
                prop_assert!(last_trigger.is_none_or(|last| now.since(last) >= policy.min_gap));
                last_trigger = Some(now);
            }
            let next = ledger.record(reason, &shown, now);
            prop_assert_eq!(next.revision(), ledger.revision() + 1);
            prop_assert_eq!(next.last_count(), crowd.listener_count());
            prop_assert_eq!(next.review(&policy, &crowd, now), None, "after an update there is nothing to say");
            prop_assert!(next.announced().is_superset(ledger.announced()));
            ledger = next;
        }
    }
}
