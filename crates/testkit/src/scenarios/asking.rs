//! Questions, and signs of life.

use super::{Driver, Play, Rules};
use serde_json::json;

/// `audience` comes to those only who ask for it, in an answer or, said while connecting, in all statuses.
pub async fn more_is_told_to_those_who_ask_for_it(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules::default()).await;
    let mut ada = play.connect("ada", "action=createSession&sourceLanguage=en&statusDetail=full").await;
    ada.hear("sessionCreated").await;
    let _ben = play.listener("ben", &ada, "es").await;
    ada.hear_status("newLanguage", 1).await;
    ada.question(1).await;
    let eva = play.listener("eva", &ada, "es").await;
    ada.hear_status("listenerCountChange", 2).await;
    eva.goes().await;
    ada.hear_status("listenerCountChange", 1).await;

    let mut eve = play.speaker("eve").await;
    eve.full_question(0).await;
    eve.question(0).await;
    let _fay = play.listener("fay", &eve, "es").await;
    eve.hear_status("newLanguage", 1).await;
    eve.full_question(1).await;
    eve.refused(json!({"action": "getSessionStatus", "detail": "everything"}), "INVALID_PARAMETER").await;
    play
}

/// What is asked too often is refused, and nothing but that.
pub async fn questions_have_a_rate(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules { questions_per_second: 1, ..Rules::default() }).await;
    let mut ada = play.speaker("ada").await;
    let (answered, refused) = ada.burst_of_questions(6).await;
    assert!(answered >= 1 && refused >= 1, "{answered} were answered, {refused} refused");
    ada.ask(json!({"action": "pauseBroadcast"}), "broadcastPaused").await;
    let mut eve = play.speaker("eve").await;
    eve.question(0).await;
    play
}

/// A heartbeat is acknowledged, whoever sends it.
pub async fn everyone_may_give_a_sign_of_life(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules::default()).await;
    let mut ada = play.speaker("ada").await;
    let mut ben = play.listener("ben", &ada, "es").await;
    ada.hear_status("newLanguage", 1).await;
    let mut nia = play.connect("nia", "").await;
    for anyone in [&mut ada, &mut ben, &mut nia] {
        anyone.ask(json!({"action": "heartbeat"}), "heartbeatAck").await;
        anyone.ask(json!({"action": "heartbeat", "more": [1, {}]}), "heartbeatAck").await;
    }
    play
}
