//! Duties of a session store.

use super::asking::{audience, connection, create, join, join_new, ok, switch};
use crate::{Stores, samples};
use headcount_core::ports::{Admission, Creation, Departure};
use headcount_core::{
    BroadcastChange, EndReason, QualityTier, ServedLanguages, Session, SessionChange, SpeakerSeat,
    StatusDetail, UpdateLedger, Volume,
};

/// A session is created once, with its ledger; a second of its name is not.
pub async fn creates_a_session_once(stores: Stores) {
    let (session, ledger) = (samples::session(1), UpdateLedger::new(samples::NOW));
    assert!(ok(stores.sessions.session(&session.id).await).is_none());
    assert_eq!(ok(stores.sessions.create(session.clone(), ledger.clone()).await), Creation::Created);
    let other = Session { quality_tier: QualityTier::Premium, ..session.clone() };
    assert_eq!(ok(stores.sessions.create(other, ledger.clone()).await), Creation::Taken);
    assert_eq!(ok(stores.sessions.session(&session.id).await).as_deref(), Some(&session));
    assert_eq!(ok(stores.ledgers.ledger(&session.id).await).as_deref(), Some(&ledger));
    let counted = audience(&stores, 1, samples::NOW).await;
    assert_eq!((counted.distribution.listener_count(), counted.quality.is_exact()), (0, true));
}

/// Every change does what [`headcount_core::Session::apply`] does, and says what was before.
pub async fn applies_changes_as_the_rules_do(stores: Stores) {
    create(&stores, 1).await;
    let mut expected = samples::session(1);
    let (first, second) = (samples::connection("first"), samples::connection("second"));
    let pause = BroadcastChange { is_paused: Some(true), ..Default::default() };
    let volume =
        BroadcastChange { volume: Volume::new(0.25).ok(), is_muted: Some(true), ..Default::default() };
    let (source_language, quality_tier) = (Some(samples::language("de")), Some(QualityTier::Premium));
    let languages = ServedLanguages::new(["uk", "es"].map(samples::language)).ok();
    let undeclared = Some(ServedLanguages::default());
    let until = samples::at(40_000);
    let changes = [
        SessionChange::LoseSpeaker { connection: None, until },
        SessionChange::AttachSpeaker { connection: first.clone(), detail: StatusDetail::Full },
        SessionChange::Broadcast(pause),
        SessionChange::Broadcast(pause),
        SessionChange::Broadcast(volume),
        SessionChange::Broadcast(BroadcastChange { is_paused: Some(false), ..Default::default() }),
        SessionChange::Details { source_language, quality_tier, languages: languages.clone() },
        SessionChange::Details { source_language: None, quality_tier: None, languages: None },
        SessionChange::Details { source_language: None, quality_tier: None, languages: undeclared },
        SessionChange::Details { source_language: None, quality_tier: None, languages },
        SessionChange::AttachSpeaker { connection: second.clone(), detail: StatusDetail::Basic },
        SessionChange::LoseSpeaker { connection: Some(first), until },
        SessionChange::LoseSpeaker { connection: Some(second), until },
        SessionChange::LoseSpeaker { connection: None, until: samples::at(50_000) },
        // One of all, which expires, and one of a language with a label.
        SessionChange::AddLink(samples::link(0, 14)),
        SessionChange::AddLink(samples::link(1, 60_000)),
        SessionChange::AddLink(samples::link(2, 60_000)),
        SessionChange::RemoveLink(samples::link(1, 60_000).id),
        SessionChange::RemoveLink(samples::link(1, 60_000).id),
    ];
    for (n, change) in (1..).zip(changes) {
        let before = expected.clone();
        expected.apply(&change, samples::at(n));
        let updated = ok(stores.sessions.update(&expected.id, &change, samples::at(n)).await);
        let updated = updated.unwrap_or_else(|| panic!("the session is not found"));
        assert_eq!((&*updated.before, &*updated.after), (&before, &expected), "{change:?}");
    }
    assert_eq!(expected.speaker, SpeakerSeat::Lost { until: samples::at(50_000) });
    let none = SessionChange::Broadcast(pause);
    assert!(ok(stores.sessions.update(&samples::session_id(2), &none, samples::NOW).await).is_none());
}

