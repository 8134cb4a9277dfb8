//! What the speaker does with the broadcast, and who hears of it.

use super::{Driver, Play, Rules};
use serde_json::json;

/// Every deed is acknowledged, told to the listeners, and shown in the status.
pub async fn what_the_speaker_does_is_heard(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules::default()).await;
    let mut ada = play.speaker("ada").await;
    ada.ask(json!({"action": "muteBroadcast"}), "broadcastMuted").await;
    let mut ben = play.listener("ben", &ada, "es").await;
    ada.hear_status("newLanguage", 1).await;
    for (deed, told) in [
        (json!({"action": "unmuteBroadcast"}), "broadcastUnmuted"),
        (json!({"action": "pauseBroadcast"}), "broadcastPaused"),
        (json!({"action": "pauseBroadcast"}), "broadcastPaused"),
        (json!({"action": "resumeBroadcast"}), "broadcastResumed"),
        (json!({"action": "resumeBroadcast"}), "broadcastResumed"),
        (json!({"action": "muteBroadcast"}), "broadcastMuted"),
        (json!({"action": "setVolume", "volumeLevel": 0.25}), "volumeChanged"),
        (json!({"action": "setVolume", "volumeLevel": 1}), "volumeChanged"),
        (json!({"action": "speakerStateChange", "state": {"isPaused": true}}), "speakerStateChanged"),
        (
            json!({"action": "speakerStateChange", "state": {"isPaused": false, "isMuted": false, "volume": 0.5}}),
            "speakerStateChanged",
        ),
    ] {
        ada.ask(deed, told).await;
        ben.hear(told).await;
    }
    ada.question(1).await;
    ben.ask(json!({"action": "pausePlayback"}), "playbackPaused").await;
    ada.question(1).await;
    play
}

/// The session that a speaker names is not looked at, and a listener that comes later changes no state.
pub async fn a_state_that_was_set_is_shown(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules::default()).await;
    let mut ada = play.speaker("ada").await;
    let elsewhere = "golden-eagle-427";
    ada.ask(json!({"action": "pauseBroadcast", "sessionId": elsewhere}), "broadcastPaused").await;
    ada.ask(json!({"action": "setVolume", "volumeLevel": 0, "sessionId": 7}), "volumeChanged").await;
    let _ben = play.listener("ben", &ada, "es").await;
    ada.hear_status("newLanguage", 1).await;
    ada.ask(json!({"action": "getSessionStatus", "sessionId": elsewhere}), "sessionStatus").await;
    play
}
