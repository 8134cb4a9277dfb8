//! What the query of the upgrade can ask for, and how it is refused.

use super::{Driver, Play, Rules};

/// Every form of the query that does something.
pub async fn every_query_is_answered(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules::default()).await;
    let query = "action=createSession&sourceLanguage=EN&qualityTier=premium&theme=dark";
    let mut ada = play.connect("ada", query).await;
    ada.hear("sessionCreated").await;
    let (session, token) = (ada.told("sessionId"), ada.told("speakerToken"));
    let mut ben = play.connect("ben", &format!("sessionId={session}&targetLanguage=ES")).await;
    ben.hear("sessionJoined").await;
    ada.hear_status("newLanguage", 1).await;
    let query = format!("action=joinSession&sessionId={session}&targetLanguage=pt_br");
    let mut eva = play.connect("eva", &query).await;
    eva.hear("sessionJoined").await;
    ada.hear_status("newLanguage", 2).await;

    let resume = ben.told("resumeToken");
    let query = format!("sessionId={session}&targetLanguage=es&resumeToken={resume}");
    let mut ben_again = play.connect("ben again", &query).await;
    ben_again.hear("sessionJoined").await;
    ben.is_closed().await;
    ada.has_heard_all().await;

    let query = format!("action=refreshConnection&role=speaker&sessionId={session}&token={token}");
    let mut ada_again = play.connect("ada again", &query).await;
    ada_again.hear("connectionRefreshComplete").await;
    ada_again.hear_status("periodic", 2).await;
    ada.is_closed().await;
    let query = format!("action=refreshConnection&role=listener&sessionId={session}&targetLanguage=de");
    let mut fay = play.connect("fay", &query).await;
    fay.hear("connectionRefreshComplete").await;
    ada_again.hear_status("newLanguage", 3).await;
    let mut nia = play.connect("nia", "theme=dark").await;
    nia.has_heard_all().await;
    ada_again.question(3).await;
    play
}

/// Every way in which a query can be wrong: an HTTP status, and for browsers a message and a close.
pub async fn queries_are_refused(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules::default()).await;
    let mut ada = play.speaker("ada").await;
    let session = ada.told("sessionId");
    for query in [
        &format!("sessionId={session}"),
        "targetLanguage=es",
        "action=createSession",
        "action=createSession&sourceLanguage=english",
        "action=createSession&sourceLanguage=en&qualityTier=golden",
        "action=joinSession&sessionId=golden-eagle-427",
        "action=refreshConnection",
        "action=refreshConnection&sessionId=golden-eagle-427",
        "action=refreshConnection&sessionId=golden-eagle-427&role=operator",
        &format!("action=refreshConnection&sessionId={session}&role=listener"),
        "action=pauseBroadcast",
        "action=applaud",
        "statusDetail=everything",
        "sessionId=golden&targetLanguage=es",
        "sessionId=golden-eagle-427&targetLanguage=e",
        "sessionId=golden-eagle-427&targetLanguage=es",
        "sessionId=golden-eagle-427&token=nobody",
        &format!("sessionId={session}&token=nobody"),
        &format!("sessionId={session}&sessionId=golden-eagle-427&targetLanguage=es"),
    ] {
        play.refused("eve", query).await;
    }
    ada.question(0).await;
    play
}