/// Live sessions come in the order of their names, each once, however many there are.
pub async fn pages_through_live_sessions(stores: Stores) {
    let mut expected = Vec::new();
    for n in 0..130 {
        // Names that do not come in their order.
        create(&stores, n * 48_611).await;
        expected.push(samples::session_id(n * 48_611));
    }
    let gone = expected.swap_remove(65);
    ok(stores.sessions.end(&gone, &EndReason::Expired, samples::NOW).await);
    expected.sort();
    for limit in [1, 40, 129, 1_000] {
        let mut found = Vec::new();
        loop {
            let page = ok(stores.sessions.live(found.last(), limit).await);
            assert!(page.len() <= limit);
            found.extend(page.iter().map(|session| session.id.clone()));
            if page.len() < limit {
                break;
            }
        }
        assert_eq!(found, expected, "in pages of {limit}");
    }
}

/// Nothing of an ended session is found: not itself, its ledger, its connections, its counts or its places.
pub async fn ends_a_session_for_good(stores: Stores) {
    create(&stores, 1).await;
    create(&stores, 2).await;
    join(&stores, samples::speaker("speaker", 1, samples::NOW)).await;
    join(&stores, samples::listener("stays", 2, "es", samples::NOW)).await;
    join(&stores, samples::listener("waits", 1, "es", samples::NOW)).await;
    join(&stores, samples::listener("listens", 1, "fr", samples::NOW)).await;
    let grace = Departure::Grace { until: samples::at(5_000) };
    ok(stores.presence.leave(&samples::connection("waits"), grace, samples::NOW).await);

    let id = samples::session_id(1);
    let ending = ok(stores.sessions.end(&id, &EndReason::Ended(None), samples::at(1)).await);
    let ending = ending.unwrap_or_else(|| panic!("the session is not found"));
    assert_eq!((&ending.session.id, ending.listeners), (&id, 2));

    assert!(ok(stores.sessions.end(&id, &EndReason::Expired, samples::at(2)).await).is_none());
    assert!(ok(stores.sessions.session(&id).await).is_none());
    assert!(ok(stores.ledgers.ledger(&id).await).is_none());
    assert!(ok(stores.presence.audience(&id, samples::at(2)).await).is_none());
    for name in ["speaker", "listens", "waits"] {
        assert_eq!(connection(&stores, name).await, None, "{name}");
        let left = stores.presence.leave(&samples::connection(name), Departure::Final, samples::at(2)).await;
        assert!(ok(left).is_none(), "{name}");
    }
    assert!(switch(&stores, "listens", &samples::language("de"), samples::at(2)).await.is_none());
    assert!(ok(stores.presence.join(samples::listener("late", 1, "es", samples::at(2))).await).is_none());
    let live = ok(stores.sessions.live(None, 10).await);
    assert_eq!(live.iter().map(|session| &session.id).collect::<Vec<_>>(), [&samples::session_id(2)]);
    assert!(connection(&stores, "stays").await.is_some());
}

/// The name of an ended session can be taken, and the new session has nothing of the old one; whoever was in that
/// can join anew.
pub async fn frees_the_name_of_an_ended_session(stores: Stores) {
    create(&stores, 1).await;
    let place = join(&stores, samples::listener("a", 1, "es", samples::NOW)).await.place;
    ok(stores.sessions.end(&samples::session_id(1), &EndReason::SpeakerLost, samples::at(1)).await);
    create(&stores, 1).await;
    let counted = audience(&stores, 1, samples::at(2)).await;
    assert_eq!((counted.distribution.listener_count(), counted.history.joins), (0, 0));
    let resumed = ok(stores.presence.join(samples::resumer("b", 1, &place, samples::at(3))).await);
    assert!(matches!(resumed, Some(Admission::LanguageNeeded)), "{resumed:?}");
    let joined = join_new(&stores, samples::listener("a", 1, "fr", samples::at(4))).await;
    assert_eq!(joined.counted.distribution.listener_count(), 1);
}
