//! Listeners go, or are cut off.

use super::{Driver, Play, Rules};
use serde_json::json;
use std::time::Duration;

/// Whoever closes is gone at once; whoever never joined was never there.
pub async fn a_close_is_told(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules::default()).await;
    let mut ada = play.speaker("ada").await;
    let nia = play.connect("nia", "").await;
    let ben = play.listener("ben", &ada, "es").await;
    ada.hear_status("newLanguage", 1).await;
    let eva = play.listener("eva", &ada, "de").await;
    ada.hear_status("newLanguage", 2).await;
    nia.goes().await;
    ada.has_heard_all().await;
    ben.goes().await;
    ada.hear_status("listenerCountChange", 1).await;
    eva.goes().await;
    ada.hear_status("listenerCountChange", 0).await;
    ada.full_question(0).await;
    play
}

/// Whoever is cut off counts, as somebody who may come back, until the grace is over.
pub async fn a_cut_counts_through_its_grace(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules { grace: Duration::from_secs(1), ..Rules::default() }).await;
    let mut ada = play.speaker("ada").await;
    let ben = play.listener("ben", &ada, "es").await;
    ada.hear_status("newLanguage", 1).await;
    let mut eva = play.listener("eva", &ada, "fr").await;
    ada.hear_status("newLanguage", 2).await;
    ben.is_cut_off().await;
    ada.hear_status("listenerCountChange", 1).await;
    eva.ask(json!({"action": "pausePlayback"}), "playbackPaused").await;
    ada.full_question(1).await;
    play
}
