//! What a speaker is told, and what it does with the broadcast.

use super::{broadcast, client, patient, server_says};
use crate::support::TestServer;
use std::time::Duration;

#[tokio::test]
async fn a_status_says_why_it_comes() {
    let server = TestServer::with(|config| config.service.policy.min_gap = Duration::ZERO).await;
    let (mut speaker, session, _) = server.speaker().await;
    let status = |reason: &str, count: u64, languages: &str| {
        let sample = server_says(&format!("sessionStatus.{reason}"));
        sample.with("listenerCount", count).with("languageDistribution", languages)
    };
    speaker.ask(client("getSessionStatus"), status("requested", 0, "{}")).await;
    let (_first, _) = server.listener(&session, "es").await;
    status("newLanguage", 1, r#"{"es":1}"#).is(&speaker.next_text().await);
    let (_second, _) = server.listener(&session, "ES").await;
    status("listenerCountChange", 2, r#"{"es":2}"#).is(&speaker.next_text().await);
    speaker.ask(client("getSessionStatus"), status("requested", 2, r#"{"es":2}"#)).await;
}

#[tokio::test]
async fn a_status_comes_every_period() {
    let server = TestServer::with(|config| config.service.policy.period = Duration::from_millis(300)).await;
    let (mut speaker, _, _) = server.speaker().await;
    let empty = || server_says("sessionStatus.empty");
    let first = speaker.next_text().await;
    empty().is(&first);
    let second = speaker.next_text().await;
    empty().is(&second);
    let at =
        |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap()["timestamp"].as_u64().unwrap();
    assert!(at(&second) - at(&first) >= 300, "{first} {second}");
}

#[tokio::test]
async fn more_is_told_to_those_only_who_ask_for_it() {
    let server = patient().await;
    let (mut speaker, _listener, session) = broadcast(&server).await;
    speaker.send(client("getSessionStatus.full").text()).await;
    let full = speaker.expect("sessionStatus").await;
    let audience = &full["audience"];
    assert_eq!((&audience["totalJoins"], &audience["peakListenerCount"]), (&1.into(), &1.into()), "{full}");
    assert_eq!(
        (&audience["reconnecting"], &audience["quality"]["exact"]),
        (&0.into(), &true.into()),
        "{full}"
    );
    speaker.send(client("getSessionStatus").text()).await;
    assert!(speaker.expect("sessionStatus").await.get("audience").is_none());

    let path = "/?action=createSession&sourceLanguage=en&statusDetail=full";
    let mut curious = server.connect(path).await;
    let other = curious.expect("sessionCreated").await["sessionId"].as_str().unwrap().to_owned();
    let (_listener, _) = server.listener(&other, "es").await;
    assert_eq!(curious.expect("sessionStatus").await["audience"]["totalJoins"], 1);
    assert_ne!(other, session);
}

#[tokio::test]
async fn all_who_listen_are_told_what_the_speaker_does() {
    let server = patient().await;
    let (mut speaker, mut listener, _) = broadcast(&server).await;
    let deeds = [
        ("pauseBroadcast", "broadcastPaused"),
        ("pauseBroadcast", "broadcastPaused"),
        ("resumeBroadcast", "broadcastResumed"),
        ("muteBroadcast", "broadcastMuted"),
        ("unmuteBroadcast", "broadcastUnmuted"),
        ("setVolume", "volumeChanged"),
        ("speakerStateChange", "speakerStateChanged"),
    ];
    for (asked, told) in deeds {
        speaker.ask(client(asked), server_says(told).with("listenersNotified", 1)).await;
        server_says(&format!("{told}.listener")).is(&listener.next_text().await);
    }
    speaker.send(r#"{"action":"setVolume","volumeLevel":1}"#).await;
    let louder = speaker.next_text().await;
    assert!(louder.contains(r#""volumeLevel":1.0,"#) && louder.contains(r#""volume":1.0,"#), "{louder}");
}

#[tokio::test]
async fn a_pause_is_measured_from_its_beginning() {
    let server = patient().await;
    let (mut speaker, _listener, _) = broadcast(&server).await;
    let mut at = async |action: &str| {
        speaker.send(client(action).text()).await;
        let answer = speaker.next().await;
        (answer["timestamp"].as_u64().unwrap(), answer["pauseDuration"].as_u64())
    };
    let (paused, none) = at("pauseBroadcast").await;
    at("pauseBroadcast").await;
    let (resumed, lasted) = at("resumeBroadcast").await;
    assert_eq!((none, at("resumeBroadcast").await.1), (None, Some(0)));
    let lasted = lasted.unwrap();
    // The pause began, and ended, a moment before it was acknowledged.
    assert!(lasted <= resumed - paused + 1_000, "{lasted} of {paused} to {resumed}");
}
