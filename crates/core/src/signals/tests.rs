//! Signals by table and by property.

use super::*;
use crate::Language;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::time::Duration;

const TAGS: [&str; 3] = ["de", "es", "fr"];

fn language(tag: &str) -> Language {
    Language::parse(tag).unwrap()
}

/// A session whose audience is changed and looked at as a store does it.
struct House {
    rules: SignalRules,
    signals: Signals,
    attendance: Attendance,
    audience: LanguageDistribution,
    now: Timestamp,
}

impl House {
    fn new() -> Self {
        let now = Timestamp::from_millis(1_000_000);
        Self {
            rules: SignalRules::default(),
            signals: Signals::default(),
            attendance: Attendance::new(now),
            audience: LanguageDistribution::new(),
            now,
        }
    }

    /// `listeners` more in `tag`, or fewer where it is negative.
    fn change(&mut self, tag: &str, listeners: i64) {
        for _ in 0..listeners.abs() {
            self.signals.before(self.now, &self.audience);
            let language = language(tag);
            if listeners > 0 {
                let counted_as = self.audience.add(&language);
                self.attendance.joined(&counted_as, self.now);
            } else {
                self.audience.remove(&language);
                self.attendance.left(&language, self.now);
            }
        }
    }

    fn look(&mut self) -> Findings {
        self.signals.look(&self.rules, &mut self.attendance, &self.audience, self.now)
    }

    /// What is found within `span` by whoever looks now and whenever there may be something to find.
    fn wait(&mut self, span: Duration) -> Vec<Signal> {
        let end = self.now.plus(span);
        let mut found = Vec::new();
        loop {
            let findings = self.look();
            found.extend(findings.signals);
            match findings.next.filter(|next| *next <= end) {
                Some(next) => self.now = self.now.max(next),
                None => break,
            }
        }
        self.now = end;
        found.extend(self.look().signals);
        found
    }

    fn seconds(&mut self, seconds: u64) -> Vec<Signal> {
        self.wait(Duration::from_secs(seconds))
    }

    fn kinds(&mut self, seconds: u64) -> Vec<SignalKind> {
        self.seconds(seconds).iter().map(Signal::kind).collect()
    }
}

#[test]
fn a_language_is_idle_a_minute_after_its_last_listener_and_active_with_the_next() {
    let mut house = House::new();
    house.change("fr", 1);
    house.change("es", 1);
    house.seconds(10);
    house.change("fr", -1);
    let since = house.now;
    assert_eq!(house.seconds(59), []);
    assert_eq!(house.seconds(1), [Signal::LanguageIdle { language: language("fr"), since }]);
    assert_eq!(house.seconds(600), []);
    house.change("fr", 1);
    let saved = Duration::from_secs(600);
    assert_eq!(house.seconds(0), [Signal::LanguageActive { language: language("fr"), saved }]);
    let so_far = house.attendance.signals.languages[&language("fr")];
    assert_eq!(so_far, LanguageSignals { idle: 1, drops: 0, saved: 600_000, idle_said: None });
}

#[test]
fn a_language_that_is_heard_again_in_time_was_never_idle() {
    let mut house = House::new();
    house.change("fr", 1);
    for _ in 0..5 {
        house.change("fr", -1);
        assert_eq!(house.seconds(59), []);
        house.change("fr", 1);
        assert_eq!(house.seconds(1), []);
    }
    assert!(house.attendance.signals.languages.is_empty());
}

#[test]
fn what_is_saved_goes_on_while_a_language_is_idle() {
    let mut house = House::new();
    house.change("fr", 1);
    house.change("fr", -1);
    house.seconds(90);
    let so_far = house.attendance.signals.languages[&language("fr")];
    assert_eq!(so_far.saved_until(house.now), Duration::from_secs(30));
}

#[test]
fn collecting_names_are_never_idle() {
    let mut house = House::new();
    house.audience.add(&Language::unknown());
    house.attendance.joined(&Language::unknown(), house.now);
    house.audience.remove(&Language::unknown());
    house.attendance.left(&Language::unknown(), house.now);
    assert_eq!(house.seconds(120), []);
}

#[test]
fn a_language_that_breaks_is_told_from_an_audience_that_goes() {
    use SignalKind::{AudienceDrop, LanguageDrop};
    // Listeners of French and Spanish, how many of each go, and what is said.
    let cases: [(i64, i64, i64, i64, &[SignalKind]); 10] = [
        (20, 20, 10, 0, &[LanguageDrop]),
        (20, 20, 9, 0, &[]),
        (20, 20, 20, 9, &[LanguageDrop]),
        (20, 20, 20, 10, &[AudienceDrop]),
        (20, 20, 20, 20, &[AudienceDrop]),
        (5, 20, 3, 0, &[LanguageDrop]),
        (4, 20, 4, 0, &[]),
        (20, 0, 10, 0, &[AudienceDrop]),
        (90, 10, 80, 0, &[LanguageDrop]),
        (2, 2, 2, 2, &[]),
    ];
    for (french, spanish, french_go, spanish_go, said) in cases {
        let mut house = House::new();
        house.rules.idle_after = None;
        house.change("fr", french);
        house.change("es", spanish);
        house.seconds(60);
        house.change("fr", -french_go);
        house.change("es", -spanish_go);
        let case = format!("{french_go} of {french}, {spanish_go} of {spanish}");
        assert_eq!(house.kinds(60), said, "{case}");
    }
}

