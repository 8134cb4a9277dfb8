//! What was written is read again, and nothing that anybody writes is more than unreadable.

use super::*;
use crate::store::cluster::{Chapter, Message, Versioned};
use headcount_core::cluster::{NodeId, Share, Transfers};
use headcount_core::{
    Attendance, Audience, AudienceHistory, BroadcastState, ConnectionId, End, EndKind, EndReason, Event,
    Language, LanguageDistribution, Link, LinkId, Loss, Notice, Place, Quality, QualityTier, Scope,
    ServedLanguages, Session, SessionId, SessionStatus, Signal, SpeakerSeat, StatusDetail, StatusUpdate,
    Step, Timestamp, Told, UpdateLedger, UpdateReason, UserId, Volume,
};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::sync::Arc;
use std::time::Duration;

fn moment() -> impl Strategy<Value = Timestamp> {
    (0..=Timestamp::MAX.as_millis()).prop_map(Timestamp::from_millis)
}

fn language() -> impl Strategy<Value = Language> {
    select(vec!["es", "pt-BR", "zh-Hant", "sr-Latn-RS", "de-1996", "en-x-qaa", "unknown", "other"])
        .prop_map(|tag| Language::from_written(tag).unwrap())
}

fn node() -> impl Strategy<Value = NodeId> {
    any::<u64>().prop_map(NodeId::new)
}

fn connection() -> impl Strategy<Value = ConnectionId> {
    r#"[!-~]{1,40}"#.prop_map(|text| ConnectionId::parse(&text).unwrap())
}

fn name() -> impl Strategy<Value = SessionId> {
    any::<u64>().prop_map(SessionId::pick)
}

fn counts() -> impl Strategy<Value = LanguageDistribution> {
    btree_map(language(), 1..100_000u64, 0..6)
        .prop_map(|counts| counts.iter().map(|(l, n)| (l, *n)).collect())
}

fn volume() -> impl Strategy<Value = Volume> {
    (0..=100u32).prop_map(|percent| Volume::new(f64::from(percent) / 100.0).unwrap())
}

prop_compose! {
    fn broadcast()(is_active: bool, is_paused: bool, is_muted: bool, volume in volume(), at in moment()) -> BroadcastState {
        BroadcastState { is_active, is_paused, is_muted, volume, last_state_change: at }
    }
}

fn seat() -> impl Strategy<Value = SpeakerSeat> {
    prop_oneof![
        Just(SpeakerSeat::Never),
        (connection(), any::<bool>()).prop_map(|(connection, full)| SpeakerSeat::Attached {
            connection,
            detail: if full { StatusDetail::Full } else { StatusDetail::Basic },
        }),
        moment().prop_map(|until| SpeakerSeat::Lost { until }),
    ]
}

prop_compose! {
    fn link()(
        entropy: u64, language in option::of(language()), label in option::of("\\PC{1,64}"),
        times in (moment(), moment()),
    ) -> Link {
        Link {
            id: LinkId::of(entropy),
            scope: language.map_or(Scope::All, Scope::Language),
            label,
            created_at: times.0,
            expires_at: times.1,
        }
    }
}

prop_compose! {
    fn session()(
        id in name(), owner in option::of("\\PC{1,20}"), source_language in language(), premium: bool,
        times in (moment(), moment(), moment()), broadcast in broadcast(), paused_since in option::of(moment()),
        speaker in seat(), languages in vec(language(), 0..4), links in vec(link(), 0..3),
    ) -> Session {
        Session {
            id,
            owner: owner.map(|owner| UserId::parse(&owner).unwrap()),
            source_language,
            quality_tier: if premium { QualityTier::Premium } else { QualityTier::Standard },
            created_at: times.0,
            updated_at: times.1,
            expires_at: times.2,
            broadcast,
            paused_since,
            speaker,
            languages: ServedLanguages::new(languages).unwrap(),
            links,
        }
    }
}

fn transfers() -> impl Strategy<Value = Transfers> {
    btree_map(node(), counts(), 0..3)
}

prop_compose! {
    fn share()(
        node in node(), numbers: [u32; 4], heard in counts(), peak in (any::<u64>(), moment()),
        moved in (transfers(), transfers(), transfers()),
    ) -> Share {
        let [sequence, reconnecting, joins, leaves] = numbers.map(u64::from);
        let (taken, given, asking) = moved;
        Share { node, sequence, heard, reconnecting, joins, leaves, peak, taken, given, asking }
    }
}

prop_compose! {
    fn ledger()(
        revision: u32, count: u32, told in moment(), triggered in option::of(moment()),
        announced in btree_set(language(), 0..8),
    ) -> UpdateLedger {
        UpdateLedger::from_parts(revision.into(), count.into(), told, triggered, announced)
    }
}

