//! Sessions are created and joined, listeners go on to other languages.

use super::{broadcast, client, error, patient, server_says};

#[tokio::test]
async fn a_session_is_created_by_a_message() {
    let server = patient().await;
    let mut speaker = server.connect("/").await;
    speaker.ask(client("createSession"), server_says("sessionCreated")).await;
    // One connection speaks for one session.
    speaker.ask(client("createSession.shortest"), error("ALREADY_JOINED")).await;
    let mut other = server.connect("/?").await;
    let premium = client("createSession").with_text("qualityTier", "premium");
    other.ask(premium, server_says("sessionCreated").with_text("qualityTier", "premium")).await;
}

#[tokio::test]
async fn listeners_join_by_a_message_and_once_only() {
    let server = patient().await;
    let (mut speaker, session, _) = server.speaker().await;
    let mut listener = server.connect("/").await;
    let join = || client("joinSession").with_text("sessionId", &session);
    let joined = || server_says("sessionJoined").with("listenerCount", 1);
    listener.ask(join(), joined()).await;
    listener.ask(join(), joined()).await;
    let french = join().with_text("targetLanguage", "FR_ca");
    listener.ask(french, joined().with_text("targetLanguage", "fr-CA")).await;
    assert_eq!(speaker.expect("sessionStatus").await["languageDistribution"], serde_json::json!({"es": 1}));
    let (_other, elsewhere, _) = server.speaker().await;
    listener.ask(join().with_text("sessionId", &elsewhere), error("ALREADY_JOINED")).await;
    listener.ask(client("createSession.shortest"), error("ALREADY_JOINED")).await;
    speaker.ask(join(), error("ALREADY_JOINED")).await;
    assert_eq!(server.count(&session).await, 1);
}

#[tokio::test]
async fn listeners_change_their_language_and_pause() {
    let server = patient().await;
    let (mut speaker, mut listener, session) = broadcast(&server).await;
    listener.ask(client("changeLanguage"), server_says("languageChanged")).await;
    listener.ask(client("switchLanguage"), server_says("languageChanged")).await;
    let told = speaker.expect("sessionStatus").await;
    assert_eq!((&told["updateReason"], &told["listenerCount"]), (&"newLanguage".into(), &1.into()));
    assert_eq!(told["languageDistribution"], serde_json::json!({"pt-BR": 1}));
    listener.ask(client("pausePlayback"), server_says("playbackPaused")).await;
    assert_eq!(server.count(&session).await, 1);
}

#[tokio::test]
async fn a_heartbeat_is_acknowledged_whoever_sends_it() {
    let server = patient().await;
    let (mut speaker, mut listener, _) = broadcast(&server).await;
    let mut nobody = server.connect("/").await;
    for anyone in [&mut speaker, &mut listener, &mut nobody] {
        anyone.ask(client("heartbeat"), server_says("heartbeatAck")).await;
    }
}
