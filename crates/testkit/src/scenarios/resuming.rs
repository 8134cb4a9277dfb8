//! Places that are taken again with a resume token.

use super::{Client, Driver, Play, Rules};
use serde_json::{Value, json};
use std::time::Duration;

/// Graces do not end while a story is played that is not about that.
fn patient() -> Rules {
    Rules { grace: Duration::from_secs(60), ..Rules::default() }
}

/// Joins the session of `listener` with its newest token.
fn resume(listener: &Client, language: &str) -> Value {
    json!({
        "action": "joinSession", "sessionId": listener.told("sessionId"), "targetLanguage": language,
        "resumeToken": listener.told("resumeToken"),
    })
}

/// Whoever comes back in time was never away.
pub async fn a_place_in_grace_is_taken_again(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, patient()).await;
    let mut ada = play.speaker("ada").await;
    let ben = play.listener("ben", &ada, "es").await;
    ada.hear_status("newLanguage", 1).await;
    let again = resume(&ben, "es");
    ben.is_cut_off().await;
    ada.full_question_until(|status| status["audience"]["reconnecting"] == 1).await;
    let mut ben = play.connect("ben", "").await;
    ben.ask(again, "sessionJoined").await;
    ada.full_question(1).await;
    ben.goes().await;
    ada.hear_status("listenerCountChange", 0).await;
    play
}

/// A token takes over a place that is connected; used again, it is an ordinary join.
pub async fn a_resume_token_is_good_once(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, patient()).await;
    let mut ada = play.speaker("ada").await;
    let mut ben = play.listener("ben", &ada, "es").await;
    ada.hear_status("newLanguage", 1).await;
    let token = resume(&ben, "es");
    let mut second = play.connect("ben's second", "").await;
    second.ask(token.clone(), "sessionJoined").await;
    ben.is_closed().await;
    ada.has_heard_all().await;
    let mut third = play.connect("ben's third", "").await;
    third.ask(token, "sessionJoined").await;
    ada.hear_status("listenerCountChange", 2).await;

    let mut made_up = resume(&second, "es");
    made_up["resumeToken"] = "made-up".into();
    let mut eva = play.connect("eva", "").await;
    eva.ask(made_up, "sessionJoined").await;
    ada.hear_status("listenerCountChange", 3).await;
    let mut fourth = play.connect("ben's fourth", "").await;
    fourth.ask(resume(&second, "es"), "sessionJoined").await;
    second.is_closed().await;
    ada.full_question(3).await;
    play
}

/// Another language on coming back is a change of language.
pub async fn another_language_on_coming_back(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, patient()).await;
    let mut ada = play.speaker("ada").await;
    let mut ben = play.listener("ben", &ada, "es").await;
    ada.hear_status("newLanguage", 1).await;
    let mut back = play.connect("ben again", "").await;
    back.ask(resume(&ben, "fr"), "sessionJoined").await;
    ben.is_closed().await;
    ada.hear_status("newLanguage", 1).await;
    ada.full_question(1).await;
    play
}
