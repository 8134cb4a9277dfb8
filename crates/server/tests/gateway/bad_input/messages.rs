//! Messages that are not what they should be: each is refused with its code, and the connection goes on.

use crate::support::{Client, TestServer};

async fn unhurried() -> TestServer {
    TestServer::with(|config| config.quotas.control_messages_per_second = 0).await
}

async fn goes_on(client: &mut Client) {
    client.send(r#"{"action":"heartbeat"}"#).await;
    client.expect("heartbeatAck").await;
}

#[tokio::test]
async fn a_message_that_is_too_long_is_refused_and_the_connection_goes_on() {
    let server = unhurried().await;
    let mut client = server.connect("/").await;
    let of_length = |length: usize| {
        let empty = r#"{"action":"heartbeat","x":""}"#;
        empty.replace(r#""""#, &format!("\"{}\"", "x".repeat(length - empty.len())))
    };
    client.send(&of_length(4_096)).await;
    client.expect("heartbeatAck").await;
    for length in [4_097, 64 * 1_024 + 1, 128 * 1_024] {
        let error = client.refused(&of_length(length), "MESSAGE_TOO_LARGE").await;
        assert!(error["message"].as_str().unwrap().contains("4096"), "{error}");
    }
    goes_on(&mut client).await;
}

#[tokio::test]
async fn audio_has_a_limit_of_its_own() {
    let server = unhurried().await;
    let mut client = server.connect("/").await;
    let audio = |length: usize| format!(r#"{{"action":"audioChunk","data":"{}"}}"#, "A".repeat(length));
    client.refused(&audio(60_000), "INVALID_ACTION").await;
    client.send(&audio(60_000)).await;
    goes_on(&mut client).await;
    client.refused(&audio(70_000), "MESSAGE_TOO_LARGE").await;
    goes_on(&mut client).await;
}

#[tokio::test]
async fn depth_is_bounded_whatever_the_length_may_be() {
    let server = TestServer::with(|config| {
        config.quotas.control_messages_per_second = 0;
        config.sockets.max_control_message = 2 << 20;
        config.sockets.max_frame = 2 << 20;
    })
    .await;
    let mut client = server.connect("/").await;
    for depth in [33, 1_000, 100_000] {
        for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
            let (open, close) = (open.repeat(depth), close.repeat(depth));
            client
                .refused(&format!(r#"{{"action":"heartbeat","x":{open}1{close}}}"#), "INVALID_MESSAGE")
                .await;
            client.refused(&open, "INVALID_MESSAGE").await;
        }
    }
    let (open, close) = ("[".repeat(31), "]".repeat(31));
    client.send(&format!(r#"{{"action":"heartbeat","x":{open}{close}}}"#)).await;
    client.expect("heartbeatAck").await;
}

#[tokio::test]
async fn what_is_not_a_message_is_refused_with_its_code() {
    let server = unhurried().await;
    let (mut speaker, _, _) = server.speaker().await;
    let cases = [
        ("", "INVALID_MESSAGE"),
        ("\u{feff}{}", "INVALID_MESSAGE"),
        ("null", "INVALID_MESSAGE"),
        ("[]", "INVALID_MESSAGE"),
        (r#""heartbeat""#, "INVALID_MESSAGE"),
        (r#"{"action":"heartbeat""#, "INVALID_MESSAGE"),
        (r#"{"action":"heartbeat"}{}"#, "INVALID_MESSAGE"),
        (r#"{"action":"heartbeat","action":"heartbeat"}"#, "INVALID_MESSAGE"),
        (r#"{"action":"heartbeat","x":{"y":1,"y":2}}"#, "INVALID_MESSAGE"),
        (r#"{"action":"setVolume","volumeLevel":NaN}"#, "INVALID_MESSAGE"),
        (r#"{"action":"setVolume","volumeLevel":Infinity}"#, "INVALID_MESSAGE"),
        (r#"{"action":"heartbeat","x":"\ud800"}"#, "INVALID_MESSAGE"),
        (r#"{"action":7}"#, "INVALID_MESSAGE"),
        (r#"{"action":null}"#, "INVALID_MESSAGE"),
        (r#"{"Action":"heartbeat"}"#, "INVALID_MESSAGE"),
        (r#"{"action":"Heartbeat"}"#, "INVALID_ACTION"),
        (r#"{"action":""}"#, "INVALID_ACTION"),
        (r#"{"action":"setVolume"}"#, "MISSING_PARAMETER"),
        (r#"{"action":"setVolume","volumeLevel":null}"#, "MISSING_PARAMETER"),
        (r#"{"action":"setVolume","volumeLevel":"0.5"}"#, "INVALID_PARAMETER"),
        (r#"{"action":"setVolume","volumeLevel":true}"#, "INVALID_PARAMETER"),
        (r#"{"action":"setVolume","volumeLevel":-0.01}"#, "INVALID_PARAMETER"),
        (r#"{"action":"setVolume","volumeLevel":1.01}"#, "INVALID_PARAMETER"),
        (r#"{"action":"speakerStateChange","state":{}}"#, "INVALID_PARAMETER"),
        (r#"{"action":"speakerStateChange","state":{"isPaused":1}}"#, "INVALID_PARAMETER"),
        (r#"{"action":"speakerStateChange","state":{"isActive":false}}"#, "INVALID_PARAMETER"),
        (r#"{"action":"getSessionStatus","detail":"everything"}"#, "INVALID_PARAMETER"),
        (r#"{"action":"endSession","reason":7}"#, "INVALID_PARAMETER"),
    ];
    for (sent, code) in cases {
        speaker.send(sent).await;
        let error = speaker.expect("error").await;
        assert_eq!(error["code"], code, "{sent} was answered with {error}");
    }
    // None of it has changed anything.
    speaker.send(r#"{"action":"getSessionStatus"}"#).await;
    let status = speaker.expect("sessionStatus").await;
    assert_eq!((&status["broadcastState"]["volume"], &status["listenerCount"]), (&1.0.into(), &0.into()));
}

#[tokio::test]
async fn a_listener_that_asks_as_a_speaker_is_told_that_it_is_none() {
    let server = unhurried().await;
    let (_speaker, session, _) = server.speaker().await;
    let (mut listener, _) = server.listener(&session, "es").await;
    for action in [
        "getSessionStatus",
        "pauseBroadcast",
        "resumeBroadcast",
        "muteBroadcast",
        "unmuteBroadcast",
        "endSession",
    ] {
        let error = listener.refused(&format!(r#"{{"action":"{action}"}}"#), "UNAUTHORIZED_ACTION").await;
        assert_eq!(error["message"], format!("Action {action} requires speaker role"));
    }
    assert_eq!(server.count(&session).await, 1);
}

#[tokio::test]
async fn no_answer_repeats_more_than_64_characters_of_what_came() {
    let server = unhurried().await;
    let mut client = server.connect("/").await;
    let mark = "M".repeat(3_000);
    for sent in [
        format!(r#"{{"action":"{mark}"}}"#),
        format!(r#"{{"{mark}":1,"{mark}":1}}"#),
        format!(r#"{{"action":"joinSession","sessionId":"{mark}","targetLanguage":"es"}}"#),
        format!(r#"{{"action":"joinSession","sessionId":"golden-eagle-427","targetLanguage":"{mark}"}}"#),
        format!(r#"{{"action":"createSession","sourceLanguage":"en","qualityTier":"{mark}"}}"#),
    ] {
        client.send(&sent).await;
        let answer = client.next_text().await;
        assert!(answer.contains(r#""type":"error""#) && !answer.contains(&"M".repeat(65)), "{answer}");
    }
}
