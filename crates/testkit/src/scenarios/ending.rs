//! Sessions end, and are not found from then on.

use super::{Driver, Play, Rules, join};
use serde_json::json;

/// Everyone is told and let go; nobody comes in any more.
pub async fn the_end_is_told_to_all(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules::default()).await;
    let mut ada = play.speaker("ada").await;
    let (session, token) = (ada.told("sessionId"), ada.told("speakerToken"));
    let mut ben = play.listener("ben", &ada, "es").await;
    ada.hear_status("newLanguage", 1).await;
    let mut eva = play.listener("eva", &ada, "fr").await;
    ada.hear_status("newLanguage", 2).await;
    let mut nia = play.connect("nia", "").await;
    ada.ask(json!({"action": "endSession"}), "sessionEnded").await;
    ada.is_closed().await;
    for listener in [&mut ben, &mut eva] {
        listener.hear("sessionEnded").await;
        listener.is_closed().await;
    }
    nia.refused(join(&session, "es"), "SESSION_NOT_FOUND").await;
    let refresh =
        json!({"action": "refreshConnection", "role": "speaker", "sessionId": session, "token": token});
    nia.refused(refresh, "SESSION_NOT_FOUND").await;
    play.refused("oda", &format!("sessionId={session}&targetLanguage=es")).await;
    play.refused("eve", &format!("sessionId={session}&token={token}")).await;
    play
}

/// The speaker's own words about the end reach everybody.
pub async fn the_end_has_a_reason_of_its_own(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules::default()).await;
    let mut ada = play.speaker("ada").await;
    let mut ben = play.listener("ben", &ada, "es").await;
    ada.hear_status("newLanguage", 1).await;
    ada.ask(json!({"action": "endSession", "reason": "That is all for today"}), "sessionEnded").await;
    ada.is_closed().await;
    ben.hear("sessionEnded").await;
    ben.is_closed().await;
    play
}