#[test]
fn a_drop_says_what_was_lost_and_is_said_once() {
    let mut house = House::new();
    house.change("fr", 12);
    house.change("es", 20);
    house.seconds(60);
    house.change("fr", -8);
    let loss = Loss { before: 12, after: 4 };
    assert_eq!(loss.percent(), 66);
    assert_eq!(house.seconds(4), [Signal::LanguageDrop { language: language("fr"), loss }]);
    house.change("es", -1);
    assert_eq!(house.seconds(300), []);
    assert_eq!(house.attendance.signals.languages[&language("fr")].drops, 1);
}

#[test]
fn a_hall_that_is_seen_leaving_one_language_after_the_other_is_no_broken_channel() {
    let mut house = House::new();
    house.change("fr", 50);
    house.change("es", 50);
    house.seconds(60);
    house.change("fr", -50);
    assert_eq!(house.seconds(2), []);
    house.change("es", -50);
    let loss = Loss { before: 100, after: 0 };
    assert_eq!(house.seconds(30), [Signal::AudienceDrop(loss)]);
    assert_eq!(house.attendance.signals.audience_drops, 1);
}

#[test]
fn who_is_back_before_the_drop_has_settled_was_not_lost() {
    let mut house = House::new();
    house.change("fr", 50);
    house.change("es", 50);
    house.seconds(60);
    house.change("fr", -50);
    house.seconds(2);
    house.change("fr", 40);
    assert_eq!(house.seconds(60), []);
}

#[test]
fn a_slow_departure_is_no_drop() {
    let mut house = House::new();
    house.change("fr", 100);
    house.change("es", 100);
    for _ in 0..50 {
        house.change("fr", -1);
        assert_eq!(house.seconds(2), []);
    }
}

#[test]
fn what_is_off_is_not_said() {
    let mut house = House::new();
    house.rules = SignalRules::OFF;
    house.change("fr", 50);
    house.change("es", 50);
    house.seconds(60);
    house.change("fr", -50);
    assert_eq!(house.seconds(600), []);
    assert_eq!(house.attendance.signals, SignalTotals::default());
}

#[test]
fn a_language_that_is_not_served_is_said_once_and_counted() {
    let mut totals = SignalTotals::default();
    let asked = Some(Signal::UnservedLanguage { language: language("fr") });
    assert_eq!(totals.asked_in_vain(&language("fr")), asked);
    assert_eq!(totals.asked_in_vain(&language("fr")), None);
    assert_eq!(totals.unserved[&language("fr")], 2);
    for n in 0..2 * SignalTotals::MAX_UNSERVED {
        let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap());
        totals.asked_in_vain(&language(&format!("en-x-q{}{}", letter(n / 26), letter(n))));
    }
    assert_eq!(totals.unserved.len(), SignalTotals::MAX_UNSERVED);
}

proptest! {
    #[test]
    fn idle_and_active_alternate_and_the_totals_are_the_sum_of_what_was_said(
        steps in proptest::collection::vec((0usize..3, -12i64..12, 0u64..100), 0..80),
    ) {
        let mut house = House::new();
        let mut idle: BTreeMap<Language, Timestamp> = BTreeMap::new();
        let mut said: BTreeMap<SignalKind, u64> = BTreeMap::new();
        let mut saved_in_all = Duration::ZERO;
        for (tag, listeners, seconds) in steps {
            let present = i64::try_from(house.audience.count(&language(TAGS[tag]))).unwrap();
            house.change(TAGS[tag], listeners.max(-present));
            let mut end = house.now.plus(Duration::from_secs(seconds));
            loop {
                let findings = house.look();
                for signal in &findings.signals {
                    *said.entry(signal.kind()).or_default() += 1;
                    match signal {
                        Signal::LanguageIdle { language, since } => {
                            prop_assert_eq!(house.audience.count(language), 0);
                            prop_assert_eq!(house.now.since(*since), Duration::from_secs(60));
                            prop_assert_eq!(idle.insert(language.clone(), house.now), None);
                        }
                        Signal::LanguageActive { language, saved } => {
                            prop_assert!(house.audience.count(language) > 0);
                            let since = idle.remove(language);
                            prop_assert_eq!(since.map(|since| house.now.since(since)), Some(*saved));
                            saved_in_all += *saved;
                        }
                        Signal::LanguageDrop { loss, .. } | Signal::AudienceDrop(loss) => {
                            prop_assert!(loss.before >= SignalRules::DROP_FROM && loss.percent() >= 50);
                        }
                        Signal::UnservedLanguage { .. } => prop_assert!(false, "nobody asked"),
                    }
                }
                match findings.next.filter(|next| *next <= end) {
                    Some(next) => house.now = house.now.max(next),
                    None => break,
                }
                end = end.max(house.now);
            }
            house.now = end;
        }
        let totals = &house.attendance.signals;
        let of = |kind| said.get(&kind).copied().unwrap_or(0);
        prop_assert_eq!(totals.languages.values().map(|it| it.idle).sum::<u64>(), of(SignalKind::LanguageIdle));
        prop_assert_eq!(totals.languages.values().map(|it| it.drops).sum::<u64>(), of(SignalKind::LanguageDrop));
        prop_assert_eq!(totals.audience_drops, of(SignalKind::AudienceDrop));
        let saved: u64 = totals.languages.values().map(|it| it.saved).sum();
        prop_assert_eq!(u128::from(saved), saved_in_all.as_millis());
    }

    #[test]
    fn what_is_remembered_is_bounded(gaps in proptest::collection::vec(0u64..7_000, 0..300)) {
        let mut fall = Fall::default();
        let mut now = Timestamp::from_millis(0);
        for gap in gaps {
            now = now.plus(Duration::from_millis(gap));
            fall.before(now, &LanguageDistribution::new());
            prop_assert!(fall.remembered() <= 11);
        }
    }
}
