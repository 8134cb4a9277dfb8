//! Random steps in a small world, where things meet often.

use crate::samples;
use headcount_core::{BroadcastChange, LinkId, QualityTier, ServedLanguages, SessionChange, Volume};
use proptest::prelude::*;

/// How many sessions there can be.
pub(super) const SESSIONS: u64 = 3;
/// How many people there are.
pub(super) const PEOPLE: usize = 8;
/// How many languages they speak.
const LANGUAGES: usize = 4;
/// How many names their links have.
const LINKS: u64 = 3;

/// One thing to do. Sessions, people and languages go by number.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Create(u64),
    End(u64),
    Change(u64, SessionChange),
    Attach(u64, usize),
    Detach(u64, Option<usize>),
    Page(Option<u64>, usize),
    /// `token` picks one of the places given out so far, good or not.
    Listen {
        session: u64,
        who: usize,
        language: Option<usize>,
        token: Option<usize>,
        room: u64,
    },
    Speak(u64, usize),
    Leave(usize),
    /// With a grace of so many milliseconds.
    Lose(usize, u64),
    Switch(usize, usize),
    Count(u64),
    /// A claim of the revision so many ahead.
    Claim(u64, u64, Vec<usize>),
    Wait(u64),
    TurnBack(u64),
}

fn changes() -> impl Strategy<Value = SessionChange> {
    let broadcast = (any::<Option<bool>>(), any::<Option<bool>>(), proptest::option::of(0.0..=1.0_f64));
    prop_oneof![
        broadcast.prop_map(|(is_paused, is_muted, volume)| {
            let volume = volume.and_then(|level| Volume::new(level).ok());
            SessionChange::Broadcast(BroadcastChange { is_paused, is_muted, volume })
        }),
        proptest::option::of(0..LANGUAGES).prop_map(|language| SessionChange::Details {
            source_language: language.map(samples::numbered_language),
            quality_tier: language.map(|_| QualityTier::Premium),
            languages: language.and_then(|n| ServedLanguages::new([samples::numbered_language(n)]).ok()),
        }),
        (0..LINKS, 0_u64..20_000).prop_map(|(n, ends)| SessionChange::AddLink(samples::link(n, ends))),
        (0..LINKS).prop_map(|n| SessionChange::RemoveLink(LinkId::of(n))),
    ]
}

fn listening() -> impl Strategy<Value = Step> {
    let (language, token) =
        (proptest::option::weighted(0.8, 0..LANGUAGES), proptest::option::of(0_usize..40));
    let room = prop_oneof![4 => Just(1_000_u64), 1 => 0_u64..4];
    (0..SESSIONS, 0..PEOPLE, language, token, room).prop_map(|(session, who, language, token, room)| {
        Step::Listen { session, who, language, token, room }
    })
}

/// Any step; those that move listeners more often than the rest.
fn step() -> impl Strategy<Value = Step> {
    let claim = (0..SESSIONS, 0_u64..3, proptest::collection::vec(0..LANGUAGES, 0..3));
    prop_oneof![
        4 => (0..SESSIONS).prop_map(Step::Create),
        1 => (0..SESSIONS).prop_map(Step::End),
        2 => (0..SESSIONS, changes()).prop_map(|(session, change)| Step::Change(session, change)),
        1 => (0..SESSIONS, 0..PEOPLE).prop_map(|(session, who)| Step::Attach(session, who)),
        1 => (0..SESSIONS, proptest::option::of(0..PEOPLE)).prop_map(|(session, who)| Step::Detach(session, who)),
        1 => (proptest::option::of(0..SESSIONS), 0_usize..4).prop_map(|(after, limit)| Step::Page(after, limit)),
        14 => listening(),
        1 => (0..SESSIONS, 0..PEOPLE).prop_map(|(session, who)| Step::Speak(session, who)),
        3 => (0..PEOPLE).prop_map(Step::Leave),
        6 => (0..PEOPLE, 1_u64..5_000).prop_map(|(who, grace)| Step::Lose(who, grace)),
        5 => (0..PEOPLE, 0..LANGUAGES).prop_map(|(who, language)| Step::Switch(who, language)),
        3 => (0..SESSIONS).prop_map(Step::Count),
        3 => claim.prop_map(|(session, ahead, languages)| Step::Claim(session, ahead, languages)),
        4 => (0_u64..3_000).prop_map(Step::Wait),
        1 => (0_u64..500).prop_map(Step::TurnBack),
    ]
}

/// Up to a hundred steps.
pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec(step(), 1..100)
}