fn reason() -> impl Strategy<Value = UpdateReason> {
    select(UpdateReason::ALL.to_vec())
}

prop_compose! {
    fn step()(
        at in moment(), whole: bool, changes in btree_map(language(), any::<u32>(), 0..5),
        broadcast in option::of(broadcast()), told in option::of((any::<u64>(), reason(), any::<bool>())),
    ) -> Step {
        Step {
            at,
            whole,
            changes: changes.into_iter().map(|(language, count)| (language, count.into())).collect(),
            broadcast,
            told: told.map(|(revision, reason, exact)| Told { revision, reason, exact }),
        }
    }
}

prop_compose! {
    /// Some things that have happened, so that totals, switches and curve are as they can be.
    fn chapter()(
        node in node(), first_step: u32,
        happened in vec((0..3u8, language(), language(), 0..100_000u64), 0..60),
    ) -> Chapter {
        let start = Timestamp::from_millis(1_800_000_000_000);
        let (mut attendance, mut history) = (Attendance::new(start), AudienceHistory::new(start));
        let (mut audience, mut now) = (LanguageDistribution::new(), start);
        for (what, from, to, later) in happened {
            now = now.plus(Duration::from_millis(later));
            match what {
                0 => {
                    audience.add(&to);
                    attendance.joined(&to, now);
                    history.joined(&to, audience.count(&to), audience.listener_count(), now);
                }
                1 => {
                    audience.remove(&from);
                    attendance.left(&from, now);
                    history.left(1, &audience, now);
                }
                _ => attendance.switched(&from, &to, now),
            }
        }
        Chapter { node, said_at: now, attendance, history, first_step: first_step.into(), steps: Vec::new() }
    }
}

fn end_reason() -> impl Strategy<Value = EndReason> {
    prop_oneof![
        option::of("\\PC{0,128}").prop_map(EndReason::Ended),
        Just(EndReason::Expired),
        Just(EndReason::SpeakerLost),
    ]
}

fn notice() -> impl Strategy<Value = Notice> {
    prop_oneof![
        Just(Notice::BroadcastPaused),
        Just(Notice::BroadcastResumed),
        Just(Notice::BroadcastMuted),
        Just(Notice::BroadcastUnmuted),
        volume().prop_map(Notice::VolumeChanged),
        broadcast().prop_map(Notice::SpeakerStateChanged),
        end_reason().prop_map(Notice::SessionEnded),
    ]
}

fn signal() -> impl Strategy<Value = Signal> {
    let loss = (any::<u64>(), any::<u64>()).prop_map(|(before, after)| Loss { before, after });
    prop_oneof![
        (language(), moment()).prop_map(|(language, since)| Signal::LanguageIdle { language, since }),
        (language(), any::<u32>()).prop_map(|(language, saved)| Signal::LanguageActive {
            language,
            saved: Duration::from_millis(saved.into())
        }),
        (language(), loss.clone()).prop_map(|(language, loss)| Signal::LanguageDrop { language, loss }),
        loss.prop_map(Signal::AudienceDrop),
        language().prop_map(|language| Signal::UnservedLanguage { language }),
    ]
}

prop_compose! {
    fn audience()(
        numbers: [u32; 7], times in (moment(), moment()), until in option::of(moment()),
        trend in vec((moment(), any::<u64>()), 0..5),
    ) -> Audience {
        let [peak, joins, leaves, reconnecting, seen, revision, nodes] = numbers.map(u64::from);
        Audience {
            peak_listener_count: peak,
            peak_at: times.0,
            total_joins: joins,
            total_leaves: leaves,
            reconnecting,
            languages_seen: seen,
            revision,
            quality: Quality { as_of: times.1, inexact_until: until, nodes_reporting: nodes as u32, nodes_expected: 7 },
            trend,
        }
    }
}

prop_compose! {
    fn update()(
        session in name(), counts in counts(), shown in 0..5usize, duration_secs: u32, broadcast in broadcast(),
        timestamp in moment(), exact: bool, reason in reason(), revision: u64, audience in option::of(audience()),
    ) -> StatusUpdate {
        let distribution = counts.shown(shown);
        let status = SessionStatus {
            session, distribution, duration_secs: duration_secs.into(), broadcast, timestamp, exact,
        };
        StatusUpdate { status, reason, revision, audience }
    }
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        session().prop_map(|session| Event::Started(Arc::new(session))),
        session().prop_map(|session| Event::Steered(Arc::new(session))),
        update().prop_map(Event::Told),
        (name(), signal(), moment()).prop_map(|(session, signal, at)| Event::Signalled {
            session,
            signal,
            at
        }),
        (session(), end_reason(), moment(), any::<u64>()).prop_map(|(session, reason, at, listeners)| {
            Event::Ended { session: Arc::new(session), reason, at, listeners }
        }),
    ]
}

