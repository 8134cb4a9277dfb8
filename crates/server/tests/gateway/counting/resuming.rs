//! Places that are taken again with a resume token.

use super::{LONG, SHORT, asked, prompt, resume_token, told};
use crate::support::TestServer;

#[tokio::test]
async fn whoever_comes_back_in_its_grace_was_never_away() {
    let server = TestServer::with(|config| {
        prompt(config);
        config.service.reconnect_grace = LONG;
    })
    .await;
    let (mut speaker, session, _) = server.speaker().await;
    let (listener, joined) = server.listener(&session, "es").await;
    told(&mut speaker, "newLanguage", 1).await;
    drop(listener);
    while asked(&mut speaker, 1).await["audience"]["reconnecting"] != 1 {}
    let (_back, again) = server.resume(&session, resume_token(&joined)).await;
    assert_eq!(again["listenerCount"], 1);
    assert_ne!(resume_token(&again), resume_token(&joined));
    let status = asked(&mut speaker, 1).await;
    assert_eq!(
        (&status["audience"]["reconnecting"], &status["audience"]["totalJoins"]),
        (&0.into(), &1.into())
    );
}

#[tokio::test]
async fn a_resume_token_is_good_once() {
    let server = TestServer::with(prompt).await;
    let (mut speaker, session, _) = server.speaker().await;
    let (mut listener, joined) = server.listener(&session, "es").await;
    told(&mut speaker, "newLanguage", 1).await;
    // On a place that is connected it takes over, and nothing changes for the speaker.
    let (_second, again) = server.resume(&session, resume_token(&joined)).await;
    assert_eq!((listener.closed().await, &again["listenerCount"]), (4409, &1.into()));
    asked(&mut speaker, 1).await;
    // Used again it is worth nothing: somebody joins.
    let (_third, other) = server.resume(&session, resume_token(&joined)).await;
    assert_eq!(other["listenerCount"], 2);
    told(&mut speaker, "listenerCountChange", 2).await;
    // And so is one that nobody gave, and one of another session.
    let (_speaker, elsewhere, _) = server.speaker().await;
    let (_fourth, other) = server.resume(&elsewhere, resume_token(&again)).await;
    let (_fifth, made_up) = server.resume(&elsewhere, "made-up").await;
    assert_eq!((&other["listenerCount"], &made_up["listenerCount"]), (&1.into(), &2.into()));
}

#[tokio::test]
async fn an_old_resume_token_brings_nobody_in_past_the_rate() {
    let server = TestServer::with(|config| {
        prompt(config);
        config.service.reconnect_grace = LONG;
        config.quotas.connections_per_minute = 1;
        config.quotas.connection_burst = 2;
    })
    .await;
    let (mut speaker, session, _) = server.speaker().await;
    let (_listener, joined) = server.listener(&session, "es").await;
    told(&mut speaker, "newLanguage", 1).await;
    let (_second, _) = server.resume(&session, resume_token(&joined)).await;
    let path = format!("/?sessionId={session}&targetLanguage=es&resumeToken={}", resume_token(&joined));
    for _ in 0..3 {
        assert_eq!(server.try_connect(&path).await.err().unwrap().status, 429);
    }
    assert_eq!(server.count(&session).await, 1);
}

#[tokio::test]
async fn another_language_on_coming_back_is_a_change_of_language() {
    let server = TestServer::with(prompt).await;
    let (mut speaker, session, _) = server.speaker().await;
    let (_listener, joined) = server.listener(&session, "fr").await;
    told(&mut speaker, "newLanguage", 1).await;
    let (_back, _) = server.resume(&session, resume_token(&joined)).await;
    let status = told(&mut speaker, "newLanguage", 1).await;
    assert_eq!(status["languageDistribution"], serde_json::json!({"es": 1}));
}

#[tokio::test]
async fn a_connection_at_its_greatest_age_is_closed_and_keeps_its_place() {
    let server = TestServer::with(|config| {
        prompt(config);
        config.service.reconnect_grace = LONG;
        config.sockets.max_connection_age = 2 * SHORT;
    })
    .await;
    let (_speaker, session, _) = server.speaker().await;
    let (mut listener, joined) = server.listener(&session, "es").await;
    assert_eq!(listener.closed().await, 1001);
    let (_back, again) = server.resume(&session, resume_token(&joined)).await;
    assert_eq!(again["listenerCount"], 1);
}

#[tokio::test]
async fn one_connection_has_one_place_whatever_tokens_it_shows() {
    let server = TestServer::with(|config| {
        prompt(config);
        config.quotas.control_messages_per_second = 0;
    })
    .await;
    let (mut speaker, session, token) = server.speaker().await;
    let (mut ben, of_ben) = server.listener(&session, "es").await;
    let (mut eva, of_eva) = server.listener(&session, "es").await;
    // With its own token, with that of somebody else who is connected, and with what it has used: it stays where it is.
    for resume in [&of_ben, &of_ben, &of_eva] {
        let resume = resume_token(resume);
        let members = format!(r#""sessionId":"{session}","targetLanguage":"es","resumeToken":"{resume}""#);
        ben.send(&format!(r#"{{"action":"joinSession",{members}}}"#)).await;
        assert_eq!(ben.expect("sessionJoined").await["listenerCount"], 2);
        ben.send(&format!(r#"{{"action":"refreshConnection","role":"listener",{members}}}"#)).await;
        ben.expect("connectionRefreshComplete").await;
        eva.send(r#"{"action":"heartbeat"}"#).await;
        eva.expect("heartbeatAck").await;
    }
    let refresh = format!(r#""sessionId":"{session}","role":"speaker","token":"{token}""#);
    speaker.send(&format!(r#"{{"action":"refreshConnection",{refresh}}}"#)).await;
    speaker.until("connectionRefreshComplete").await;
    ben.close().await;
    assert_eq!(server.count(&session).await, 1);
    eva.close().await;
    assert_eq!(server.count(&session).await, 0);
}

#[tokio::test]
async fn a_place_is_resumed_by_its_newest_token_again_and_again() {
    let server = TestServer::with(prompt).await;
    let (mut speaker, session, _) = server.speaker().await;
    let (mut listener, mut joined) = server.listener(&session, "es").await;
    told(&mut speaker, "newLanguage", 1).await;
    for _ in 0..5 {
        let (next, again) = server.resume(&session, resume_token(&joined)).await;
        assert_eq!((listener.closed().await, &again["listenerCount"]), (4409, &1.into()));
        (listener, joined) = (next, again);
    }
    assert_eq!(asked(&mut speaker, 1).await["audience"]["totalJoins"], 1);
}
