//! Languages: how they may be written, which are new, how a listener goes on to another.

use super::{Driver, Play, Rules, join};
use serde_json::{Value, json};

fn change(language: &str) -> Value {
    json!({"action": "changeLanguage", "targetLanguage": language})
}

/// One language is one, however it is written; what is none is refused.
pub async fn every_form_of_a_language(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules::default()).await;
    let mut ada = play.speaker("ada").await;
    let mut ben = play.listener("ben", &ada, " es").await;
    ada.hear_status("newLanguage", 1).await;
    for same in ["ES", "es ", "eS"] {
        ben.ask(change(same), "languageChanged").await;
    }
    for (new, count) in [("pt_br", 1), ("iw", 1), ("zh-hant-TW", 1), ("FIL", 1)] {
        ben.ask(change(new), "languageChanged").await;
        ada.hear_status("newLanguage", count).await;
    }
    let long = "en-".repeat(20);
    for none in ["español", "e", "english", "unknown", "other", "es-", "12", long.as_str()] {
        ben.refused(change(none), "INVALID_LANGUAGE").await;
    }
    let mut eva = play.connect("eva", "").await;
    eva.refused(join(&ada.told("sessionId"), "español"), "INVALID_LANGUAGE").await;
    for missing in [json!(""), json!("  "), json!(null)] {
        ben.say(json!({"action": "changeLanguage", "targetLanguage": missing})).await;
        ben.hear("error").await;
    }
    for wrong in [json!(7), json!(["es"])] {
        ben.refused(json!({"action": "changeLanguage", "targetLanguage": wrong}), "INVALID_PARAMETER").await;
    }
    ben.refused(json!({"action": "changeLanguage"}), "MISSING_PARAMETER").await;
    ada.question(1).await;
    play
}

/// Where languages are listed, others are refused, and the list is told.
pub async fn a_language_off_the_list_is_refused(driver: &dyn Driver) -> Play {
    let rules = Rules { languages: &["de", "es", "pt-BR"], ..Rules::default() };
    let play = Play::on(driver, rules).await;
    let mut ada = play.speaker("ada").await;
    let session = ada.told("sessionId");
    let mut ben = play.connect("ben", "").await;
    ben.refused(join(&session, "tlh"), "UNSUPPORTED_LANGUAGE").await;
    ben.ask(join(&session, "PT_br"), "sessionJoined").await;
    ada.hear_status("newLanguage", 1).await;
    ben.refused(change("pt"), "UNSUPPORTED_LANGUAGE").await;
    play.refused("eva", &format!("sessionId={session}&targetLanguage=tlh")).await;
    ada.question(1).await;
    play
}

/// A language that any status has shown is not new again.
pub async fn a_language_is_new_once(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules::default()).await;
    let mut ada = play.speaker("ada").await;
    let ben = play.listener("ben", &ada, "es").await;
    ada.hear_status("newLanguage", 1).await;
    ben.goes().await;
    ada.hear_status("listenerCountChange", 0).await;
    let mut ben = play.listener("ben", &ada, "es").await;
    ada.hear_status("listenerCountChange", 1).await;
    ben.ask(change("fr"), "languageChanged").await;
    ada.hear_status("newLanguage", 1).await;
    // Back to what was shown, with the same count: there is nothing to tell.
    ben.ask(change("es"), "languageChanged").await;
    ada.has_heard_all().await;
    ben.ask(change("fr"), "languageChanged").await;
    ada.has_heard_all().await;
    ada.question(1).await;
    play
}

/// The total never moves when a listener goes on to another language, by either name of the action.
pub async fn a_change_of_language_is_never_a_dip(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules::default()).await;
    let mut ada = play.speaker("ada").await;
    let mut ben = play.listener("ben", &ada, "es").await;
    ada.hear_status("newLanguage", 1).await;
    let _eva = play.listener("eva", &ada, "es").await;
    ada.hear_status("listenerCountChange", 2).await;
    ben.ask(change("de"), "languageChanged").await;
    ada.hear_status("newLanguage", 2).await;
    ben.ask(json!({"action": "switchLanguage", "targetLanguage": "pt-BR"}), "languageChanged").await;
    ada.hear_status("newLanguage", 2).await;
    ada.question(2).await;
    play
}
