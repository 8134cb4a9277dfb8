//! The status to the byte. All other messages are compared with the samples.

use super::*;
use crate::JsonRendering;
use headcount_core::ports::Rendering;
use headcount_core::{
    BroadcastChange, LanguageDistribution, SessionStatus, ShownDistribution, UpdateReason, Volume,
};

fn update(languages: &[(&str, u64)]) -> StatusUpdate {
    let counts: Vec<_> =
        languages.iter().map(|(tag, count)| (Language::parse(tag).unwrap(), *count)).collect();
    let distribution: LanguageDistribution = counts.iter().map(|(tag, count)| (tag, *count)).collect();
    let status = SessionStatus {
        session: SessionId::parse("golden-eagle-427").unwrap(),
        distribution: distribution.shown(ShownDistribution::DEFAULT_LIMIT),
        duration_secs: 1_847,
        broadcast: BroadcastState::initial(Timestamp::from_millis(1_699_500_000_000)),
        timestamp: Timestamp::from_millis(1_699_501_847_000),
        exact: true,
    };
    StatusUpdate { status, reason: UpdateReason::Requested, revision: 1, audience: None }
}

fn json(update: &StatusUpdate) -> String {
    ServerMessage::SessionStatus(update).to_json(Timestamp::EPOCH)
}

#[test]
fn the_status_is_that_of_the_contract_to_the_byte() {
    let contract = concat!(
        r#"{"type":"sessionStatus","sessionId":"golden-eagle-427","listenerCount":42,"#,
        r#""languageDistribution":{"es":15,"fr":12,"de":8,"pt":7},"sessionDuration":1847,"#,
        r#""broadcastState":{"isActive":true,"isPaused":false,"isMuted":false,"volume":1.0,"lastStateChange":1699500000000},"#,
        r#""timestamp":1699501847000,"updateReason":"requested"}"#
    );
    assert_eq!(json(&update(&[("pt", 7), ("de", 8), ("es", 15), ("fr", 12)])), contract);
}

#[test]
fn a_volume_is_always_written_with_its_fraction() {
    for (level, text) in
        [(0.0, "0.0"), (1.0, "1.0"), (0.5, "0.5"), (0.35, "0.35"), (0.1 + 0.2, "0.30000000000000004")]
    {
        let mut update = update(&[]);
        let change = BroadcastChange { volume: Volume::new(level).ok(), ..BroadcastChange::default() };
        update.status.broadcast = update.status.broadcast.changed(change, Timestamp::EPOCH);
        assert!(json(&update).contains(&format!(r#""volume":{text},"#)), "{}", json(&update));
    }
}

#[test]
fn the_largest_numbers_are_still_integers() {
    let mut update = update(&[("es", u64::MAX)]);
    update.status.timestamp = Timestamp::MAX;
    assert!(json(&update).contains(r#""listenerCount":18446744073709551615,"#));
    assert!(json(&update).contains(r#""timestamp":8640000000000000,"#));
}

#[test]
fn a_status_fits_the_space_that_is_set_aside_for_it() {
    let tags: Vec<String> = (b'a'..=b'z').map(|letter| format!("zh-Hant-x-{}", char::from(letter))).collect();
    let many: Vec<_> = tags.iter().map(|tag| (tag.as_str(), 1_000_000)).collect();
    for update in [update(&[]), update(&[("es", 1)]), update(&many)] {
        assert!(json(&update).len() <= status::size_hint(&update), "{}", json(&update).len());
    }
}

#[test]
fn adapters_write_what_the_server_writes() {
    let (update, now) = (update(&[("es", 1)]), Timestamp::from_millis(7));
    let (session, notice) = (SessionId::pick(0), Notice::BroadcastPaused);
    assert_eq!(JsonRendering.status(&update), json(&update));
    let told = ServerMessage::Notice { session: &session, notice: &notice }.to_json(now);
    assert_eq!(JsonRendering.notice(&session, &notice, now), told);
}
