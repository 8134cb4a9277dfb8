//! Messages that are not what they should be: each is refused with its code, and the connection goes on.

use super::{Driver, Play, Rules};
use serde_json::json;

/// What cannot be read as a message.
pub async fn what_is_no_message_is_refused(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules::default()).await;
    let mut ada = play.speaker("ada").await;
    let deep =
        |depth: usize| format!(r#"{{"action":"heartbeat","x":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
    let (deep, deepest, bottomless) = (deep(32), deep(31), deep(1_000));
    for text in [
        "",
        "hello",
        "null",
        "[]",
        "7",
        r#""heartbeat""#,
        "{}",
        r#"{"action":"heartbeat""#,
        r#"{"action":"heartbeat"}{}"#,
        r#"{"action":"heartbeat","action":"heartbeat"}"#,
        r#"{"action":"heartbeat","x":"\ud800"}"#,
        r#"{"action":"setVolume","volumeLevel":NaN}"#,
        r#"{"action":7}"#,
        r#"{"action":null}"#,
        r#"{"action":{}}"#,
        r#"{"Action":"heartbeat"}"#,
        &deep,
        &bottomless,
    ] {
        ada.say_text(text).await;
        ada.hear_error("INVALID_MESSAGE").await;
    }
    ada.say_bytes(br#"{"action":"heartbeat"}"#).await;
    ada.hear_error("INVALID_MESSAGE").await;
    ada.say_text(&deepest).await;
    ada.hear("heartbeatAck").await;
    ada.question(0).await;
    play
}

/// What is a message, with an action or with members that do not exist, are missing, or are out of range.
pub async fn what_does_not_fit_is_refused(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules::default()).await;
    let mut ada = play.speaker("ada").await;
    for action in ["", "applaud", "Heartbeat", "audioChunk"] {
        ada.refused(json!({"action": action}), "INVALID_ACTION").await;
    }
    for volume in [json!("0.5"), json!(true), json!(-0.01), json!(1.01), json!([])] {
        ada.refused(json!({"action": "setVolume", "volumeLevel": volume}), "INVALID_PARAMETER").await;
    }
    ada.refused(json!({"action": "setVolume"}), "MISSING_PARAMETER").await;
    ada.refused(json!({"action": "setVolume", "volumeLevel": null}), "MISSING_PARAMETER").await;
    for state in
        [json!({}), json!({"isPaused": 1}), json!({"isActive": false}), json!({"volume": 2}), json!([])]
    {
        ada.refused(json!({"action": "speakerStateChange", "state": state}), "INVALID_PARAMETER").await;
    }
    ada.refused(json!({"action": "speakerStateChange"}), "MISSING_PARAMETER").await;
    ada.refused(json!({"action": "endSession", "reason": 7}), "INVALID_PARAMETER").await;

    let mut nia = play.connect("nia", "").await;
    let join = |session: &str| json!({"action": "joinSession", "sessionId": session, "targetLanguage": "es"});
    nia.refused(join("no-session-999"), "SESSION_NOT_FOUND").await;
    nia.refused(join("Golden Eagle"), "INVALID_SESSION_ID").await;
    nia.refused(json!({"action": "joinSession", "targetLanguage": "es"}), "MISSING_PARAMETER").await;
    nia.refused(
        json!({"action": "joinSession", "sessionId": 7, "targetLanguage": "es"}),
        "INVALID_PARAMETER",
    )
    .await;
    nia.refused(json!({"action": "joinSession", "sessionId": "no-session-999"}), "MISSING_PARAMETER").await;
    nia.refused(json!({"action": "createSession"}), "MISSING_PARAMETER").await;
    let golden = json!({"action": "createSession", "sourceLanguage": "en", "qualityTier": "golden"});
    nia.refused(golden, "INVALID_PARAMETER").await;
    ada.question(0).await;
    play
}

/// A message of `length` bytes.
fn of_length(length: usize) -> String {
    let empty = r#"{"action":"heartbeat","x":""}"#;
    empty.replace(r#""""#, &format!("\"{}\"", "x".repeat(length - empty.len())))
}

/// What is too long is refused; what is far too long closes the connection.
pub async fn too_much_is_refused(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules::default()).await;
    let mut nia = play.connect("nia", "").await;
    nia.say_text(&of_length(4_096)).await;
    nia.hear("heartbeatAck").await;
    for length in [4_097, 30_000] {
        nia.say_text(&of_length(length)).await;
        nia.hear_error("MESSAGE_TOO_LARGE").await;
    }
    let mark = "M".repeat(3_000);
    nia.say_text(&format!(r#"{{"action":"{mark}"}}"#)).await;
    nia.hear_error("INVALID_ACTION").await;
    nia.say_text(&of_length(200_000)).await;
    nia.is_closed().await;
    play
}
