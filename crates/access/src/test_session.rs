//! A session for tests.

use headcount_core::{
    BroadcastState, Language, QualityTier, ServedLanguages, Session, SessionId, SpeakerSeat, Timestamp,
    UserId,
};

/// When [`session`] was created.
pub(crate) const CREATED: Timestamp = Timestamp::from_millis(1_700_000_000_000);
/// When it ends: two hours later.
pub(crate) const EXPIRES: Timestamp = Timestamp::from_millis(1_700_007_200_000);
/// A moment in between.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_700_001_000_000);

/// A session of that name, created by `ann`.
pub(crate) fn session(id: &str) -> Session {
    Session {
        id: SessionId::parse(id).unwrap(),
        owner: Some(UserId::parse("ann").unwrap()),
        source_language: Language::parse("en").unwrap(),
        quality_tier: QualityTier::Standard,
        created_at: CREATED,
        updated_at: CREATED,
        expires_at: EXPIRES,
        broadcast: BroadcastState::initial(CREATED),
        paused_since: None,
        speaker: SpeakerSeat::Never,
        languages: ServedLanguages::default(),
        links: Vec::new(),
    }
}
