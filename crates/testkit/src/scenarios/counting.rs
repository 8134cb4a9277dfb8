//! When a change of the count is told, and how high it may be.

use super::{Client, Driver, Play, Rules, join, time_of};
use futures_util::future::join_all;
use std::time::Duration;

/// Listeners of Spanish who come at once.
async fn crowd(play: &Play, speaker: &Client, names: &[&str]) -> Vec<Client> {
    join_all(names.iter().map(|name| play.unseen_listener(name, speaker, "es"))).await
}

/// 10 to 11 is exactly 10 % and says nothing; 10 to 12 does; 12 to 11 is less again.
pub async fn more_than_ten_percent_is_told(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules::default()).await;
    let mut ada = play.speaker("ada").await;
    let _first = play.listener("the first", &ada, "es").await;
    ada.hear_status("newLanguage", 1).await;
    let names: Vec<_> = (2..=10).map(|number| format!("listener {number}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let _crowd = crowd(&play, &ada, &names).await;
    ada.hear_in_the_end(|status| status["listenerCount"] == 10).await;
    ada.question(10).await;
    let ben = play.listener("ben", &ada, "es").await;
    ada.has_heard_all().await;
    let _eva = play.listener("eva", &ada, "es").await;
    ada.hear_status("listenerCountChange", 12).await;
    ben.goes().await;
    ada.full_question_until(|status| status["listenerCount"] == 11).await;
    play
}

/// Many who come at once are told of in few messages, at least a second apart, of which the last one is true.
pub async fn a_burst_is_told_by_its_end(driver: &dyn Driver) -> Play {
    const GAP: Duration = Duration::from_secs(1);
    let play = Play::on(driver, Rules { gap: GAP, ..Rules::default() }).await;
    let mut ada = play.speaker("ada").await;
    let _ben = play.listener("ben", &ada, "es").await;
    ada.hear_status("newLanguage", 1).await;
    let names = ["eva", "fay", "gus", "hal", "ida", "jan", "kim"];
    let crowd = crowd(&play, &ada, &names).await;
    ada.hear_in_the_end(|status| status["listenerCount"] == 8).await;
    join_all(crowd.into_iter().map(Client::goes_unseen)).await;
    ada.hear_in_the_end(|status| status["listenerCount"] == 1).await;
    for pair in ada.statuses().windows(2) {
        let apart = time_of(&pair[1]) - time_of(&pair[0]);
        assert!(u128::from(apart) >= GAP.as_millis(), "{apart} ms are between {pair:?}");
    }
    ada.question(1).await;
    play
}

/// A session has so many listeners and no more; a place that was left is free at once.
pub async fn a_session_is_full(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules { max_listeners: 2, ..Rules::default() }).await;
    let mut ada = play.speaker("ada").await;
    let session = ada.told("sessionId");
    let _ben = play.listener("ben", &ada, "es").await;
    ada.hear_status("newLanguage", 1).await;
    let eva = play.listener("eva", &ada, "es").await;
    ada.hear_status("listenerCountChange", 2).await;
    let mut nia = play.connect("nia", "").await;
    nia.refused(join(&session, "es"), "SESSION_FULL").await;
    play.refused("oda", &format!("sessionId={session}&targetLanguage=es")).await;
    ada.question(2).await;
    eva.goes().await;
    ada.hear_status("listenerCountChange", 1).await;
    nia.ask(join(&session, "es"), "sessionJoined").await;
    ada.hear_status("listenerCountChange", 2).await;
    play
}
