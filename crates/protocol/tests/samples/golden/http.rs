//! Every body that only HTTP has.

use super::story::{CREATED, NOW, Story, language};
use super::{Sample, in_folder};
use headcount_core::{BroadcastChange, QualityTier, Session, SessionChange, SessionId, Timestamp};
use headcount_protocol::http::{Answer, Check, Counted};

pub(crate) fn samples(story: &Story) -> Vec<Sample> {
    let Story { session, speaker_token, .. } = story;
    let patched = patched(session);
    let other = Session {
        id: SessionId::parse("silver-heron-108").unwrap(),
        created_at: Timestamp::from_millis(CREATED + 60_000),
        updated_at: Timestamp::from_millis(CREATED + 60_000),
        expires_at: Timestamp::from_millis(CREATED + 7_260_000),
        source_language: language("ja"),
        ..session.clone()
    };
    let page = [counted(&patched, 42), counted(&other, 7)];
    let checks = |ok| [Check { name: "store", ok }];
    let health = |ok| Answer::Health { version: "0.1.0", checks: &checks(ok) }.to_json();
    in_folder(
        "http",
        [
            ("createSession.answer", Answer::SessionCreated { session, speaker_token }.to_json()),
            ("getSession.answer", Answer::PublicSession(session).to_json()),
            ("patchSession.answer", Answer::Session(counted(&patched, 42)).to_json()),
            ("listSessions.answer", Answer::Sessions { page: &page, next: Some(&other.id) }.to_json()),
            ("listSessions.lastAnswer", Answer::Sessions { page: &page[..1], next: None }.to_json()),
            ("getHistory.answer", Answer::History(&story.history()).to_json()),
            ("health.answer", health(true)),
            ("health.unavailable", health(false)),
        ],
    )
}

fn counted(session: &Session, listener_count: u64) -> Counted<'_> {
    Counted { session, listener_count }
}

/// The session after the request in `patchSession.request.json`.
fn patched(session: &Session) -> Session {
    let mut session = session.clone();
    let pause = BroadcastChange { is_paused: Some(true), ..BroadcastChange::default() };
    let details = SessionChange::Details { source_language: None, quality_tier: Some(QualityTier::Premium) };
    for change in [SessionChange::Broadcast(pause), details] {
        assert!(session.apply(&change, Timestamp::from_millis(NOW)));
    }
    session
}
