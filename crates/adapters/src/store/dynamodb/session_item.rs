//! A session as an item of the Sessions table: in the shape that other writers and readers of that table know, with
//! a few attributes more.

use super::item::{Item, decimal, flag, item, language, map, millis, ms, n, number, s, secs, text, time};
use super::link_item;
use aws_sdk_dynamodb::types::AttributeValue;
use headcount_core::{
    BroadcastState, ConnectionId, Language, QualityTier, ServedLanguages, Session, SessionId, SpeakerSeat,
    StatusDetail, Timestamp, UserId, Volume,
};

/// How many values `activeShard` has: that many partitions share the sweep's reads.
pub(super) const SHARDS: u32 = 4;

/// The speaker's connection when the session ended.
pub(super) const LAST_SPEAKER: &str = "lastSpeakerConnectionId";

/// A live session and how often its item has been written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stored {
    pub(super) session: Session,
    pub(super) revision: u64,
    /// A number that tells the session from every other of the same name; 0 where others write.
    pub(super) life: u64,
}

impl Stored {
    /// A session that is about to be created.
    pub(super) fn new(session: Session) -> Self {
        // Not from nought: a change that was meant for an earlier session of the name finds another number here.
        let (revision, life) = (rand::random::<u32>().into(), rand::random::<u32>().into());
        Self { session, revision, life }
    }
}

/// The value of `activeShard` for sessions of that name.
pub(super) fn shard(id: &SessionId) -> u32 {
    hash(id.as_str()) % SHARDS
}

