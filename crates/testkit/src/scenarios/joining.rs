//! Sessions are created and joined.

use super::{Driver, Play, Rules, join};
use serde_json::json;

/// Created, joined, asked about, left and ended.
pub async fn a_broadcast_from_its_beginning_to_its_end(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules::default()).await;
    let mut ada = play.speaker("ada").await;
    ada.question(0).await;
    let ben = play.listener("ben", &ada, "es").await;
    ada.hear_status("newLanguage", 1).await;
    let mut eva = play.listener("eva", &ada, "fr").await;
    ada.hear_status("newLanguage", 2).await;
    ada.question(2).await;
    ben.goes().await;
    ada.hear_status("listenerCountChange", 1).await;
    ada.question(1).await;
    ada.ask(json!({"action": "endSession"}), "sessionEnded").await;
    ada.is_closed().await;
    eva.hear("sessionEnded").await;
    eva.is_closed().await;
    play
}

/// One connection has one role in one session. Joining that again is answered again, and counts once.
pub async fn a_connection_has_one_place(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules::default()).await;
    let mut ada = play.speaker("ada").await;
    let mut eve = play.speaker("eve").await;
    let (own, other) = (ada.told("sessionId"), eve.told("sessionId"));
    let mut ben = play.listener("ben", &ada, "es").await;
    ada.hear_status("newLanguage", 1).await;

    ben.ask(join(&own, "es"), "sessionJoined").await;
    ada.has_heard_all().await;
    ben.ask(join(&own, "FR_ca"), "sessionJoined").await;
    ada.hear_status("newLanguage", 1).await;
    ben.refused(join(&other, "es"), "ALREADY_JOINED").await;
    let premium = json!({"action": "createSession", "sourceLanguage": "de", "qualityTier": "premium"});
    ben.refused(premium.clone(), "ALREADY_JOINED").await;
    ada.refused(premium.clone(), "ALREADY_JOINED").await;
    ada.refused(join(&own, "es"), "ALREADY_JOINED").await;
    ada.refused(join(&other, "es"), "ALREADY_JOINED").await;
    ada.question(1).await;
    eve.question(0).await;
    let mut nia = play.connect("nia", "").await;
    nia.ask(premium, "sessionCreated").await;
    nia.question(0).await;
    play
}
