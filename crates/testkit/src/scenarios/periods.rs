//! What is told only because time has passed.

use super::{Driver, Play, Rules, time_of};
use std::time::Duration;

/// A status comes one period after the last one of any reason: a question moves it.
pub async fn a_status_comes_every_period(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules { period: Duration::from_secs(2), ..Rules::default() }).await;
    let mut ada = play.speaker("ada").await;
    ada.hear_status("periodic", 0).await;
    // Where a machine is slow, a period may end before the next thing is done.
    let _ben = play.listener("ben", &ada, "es").await;
    let joined = ada.hear_in_the_end(|status| status["updateReason"] == "newLanguage").await;
    let second = ada.hear_status("periodic", 1).await;
    ada.act("getSessionStatus").await;
    let asked = ada.hear_in_the_end(|status| status["updateReason"] == "requested").await;
    let third = ada.hear_status("periodic", 1).await;
    for (earlier, later) in [(&joined, &second), (&asked, &third)] {
        let apart = u128::from(time_of(later) - time_of(earlier));
        assert!(apart >= play.period().as_millis(), "{apart} ms after {earlier} comes {later}");
    }
    play
}
