//! Every body that only HTTP has.

use super::story::{CREATED, NOW, Story, language};
use super::{Sample, in_folder};
use headcount_core::{
    BroadcastChange, LanguageDistribution, Link, LinkId, QualityTier, Scope, Session, SessionChange,
    SessionId, ShownDistribution, Timestamp,
};
use headcount_protocol::Token;
use headcount_protocol::http::{Answer, Check, Counted, Listed};

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
    let [of_this, of_other] = [&[("es", 30), ("fr", 12)][..], &[("ja", 7)]].map(shown);
    let page =
        [Listed { session: &patched, audience: &of_this }, Listed { session: &other, audience: &of_other }];
    let (links, token) = (links(), Token::new("link-token-1"));
    let created = Answer::LinkCreated { session: &session.id, link: &links[1], token: &token };
    let supported = ["es", "fr"].map(language);
    let checks = |ok| [Check { name: "store", ok }];
    let health = |ok| Answer::Health { version: "0.1.0", checks: &checks(ok) }.to_json();
    in_folder(
        "http",
        [
            ("createSession.answer", Answer::SessionCreated { session, speaker_token }.to_json()),
            ("getSession.answer", Answer::PublicSession { session, supported: Some(&supported) }.to_json()),
            ("patchSession.answer", Answer::Session(counted(&patched, 42)).to_json()),
            ("listSessions.answer", Answer::Sessions { page: &page, next: Some(&other.id) }.to_json()),
            ("listSessions.lastAnswer", Answer::Sessions { page: &page[..1], next: None }.to_json()),
            ("getHistory.answer", Answer::History(&story.history()).to_json()),
            ("createLink.answer", created.to_json()),
            ("listLinks.answer", Answer::Links(&links).to_json()),
            ("health.answer", health(true)),
            ("health.unavailable", health(false)),
        ],
    )
}

fn shown(languages: &[(&str, u64)]) -> ShownDistribution {
    let counts: Vec<_> = languages.iter().map(|(tag, count)| (language(tag), *count)).collect();
    let distribution: LanguageDistribution = counts.iter().map(|(tag, count)| (tag, *count)).collect();
    distribution.shown(ShownDistribution::DEFAULT_LIMIT)
}

/// One link of all, and the one that the request in `createLink.request.json` makes.
fn links() -> [Link; 2] {
    let (created_at, end) = (Timestamp::from_millis(NOW), Timestamp::from_millis(CREATED + 7_200_000));
    let all = Link { id: LinkId::of(1), scope: Scope::All, label: None, created_at, expires_at: end };
    let scope = Scope::Language(language("fr"));
    let label = Some("French booth".to_owned());
    let expires_at = Timestamp::from_millis(NOW + 3_600_000);
    [all, Link { id: LinkId::of(2), scope, label, created_at, expires_at }]
}

fn counted(session: &Session, listener_count: u64) -> Counted<'_> {
    Counted { session, listener_count }
}

/// The session after the request in `patchSession.request.json`.
fn patched(session: &Session) -> Session {
    let mut session = session.clone();
    let pause = BroadcastChange { is_paused: Some(true), ..BroadcastChange::default() };
    let details = SessionChange::Details {
        source_language: None,
        quality_tier: Some(QualityTier::Premium),
        languages: None,
    };
    for change in [SessionChange::Broadcast(pause), details] {
        assert!(session.apply(&change, Timestamp::from_millis(NOW)));
    }
    session
}
