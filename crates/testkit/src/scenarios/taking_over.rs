//! Connections that take over from older ones of the same speaker or listener.

use super::{Client, Driver, Play, Rules};
use serde_json::{Value, json};

fn refresh(role: &str, session: &str) -> Value {
    json!({"action": "refreshConnection", "role": role, "sessionId": session})
}

fn with(mut message: Value, member: &str, value: &str) -> Value {
    message[member] = value.into();
    message
}

/// The older connection is closed, the newer one is told where it stands and has the seat.
async fn has_the_seat(ada: &mut Client, ben: &mut Client) {
    ada.ask(json!({"action": "muteBroadcast"}), "broadcastMuted").await;
    ben.hear("broadcastMuted").await;
    ada.question(1).await;
}

/// By a message, with the speaker token.
pub async fn a_speaker_refreshes(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules::default()).await;
    let mut ada = play.speaker("ada").await;
    let (session, token) = (ada.told("sessionId"), ada.told("speakerToken"));
    let mut ben = play.listener("ben", &ada, "es").await;
    ada.hear_status("newLanguage", 1).await;

    let mut second = play.connect("ada's second", "").await;
    second.refused(refresh("speaker", &session), "UNAUTHORIZED").await;
    second.refused(with(refresh("speaker", &session), "token", "nobody"), "UNAUTHORIZED").await;
    second.ask(with(refresh("speaker", &session), "token", &token), "connectionRefreshComplete").await;
    second.hear_status("periodic", 1).await;
    ada.is_closed().await;
    has_the_seat(&mut second, &mut ben).await;
    play
}

/// By the query, after a cut and beside a connection that is still there.
pub async fn a_speaker_comes_back_by_query(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules::default()).await;
    let mut ada = play.speaker("ada").await;
    let (session, token) = (ada.told("sessionId"), ada.told("speakerToken"));
    let mut ben = play.listener("ben", &ada, "es").await;
    ada.hear_status("newLanguage", 1).await;
    ada.is_cut_off().await;
    ben.ask(json!({"action": "heartbeat"}), "heartbeatAck").await;

    let query = format!("sessionId={session}&token={token}");
    let mut second = play.connect("ada's second", &query).await;
    second.hear_status("periodic", 1).await;
    let mut third = play.connect("ada's third", &query).await;
    third.hear_status("periodic", 1).await;
    second.is_closed().await;
    let bare = format!("sessionId={session}");
    let mut fourth = play.connect_bearing("ada's fourth", &bare, &token).await;
    fourth.hear_status("periodic", 1).await;
    third.is_closed().await;
    play.refused("eve", &format!("sessionId={session}&token=nobody")).await;
    has_the_seat(&mut fourth, &mut ben).await;
    play
}

/// With its token a listener keeps its place; without one it is somebody new.
pub async fn a_listener_refreshes(driver: &dyn Driver) -> Play {
    let play = Play::on(driver, Rules::default()).await;
    let mut ada = play.speaker("ada").await;
    let session = ada.told("sessionId");
    let mut ben = play.listener("ben", &ada, "es").await;
    ada.hear_status("newLanguage", 1).await;

    let mut second = play.connect("ben's second", "").await;
    let resume = with(refresh("listener", &session), "resumeToken", &ben.told("resumeToken"));
    second.ask(resume, "connectionRefreshComplete").await;
    ben.is_closed().await;
    ada.question(1).await;
    let resume = second.told("resumeToken");
    let query = format!("action=refreshConnection&role=listener&sessionId={session}&resumeToken={resume}");
    let mut third = play.connect("ben's third", &query).await;
    third.hear("connectionRefreshComplete").await;
    second.is_closed().await;
    ada.question(1).await;

    let mut eva = play.connect("eva", "").await;
    eva.refused(refresh("listener", &session), "MISSING_PARAMETER").await;
    let german = with(refresh("listener", &session), "targetLanguage", "de");
    eva.ask(german, "connectionRefreshComplete").await;
    ada.hear_status("newLanguage", 2).await;
    play
}
