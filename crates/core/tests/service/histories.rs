//! Whole histories at random, against the [`Reference`]: the speaker is told what the rules say, when they say it,
//! and what it is told is true.

use crate::reference::{Reference, TICK, Told, UNKNOWN};
use crate::stage::{Stage, shown};
use headcount_core::ports::{LedgerStore, PresenceStore};
use headcount_core::service::{JoinError, JoinRequest, Parting};
use headcount_core::{ConnectionId, Language, Place, StatusUpdate, UpdateReason};
use headcount_testkit::samples::{NOW, connection, language};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const TAGS: [&str; 5] = ["de", "es", "fr", "ja", UNKNOWN];
const SEATS: usize = 14;

#[derive(Clone, Debug)]
enum Step {
    Join(usize, &'static str),
    Resume(usize, Option<&'static str>),
    Leave(usize),
    Cut(usize),
    Switch(usize, &'static str),
    Ask,
    Wait(u64),
    SpeakerGoes,
    SpeakerComes,
}

fn step() -> impl Strategy<Value = Step> {
    let tag = || proptest::sample::select(&TAGS[..]);
    prop_oneof![
        8 => (0..SEATS, tag()).prop_map(|(seat, tag)| Step::Join(seat, tag)),
        3 => (0..SEATS, proptest::option::of(tag())).prop_map(|(seat, tag)| Step::Resume(seat, tag)),
        3 => (0..SEATS).prop_map(Step::Leave),
        4 => (0..SEATS).prop_map(Step::Cut),
        2 => (0..SEATS, tag()).prop_map(|(seat, tag)| Step::Switch(seat, tag)),
        2 => Just(Step::Ask),
        6 => (0u64..40).prop_map(Step::Wait),
        2 => (0u64..700).prop_map(Step::Wait),
        1 => Just(Step::SpeakerGoes),
        1 => Just(Step::SpeakerComes),
    ]
}

/// Who sits in a seat, or did last.
#[derive(Clone)]
struct Sitter {
    number: usize,
    connection: ConnectionId,
    place: Place,
}

/// A history as it is played, on the stage and by the reference at once.
struct Play {
    stage: Stage,
    reference: Reference,
    seats: Vec<Option<Sitter>>,
    speaker: ConnectionId,
    connections: usize,
    heard: Vec<(Told, u64)>,
}

impl Play {
    async fn begin(gap: u64) -> Self {
        let stage = Stage::on_air_with(|settings| settings.policy.min_gap = Duration::from_millis(gap)).await;
        let (reference, speaker) = (Reference::new(gap), connection("speaker"));
        Self { stage, reference, seats: vec![None; SEATS], speaker, connections: 0, heard: Vec::new() }
    }

    fn new_connection(&mut self) -> ConnectionId {
        self.connections += 1;
        connection(&format!("c{}", self.connections))
    }

    /// Who sits there and is connected.
    fn connected(&self, seat: usize) -> Option<Sitter> {
        self.seats[seat].clone().filter(|sitter| self.reference.state(sitter.number).1)
    }

    async fn step(&mut self, step: &Step) {
        match *step {
            Step::Join(seat, tag) => self.join(seat, tag).await,
            Step::Resume(seat, tag) => self.resume(seat, tag).await,
            Step::Leave(seat) => self.part(seat, Parting::Closed).await,
            Step::Cut(seat) => self.part(seat, Parting::Cut).await,
            Step::Switch(seat, tag) => {
                let Some(sitter) = self.connected(seat) else { return };
                self.stage.service.switch_language(&sitter.connection, &in_words(tag)).await.unwrap();
                self.reference.resume(sitter.number, Some(tag));
            }
            Step::Ask => self.ask().await,
            Step::Wait(ticks) => {
                self.stage.wait(ticks * TICK).await;
                self.reference.wait(ticks);
            }
            Step::SpeakerGoes if self.reference.has_speaker() => {
                self.stage.service.disconnect(&self.speaker, Parting::Cut).await.unwrap();
                self.reference.lose_speaker();
            }
            Step::SpeakerGoes => {}
            Step::SpeakerComes => {
                self.speaker = self.new_connection();
                self.stage.attach(self.speaker.as_str()).await;
                self.reference.attach_speaker();
            }
        }
    }

    /// Somebody new sits down, or the one who sits there joins again.
    async fn join(&mut self, seat: usize, tag: &'static str) {
        let sitting = self.connected(seat);
        let connection = sitting.as_ref().map_or_else(|| self.new_connection(), |it| it.connection.clone());
        let joined = self.request(connection.clone(), Some(tag), None).await.unwrap();
        let number = sitting.map_or(self.connections, |sitter| sitter.number);
        self.reference.join(number, tag);
        self.seats[seat] = Some(Sitter { number, connection, place: joined });
    }

    /// The one who sat there last comes back by another connection.
    async fn resume(&mut self, seat: usize, tag: Option<&'static str>) {
        let Some(before) = self.seats[seat].clone() else { return };
        let connection = self.new_connection();
        let joined = self.request(connection.clone(), tag, Some(before.place)).await;
        let (there, _) = self.reference.state(before.number);
        let number = if there { before.number } else { self.connections };
        match (there, tag, joined) {
            (true, tag, Ok(place)) => {
                self.reference.resume(number, tag);
                self.seats[seat] = Some(Sitter { number, connection, place });
            }
            (false, Some(tag), Ok(place)) => {
                self.reference.join(number, tag);
                self.seats[seat] = Some(Sitter { number, connection, place });
            }
            (false, None, Err(JoinError::LanguageNeeded)) => {}
            (_, _, joined) => panic!("there: {there}, tag: {tag:?}, and yet {joined:?}"),
        }
    }

    async fn request(
        &self,
        connection: ConnectionId,
        tag: Option<&str>,
        resume: Option<Place>,
    ) -> Result<Place, JoinError> {
        let (session, language) = (self.stage.id.clone(), tag.map(in_words));
        let joined = self.stage.service.join(JoinRequest { connection, session, language, resume }).await;
        joined.map(|joined| joined.place)
    }

    async fn part(&mut self, seat: usize, how: Parting) {
        let Some(sitter) = self.connected(seat) else { return };
        self.stage.service.disconnect(&sitter.connection, how).await.unwrap();
        match how {
            Parting::Cut => self.reference.cut(sitter.number),
            Parting::Closed | Parting::Silent => self.reference.leave(sitter.number),
        }
    }

    async fn ask(&mut self) {
        let asked = self.stage.service.query_status(&self.speaker, None).await;
        assert_eq!(asked.is_ok(), self.reference.has_speaker());
        if let Ok(answer) = asked {
            self.reference.ask();
            let (told, revision) = (as_told(&answer.update), answer.update.revision);
            drop(answer);
            assert_eq!(Some(&told), self.reference.take_told().last());
            self.heard.push((told, revision));
        }
    }

    /// The speaker has heard what it was to hear, and nothing is left to say.
    async fn check(&mut self) {
        let updates = self.stage.speaker.take();
        let told: Vec<_> = updates.iter().map(as_told).collect();
        assert_eq!(told, self.reference.take_told());
        self.heard.extend(told.into_iter().zip(updates.iter().map(|update| update.revision)));
        assert_eq!(self.stage.is_live().await, !self.reference.has_ended());
        if self.reference.has_ended() {
            return;
        }
        assert_eq!(self.stage.count().await, self.reference.count());
        if self.reference.has_speaker() {
            let last = self.heard.last().map_or(0, |(told, _)| told.at);
            assert!(self.reference.now() - last < 30_000, "never 30 s without an update");
            let ledger = self.stage.store.ledger(&self.stage.id).await.unwrap().unwrap();
            let counted = self.stage.store.audience(&self.stage.id, self.stage.now()).await.unwrap().unwrap();
            let policy = self.stage.service.settings().policy;
            assert_eq!(ledger.review(&policy, &counted.distribution, self.stage.now()), None);
        }
    }
}

/// The language of a tag of [`TAGS`].
fn in_words(tag: &str) -> Language {
    if tag == UNKNOWN { Language::unknown() } else { language(tag) }
}

fn as_told(update: &StatusUpdate) -> Told {
    let at = update.status.timestamp.as_millis() - NOW.as_millis();
    let languages: BTreeMap<_, _> = shown(update).into_iter().collect();
    assert_eq!(languages.values().sum::<u64>(), update.status.listener_count());
    Told { at, reason: update.reason, languages }
}

/// What holds of everything that a speaker has heard in one session.
fn check_laws(heard: &[(Told, u64)], gap: u64) {
    let (mut shown_before, mut last_triggered) = (BTreeSet::new(), None::<u64>);
    for (told, _) in heard {
        let new = told.languages.keys().any(|tag| tag != UNKNOWN && !shown_before.contains(tag));
        match told.reason {
            UpdateReason::NewLanguage => assert!(new, "no language is announced twice: {told:?}"),
            UpdateReason::ListenerCountChange => assert!(!new, "a new language goes before: {told:?}"),
            UpdateReason::Requested | UpdateReason::Periodic => {}
        }
        if told.reason.is_triggered() {
            assert!(last_triggered.is_none_or(|last| told.at >= last + gap), "within the gap: {told:?}");
            last_triggered = Some(told.at);
        }
        shown_before.extend(told.languages.keys().cloned());
    }
    assert!(heard.windows(2).all(|pair| pair[0].1 < pair[1].1), "revisions never go back");
    assert!(heard.windows(2).all(|pair| pair[0].0.at <= pair[1].0.at), "nor do timestamps");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn the_speaker_is_told_what_the_rules_say_when_they_say_it(
        steps in proptest::collection::vec(step(), 1..120),
        gap in proptest::sample::select(vec![0u64, 50, 1_000, 2_500, 45_000]),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut play = Play::begin(gap).await;
            for step in &steps {
                play.step(step).await;
                play.check().await;
                if play.reference.has_ended() {
                    break;
                }
            }
            check_laws(&play.heard, gap);
        });
    }
}