fn message() -> impl Strategy<Value = Message> {
    let place = (connection(), any::<u32>(), option::of(node())).prop_map(|(first, turn, home)| Place {
        first,
        turn,
        home,
    });
    let found = option::of((language(), language()));
    prop_oneof![
        (name(), node(), any::<u64>(), place).prop_map(|(session, from, number, place)| Message::Ask {
            session,
            from,
            number,
            place
        }),
        (name(), node(), any::<u64>(), found).prop_map(|(session, from, number, place)| Message::Answer {
            session,
            from,
            number,
            place
        }),
        (name(), node(), notice(), moment()).prop_map(|(session, from, notice, now)| Message::Tell {
            session,
            from,
            notice,
            now
        }),
        (name(), connection()).prop_map(|(session, connection)| Message::Close { session, connection }),
        (node(), event()).prop_map(|(from, event)| Message::Seen { from, event }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_session_is_read_as_it_was_written(session in session(), version: u64, speaker_at in option::of(node())) {
        let written = Versioned { session, version, speaker_at };
        prop_assert_eq!(read_session(write_session(&written).as_bytes()), Some(written));
    }

    #[test]
    fn a_ledger_is_read_as_it_was_written(ledger in ledger()) {
        prop_assert_eq!(read_ledger(write_ledger(&ledger).as_bytes()), Some(ledger));
    }

    #[test]
    fn a_share_is_read_as_it_was_written(share in share()) {
        prop_assert_eq!(read_share(write_share(&share).as_bytes()), Some(share));
    }

    #[test]
    fn a_step_is_read_as_it_was_written(step in step()) {
        prop_assert_eq!(read_step(write_step(&step).as_bytes()), Some(step));
    }

    #[test]
    fn a_chapter_is_read_as_it_was_written(chapter in chapter()) {
        let text = write_head(&chapter);
        let read = read_head(chapter.node, chapter.first_step, text.as_bytes()).unwrap();
        prop_assert_eq!(&read.attendance, &chapter.attendance);
        // A curve may lose points where it is flat.
        let all = chapter.history.trend.points();
        prop_assert!(read.history.trend.points().iter().all(|point| all.contains(point)));
        let again = read_head(chapter.node, chapter.first_step, write_head(&read).as_bytes()).unwrap();
        prop_assert_eq!(&again.history, &read.history);
        let trend = chapter.history.trend.clone();
        prop_assert_eq!(AudienceHistory { trend, ..read.history }, chapter.history);
    }

    #[test]
    fn an_end_is_read_as_it_was_written(session in session(), at in moment(), listeners: u64, number: u64, words in end_reason()) {
        let end = End { at, kind: EndKind::from(&words), listeners };
        prop_assert_eq!(read_account(write_account(&session, &end).as_bytes()), Some((session.clone(), end)));
        let line = read_ended(number, write_ended(&session, &end).as_bytes()).unwrap();
        prop_assert_eq!((line.number, line.session, line.created_at, line.end), (number, session.id, session.created_at, end));
        prop_assert_eq!(read_reason(write_reason(&words).as_bytes()), Some(words));
    }

    #[test]
    fn a_message_is_read_as_it_was_written(message in message()) {
        let read = read_message(write_message(&message).as_bytes()).map(|read| format!("{read:?}"));
        prop_assert_eq!(read, Some(format!("{message:?}")));
    }

    #[test]
    fn nonsense_is_unreadable_and_nothing_worse(bytes in vec(any::<u8>(), 0..200), cut in 0..400usize, share in share(), message in message()) {
        let (mut share, mut message) = (write_share(&share), write_message(&message));
        share.truncate(share.floor_char_boundary(cut));
        message.truncate(message.floor_char_boundary(cut));
        for text in [&bytes[..], share.as_bytes(), message.as_bytes()] {
            let _ = (read_session(text), read_ledger(text), read_share(text), read_step(text), read_message(text));
            let _ = (read_head(NodeId::new(1), 0, text), read_account(text), read_ended(1, text), read_reason(text));
        }
    }
}

#[test]
fn unknown_members_are_passed_over_and_later_versions_are_not_read() {
    let told = r#"{"v":1,"n":"00000000000000a1","q":7,"p":[0,0],"h":{"es":2},"mood":{"of":["the","day"]}}"#;
    let share = read_share(told.as_bytes()).unwrap();
    assert_eq!((share.sequence, share.heard.listener_count()), (7, 2));
    assert_eq!(read_share(told.replace(r#""v":1"#, r#""v":2"#).as_bytes()), None);
    assert_eq!(read_share(told.replace(r#""v":1,"#, "").as_bytes()), None);
}
