//! Connections grow old and are replaced, sessions end.

use super::{broadcast, client, patient, server_says};
use crate::support::TestServer;
use std::time::Duration;

#[tokio::test]
async fn near_its_end_a_connection_is_told_so() {
    let old = |age: u64| {
        TestServer::with(move |config| config.sockets.max_connection_age = Duration::from_secs(age))
    };
    let server = old(14 * 60 + 30).await;
    let (mut speaker, _, _) = server.speaker().await;
    speaker.ask(client("heartbeat"), server_says("heartbeatAck")).await;
    server_says("connectionWarning").with("remainingMinutes", 14).is(&speaker.next_text().await);

    let server = old(4 * 60).await;
    let (_speaker, session, _) = server.speaker().await;
    let (mut listener, _) = server.listener(&session, "es").await;
    listener.ask(client("heartbeat"), server_says("heartbeatAck")).await;
    server_says("connectionRefreshRequired").is(&listener.next_text().await);
}

#[tokio::test]
async fn connections_are_refreshed_by_a_message() {
    let server = patient().await;
    let (mut speaker, session, token) = server.speaker().await;
    let (mut listener, joined) = server.listener(&session, "es").await;
    speaker.expect("sessionStatus").await;
    let mut second = server.connect("/").await;
    let refresh =
        client("refreshConnection.speaker").with_text("sessionId", &session).with_text("token", &token);
    second.ask(refresh, server_says("connectionRefreshComplete.speaker")).await;
    assert_eq!(second.expect("sessionStatus").await["listenerCount"], 1);
    assert_eq!(speaker.closed().await, 4409);

    let mut next = server.connect("/").await;
    let refresh = client("refreshConnection.listener").with_text("sessionId", &session);
    let refresh = refresh.with_text("resumeToken", joined["resumeToken"].as_str().unwrap());
    next.ask(refresh, server_says("connectionRefreshComplete.listener")).await;
    assert_eq!(listener.closed().await, 4409);
    assert_eq!(server.count(&session).await, 1);
}

#[tokio::test]
async fn the_end_is_told_to_all_and_closes_all() {
    for (asked, told) in [("endSession", "sessionEnded"), ("endSession.unsaid", "sessionEnded.unsaid")] {
        let server = patient().await;
        let (mut speaker, mut listener, session) = broadcast(&server).await;
        speaker.send(client(asked).text()).await;
        for anyone in [&mut speaker, &mut listener] {
            server_says(told).is(&anyone.next_text().await);
            assert_eq!(anyone.closed().await, 1000);
        }
        assert_eq!(server.get(&format!("/sessions/{session}"), None).await.refusal(404), "SESSION_NOT_FOUND");
    }
}

#[tokio::test]
async fn sessions_end_by_themselves_when_their_time_is_over_or_their_speaker_lost() {
    let server =
        TestServer::with(|config| config.service.session_lifetime = Duration::from_millis(300)).await;
    let (mut speaker, _, _) = server.speaker().await;
    server_says("sessionEnded.expired").is(&speaker.next_text().await);
    assert_eq!(speaker.closed().await, 1000);

    let server = TestServer::with(|config| config.service.speaker_grace = Duration::from_millis(100)).await;
    let (_speaker, session, _) = server.speaker().await;
    let (mut listener, _) = server.listener(&session, "es").await;
    drop(_speaker);
    server_says("sessionEnded.speakerLost").is(&listener.next_text().await);
    assert_eq!(listener.closed().await, 1000);
}