/// FNV-1a, the same in every process.
pub(super) fn hash(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

pub(super) fn shard_name(shard: u32) -> String {
    format!("A#{shard}")
}

/// The session in `item`, if it is one and is active.
pub(super) fn read(item: &Item) -> Option<Stored> {
    let id = SessionId::parse(text(item, "sessionId")?).ok()?;
    if item.contains_key("endedAt") || !is_active(item) {
        return None;
    }
    // Without a time of creation the session has lasted no time at all.
    let created_at = time(item, "createdAt").unwrap_or(Timestamp::MAX);
    let session = Session {
        id,
        owner: ["speakerUserId", "speakerId"].iter().find_map(|name| UserId::parse(text(item, name)?).ok()),
        source_language: language(text(item, "sourceLanguage").unwrap_or_default()),
        quality_tier: text(item, "qualityTier").and_then(QualityTier::from_name).unwrap_or_default(),
        created_at,
        updated_at: millis(item, "updatedAt").unwrap_or(created_at),
        expires_at: millis(item, "expiresAtMs").or_else(|| time(item, "expiresAt")).unwrap_or(Timestamp::MAX),
        broadcast: broadcast(item, created_at),
        paused_since: millis(item, "pausedSince"),
        speaker: speaker(item),
        languages: languages(item),
        links: link_item::read(item),
    };
    Some(Stored { session, revision: number(item, "rev").unwrap_or(0), life: life(item) })
}

/// The life of the session in `item`, whether it lives or has ended.
pub(super) fn life(item: &Item) -> u64 {
    number(item, "life").unwrap_or(0)
}

/// Who speaks in the session in `item`, or spoke last if it has ended.
pub(super) fn last_speaker(item: &Item) -> Option<ConnectionId> {
    let id = text(item, "speakerConnectionId").or_else(|| text(item, LAST_SPEAKER))?;
    ConnectionId::parse(id).ok()
}

/// Whether `item` says that it is active and cannot be read all the same, or says it in a way that nobody knows.
pub(super) fn is_malformed(item: &Item) -> bool {
    let unreadable = text(item, "sessionId").is_none_or(|id| SessionId::parse(id).is_err());
    let odd = !matches!(item.get("isActive"), None | Some(AttributeValue::Bool(_)));
    odd || (is_active(item) && unreadable)
}

/// Either dialect: `isActive` is a boolean, or `status` says so. A session that says nothing is not active.
fn is_active(item: &Item) -> bool {
    let status = text(item, "status");
    match item.get("isActive") {
        Some(AttributeValue::Bool(active)) => *active && status != Some("ended"),
        Some(_) => false,
        None => matches!(status, Some("active" | "paused")),
    }
}

fn broadcast(item: &Item, created_at: Timestamp) -> BroadcastState {
    let started = if created_at == Timestamp::MAX { Timestamp::EPOCH } else { created_at };
    let initial = BroadcastState::initial(started);
    let Some(state) = map(item, "broadcastState") else {
        return BroadcastState { is_paused: text(item, "status") == Some("paused"), ..initial };
    };
    BroadcastState {
        is_active: true,
        is_paused: flag(state, "isPaused").unwrap_or(false),
        is_muted: flag(state, "isMuted").unwrap_or(false),
        volume: state
            .get("volume")
            .and_then(decimal)
            .and_then(|level| Volume::new(level).ok())
            .unwrap_or(Volume::FULL),
        last_state_change: time(state, "lastStateChange").unwrap_or(started),
    }
}

fn speaker(item: &Item) -> SpeakerSeat {
    if let Some(connection) = text(item, "speakerConnectionId").and_then(|id| ConnectionId::parse(id).ok()) {
        let full = text(item, "speakerDetail") == Some("full");
        let detail = if full { StatusDetail::Full } else { StatusDetail::Basic };
        return SpeakerSeat::Attached { connection, detail };
    }
    millis(item, "speakerLostUntil").map_or(SpeakerSeat::Never, |until| SpeakerSeat::Lost { until })
}

/// The item of a live session.
pub(super) fn write(stored: &Stored) -> Item {
    let Stored { session, revision, life } = stored;
    let (connection, detail, lost_until) = match &session.speaker {
        SpeakerSeat::Never => (None, None, None),
        SpeakerSeat::Attached { connection, detail } => (Some(connection), Some(*detail), None),
        SpeakerSeat::Lost { until } => (None, None, Some(*until)),
    };
    item([
        ("sessionId", Some(s(session.id.as_str()))),
        ("speakerConnectionId", connection.map(|connection| s(connection.as_str()))),
        ("speakerDetail", detail.filter(|detail| *detail == StatusDetail::Full).map(|_| s("full"))),
        ("speakerLostUntil", lost_until.map(ms)),
        ("speakerUserId", session.owner.as_ref().map(|owner| s(owner.as_str()))),
        ("sourceLanguage", Some(s(session.source_language.as_str()))),
        ("qualityTier", Some(s(session.quality_tier.as_str()))),
        ("createdAt", Some(ms(session.created_at))),
        ("updatedAt", Some(ms(session.updated_at))),
        ("expiresAt", Some(n(secs(session.expires_at)))),
        ("expiresAtMs", Some(ms(session.expires_at))),
        ("isActive", Some(AttributeValue::Bool(true))),
        ("status", Some(s(if session.broadcast.is_paused { "paused" } else { "active" }))),
        ("broadcastState", Some(write_broadcast(&session.broadcast))),
        ("pausedSince", session.paused_since.map(ms)),
        ("languages", write_languages(&session.languages)),
        ("links", link_item::write(&session.links)),
        ("activeShard", Some(s(shard_name(shard(&session.id))))),
        ("rev", Some(n(*revision))),
        ("life", Some(n(*life))),
    ])
}

/// The item of a session that ended at `now`: no index lists it any more, and its name is free.
pub(super) fn write_ended(stored: &Stored, reason: &str, now: Timestamp) -> Item {
    let mut item = write(stored);
    item.remove("activeShard");
    item.remove("links");
    // Whoever has to be told and let go is found by it; nobody takes it for a speaker.
    if let Some(speaker) = item.remove("speakerConnectionId") {
        item.insert(LAST_SPEAKER.to_owned(), speaker);
    }
    item.insert("isActive".to_owned(), AttributeValue::Bool(false));
    item.insert("status".to_owned(), s("ended"));
    item.insert("endedAt".to_owned(), ms(now));
    item.insert("endReason".to_owned(), s(reason));
    item.insert("broadcastState".to_owned(), write_broadcast(&stored.session.broadcast.ended(now)));
    item
}

/// What others wrote there and we cannot read declares nothing: then whoever runs the service decides.
fn languages(item: &Item) -> ServedLanguages {
    let tags = item.get("languages").and_then(|tags| tags.as_l().ok()).into_iter().flatten();
    let read: Option<Vec<_>> = tags.map(|tag| Language::parse(tag.as_s().ok()?).ok()).collect();
    read.and_then(|read| ServedLanguages::new(read).ok()).unwrap_or_default()
}

/// `None` where nothing is declared: most items are as they would be without it.
fn write_languages(served: &ServedLanguages) -> Option<AttributeValue> {
    let tags: Vec<_> = served.declared().iter().map(|tag| s(tag.as_str())).collect();
    (!tags.is_empty()).then_some(AttributeValue::L(tags))
}

fn write_broadcast(state: &BroadcastState) -> AttributeValue {
    AttributeValue::M(item([
        ("isActive", Some(AttributeValue::Bool(state.is_active))),
        ("isPaused", Some(AttributeValue::Bool(state.is_paused))),
        ("isMuted", Some(AttributeValue::Bool(state.is_muted))),
        ("volume", Some(n(state.volume.level()))),
        ("lastStateChange", Some(ms(state.last_state_change))),
    ]))
}
