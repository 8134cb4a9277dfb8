//! Who may do what.

use super::{Driver, Play, Rules};
use serde_json::{Value, json};

/// Actions that are for speakers, with all their members.
fn for_speakers() -> Vec<Value> {
    let bare = [
        "getSessionStatus",
        "pauseBroadcast",
        "resumeBroadcast",
        "muteBroadcast",
        "unmuteBroadcast",
        "endSession",
    ];
    let mut actions: Vec<_> = bare.map(|action| json!({"action": action})).into();
    actions.push(json!({"action": "setVolume", "volumeLevel": 0.5}));
    actions.push(json!({"action": "speakerStateChange", "state": {"isMuted": true}}));
    actions
}

/// Actions that are for listeners.
fn for_listeners() -> [Value; 3] {
    ["changeLanguage", "switchLanguage", "pausePlayback"]
        .map(|action| json!({"action": action, "targetLanguage": "fr"}))
}

/// What is not for somebody is refused, by name, and changes nothing.
pub async fn each_role_has_its_own_actions(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules::default()).await;
    let mut ada = play.speaker("ada").await;
    let mut ben = play.listener("ben", &ada, "es").await;
    ada.hear_status("newLanguage", 1).await;
    let mut nia = play.connect("nia", "").await;
    for action in for_speakers() {
        ben.refused(action.clone(), "UNAUTHORIZED_ACTION").await;
        nia.refused(action, "CONNECTION_NOT_FOUND").await;
    }
    for action in for_listeners() {
        ada.refused(action.clone(), "UNAUTHORIZED_ACTION").await;
        nia.refused(action, "CONNECTION_NOT_FOUND").await;
    }
    ben.has_heard_all().await;
    ada.question(1).await;
    play
}

/// Where speakers log in, only who did so creates sessions, and only their owner comes back to them.
pub async fn whoever_speaks_has_logged_in(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules { logins: true, ..Rules::default() }).await;
    let (of_ada, of_eve) = (play.login("ada"), play.login("eve"));
    let create = json!({"action": "createSession", "sourceLanguage": "en"});
    let mut ada = play.connect("ada", "").await;
    ada.refused(create.clone(), "UNAUTHORIZED").await;
    let mut forged = create.clone();
    forged["token"] = format!("{of_ada}x").into();
    ada.refused(forged, "UNAUTHORIZED").await;
    let mut logged_in = create;
    logged_in["token"] = of_ada.as_str().into();
    ada.ask(logged_in, "sessionCreated").await;
    let session = ada.told("sessionId");

    play.refused("eve", "action=createSession&sourceLanguage=en").await;
    play.refused("eve", "action=createSession&sourceLanguage=en&token=nobody").await;
    play.refused("eve", &format!("sessionId={session}&token=nobody")).await;
    play.refused("eve", &format!("sessionId={session}&token={of_eve}")).await;
    let mut ben = play.listener("ben", &ada, "es").await;
    ada.hear_status("newLanguage", 1).await;
    let mut second = play.connect("ada's second", &format!("sessionId={session}&token={of_ada}")).await;
    second.hear_status("periodic", 1).await;
    ada.is_closed().await;
    ben.has_heard_all().await;
    let query = "action=createSession&sourceLanguage=de&qualityTier=premium";
    let mut eve = play.connect_bearing("eve", query, &of_eve).await;
    eve.hear("sessionCreated").await;
    eve.question(0).await;
    play
}
