//! The broadcast that all samples are about.

use headcount_core::{
    BroadcastState, ConnectionId, History, HistoryPoint, Language, LanguageDistribution, QualityTier,
    ServedLanguages, Session, SessionId, SessionStatus, Span, SpeakerSeat, StatusDetail, StatusUpdate,
    Timestamp, UpdateReason, UserId,
};
use headcount_protocol::Token;
use std::time::Duration;

/// When the broadcast was created.
pub(crate) const CREATED: u64 = 1_699_500_000_000;
/// When most of what is shown happens: half an hour later.
pub(crate) const NOW: u64 = CREATED + 1_847_000;

/// The broadcast and who is in it.
pub(crate) struct Story {
    pub(crate) session: Session,
    pub(crate) speaker: ConnectionId,
    pub(crate) listener: ConnectionId,
    pub(crate) speaker_token: Token,
    pub(crate) resume_token: Token,
    pub(crate) next_resume_token: Token,
}

impl Story {
    pub(crate) fn new() -> Self {
        let speaker = ConnectionId::parse("q3nN9wJ0TzqkX1yVb5cDgA").unwrap();
        let created = Timestamp::from_millis(CREATED);
        let session = Session {
            id: SessionId::parse("golden-eagle-427").unwrap(),
            owner: UserId::parse("ada").ok(),
            source_language: language("en"),
            quality_tier: QualityTier::Standard,
            created_at: created,
            updated_at: created,
            expires_at: Timestamp::from_millis(CREATED + 7_200_000),
            broadcast: BroadcastState::initial(created),
            paused_since: None,
            speaker: SpeakerSeat::Attached { connection: speaker.clone(), detail: StatusDetail::Basic },
            languages: ServedLanguages::default(),
            links: Vec::new(),
        };
        Self {
            session,
            speaker,
            listener: ConnectionId::parse("mB7s2hKf0uWc4LxRjZ8eYQ").unwrap(),
            speaker_token: Token::new("speaker-token-of-golden-eagle-427"),
            resume_token: Token::new("resume-token-1"),
            next_resume_token: Token::new("resume-token-2"),
        }
    }

    /// An update that the speaker gets now.
    pub(crate) fn update(&self, audience: &[(&str, u64)], reason: UpdateReason) -> StatusUpdate {
        let counts: Vec<_> = audience.iter().map(|(tag, count)| (language(tag), *count)).collect();
        let distribution: LanguageDistribution = counts.iter().map(|(tag, count)| (tag, *count)).collect();
        let status = SessionStatus {
            session: self.session.id.clone(),
            distribution: distribution.shown(63),
            duration_secs: (NOW - CREATED) / 1_000,
            broadcast: self.session.broadcast,
            timestamp: Timestamp::from_millis(NOW),
            exact: true,
        };
        StatusUpdate { status, reason, revision: 31, audience: None }
    }

    /// The first quarter of an hour, every five minutes.
    pub(crate) fn history(&self) -> History {
        let at = |minutes: u64| Timestamp::from_millis(CREATED + minutes * 60_000);
        let span = Span::new(at(0), at(15), Duration::from_secs(300)).unwrap();
        let heard: [(u64, &[(&str, u64)]); 4] = [
            (0, &[]),
            (21, &[("es", 12), ("fr", 8)]),
            (40, &[("es", 21), ("fr", 19)]),
            (57, &[("es", 30), ("fr", 27)]),
        ];
        let points = span.moments().zip(heard).map(|(at, (max, counts))| HistoryPoint {
            at,
            listener_count: counts.iter().map(|(_, count)| count).sum(),
            max,
            counts: counts.iter().map(|(tag, count)| (language(tag), *count)).collect(),
        });
        History { session: self.session.id.clone(), span, points: points.collect() }
    }
}

pub(crate) fn language(tag: &str) -> Language {
    match tag {
        "unknown" => Language::unknown(),
        "other" => Language::other(),
        tag => Language::parse(tag).unwrap(),
    }
}
