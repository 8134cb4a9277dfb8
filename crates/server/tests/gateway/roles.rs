//! Who may do what.

use crate::support::{Client, OPERATOR, TestServer, hs256, login_of, signed_login, unsigned_login};
use serde_json::json;

const CREATE: &str = r#"{"action":"createSession","sourceLanguage":"en"}"#;

/// A server whose speakers log in.
async fn guarded() -> TestServer {
    TestServer::with(|config| config.speaker_auth = hs256()).await
}

impl TestServer {
    /// A session that `user` created by HTTP: its name and its speaker token.
    async fn session_of(&self, user: &str) -> (String, String) {
        let answer =
            self.request("POST", "/sessions", Some(&login_of(user)), r#"{"sourceLanguage":"en"}"#).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let text = |name: &str| answer.json()[name].as_str().unwrap().to_owned();
        (text("sessionId"), text("speakerToken"))
    }
}

#[tokio::test]
async fn whoever_creates_a_session_has_logged_in() {
    let server = guarded().await;
    let query = "/?action=createSession&sourceLanguage=en";
    let login = login_of("ada");
    let bearer = format!("Bearer {login}");
    server.connect(&format!("{query}&token={login}")).await.expect("sessionCreated").await;
    let header = [("authorization", bearer.as_str())];
    Client::connect(server.address, query, &header).await.unwrap().expect("sessionCreated").await;
    let mut early = Client::connect(server.address, "/", &header).await.unwrap();
    early.send(CREATE).await;
    early.expect("sessionCreated").await;
    let mut late = server.connect("/").await;
    late.refused(CREATE, "UNAUTHORIZED").await;
    late.send(&CREATE.replace('}', &format!(r#","token":"{login}"}}"#))).await;
    late.expect("sessionCreated").await;
}

#[tokio::test]
async fn a_token_that_is_not_one_is_refused_in_one_text_that_does_not_repeat_it() {
    let server = guarded().await;
    let (session, speaker_token) = server.session_of("ada").await;
    let (_, of_another) = server.session_of("ada").await;
    let claims = |exp: i64| json!({"sub": "ada", "exp": exp});
    let good = login_of("ada");
    let forged = format!("{}x", &good[..good.len() - 4]);
    let mut texts = Vec::new();
    for token in [
        signed_login(&claims(1_700_000_000)),
        unsigned_login(&claims(4_000_000_000)),
        signed_login(&json!({"sub": "ada"})),
        signed_login(&json!({"sub": "ada", "exp": 4_000_000_000_i64, "nbf": 3_900_000_000_i64})),
        forged,
        of_another,
        format!("{speaker_token}A"),
        "nobody".to_owned(),
    ] {
        let refused =
            server.try_connect(&format!("/?sessionId={session}&token={token}")).await.err().unwrap();
        assert_eq!((refused.status, &refused.body["code"]), (401, &"UNAUTHORIZED".into()), "{token}");
        texts.push(refused.body["message"].clone());
        let path = format!("/sessions/{session}");
        assert_eq!(server.request("DELETE", &path, Some(&token), "").await.refusal(401), "UNAUTHORIZED");
        assert!(!refused.body.to_string().contains(&token));
    }
    texts.dedup();
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert_eq!(server.get(&format!("/sessions/{session}"), None).await.status, 200);
}

#[tokio::test]
async fn the_owner_comes_back_with_a_login_and_nobody_else_does() {
    let server = guarded().await;
    let (session, speaker_token) = server.session_of("ada").await;
    let as_speaker = |token: &str| format!("/?sessionId={session}&token={token}");
    let mut first = server.connect(&as_speaker(&login_of("ada"))).await;
    first.expect("sessionStatus").await;
    let refused = server.try_connect(&as_speaker(&login_of("eve"))).await.err().unwrap();
    assert_eq!((refused.status, &refused.body["code"]), (403, &"UNAUTHORIZED_ACTION".into()));
    let status = format!("/sessions/{session}/status");
    assert_eq!(server.get(&status, Some(&login_of("eve"))).await.refusal(403), "UNAUTHORIZED_ACTION");
    assert_eq!(server.get(&status, None).await.refusal(401), "UNAUTHORIZED");
    assert_eq!(server.get(&status, Some(&login_of("ada"))).await.status, 200);
    let mut second = server.connect(&as_speaker(&speaker_token)).await;
    second.expect("sessionStatus").await;
    assert_eq!(first.closed().await, 4409);
    // The newest wins, whichever way it came, and its seat is not given back by the end of the one before.
    second.send(r#"{"action":"pauseBroadcast"}"#).await;
    second.expect("broadcastPaused").await;
}

#[tokio::test]
async fn each_role_has_its_own_actions() {
    let server = TestServer::with(|config| config.quotas.control_messages_per_second = 0).await;
    let (mut speaker, session, _) = server.speaker().await;
    let (mut listener, _) = server.listener(&session, "es").await;
    speaker.expect("sessionStatus").await;
    let mut nobody = server.connect("/").await;
    for action in [
        "getSessionStatus",
        "pauseBroadcast",
        "resumeBroadcast",
        "muteBroadcast",
        "unmuteBroadcast",
        "setVolume",
        "speakerStateChange",
        "endSession",
    ] {
        let message = format!(r#"{{"action":"{action}","volumeLevel":0.5,"state":{{"isMuted":true}}}}"#);
        let refused = listener.refused(&message, "UNAUTHORIZED_ACTION").await;
        assert_eq!(refused["message"], format!("Action {action} requires speaker role"));
        nobody.refused(&message, "CONNECTION_NOT_FOUND").await;
    }
    for action in ["changeLanguage", "switchLanguage", "pausePlayback"] {
        let message = format!(r#"{{"action":"{action}","targetLanguage":"fr"}}"#);
        speaker.refused(&message, "UNAUTHORIZED_ACTION").await;
        nobody.refused(&message, "CONNECTION_NOT_FOUND").await;
    }
    // What was refused changed nothing.
    speaker.send(r#"{"action":"getSessionStatus","sessionId":"another-session-427"}"#).await;
    let status = speaker.expect("sessionStatus").await;
    assert_eq!((&status["sessionId"], &status["languageDistribution"]), (&session.into(), &json!({"es": 1})));
    assert_eq!(status["broadcastState"]["isMuted"], false);
}

#[tokio::test]
async fn operators_see_and_end_every_session_and_speak_in_none() {
    let server = guarded().await;
    let (session, speaker_token) = server.session_of("ada").await;
    let path = format!("/sessions/{session}");
    for (token, status) in [(None, 401), (Some(speaker_token.as_str()), 403), (Some("somebody"), 403)] {
        server.get("/sessions", token).await.refusal(status);
    }
    assert_eq!(server.get("/sessions", Some(OPERATOR)).await.json()["sessions"][0]["sessionId"], session);
    assert_eq!(server.get(&format!("{path}/status"), Some(OPERATOR)).await.status, 200);
    let pause = r#"{"status":"paused"}"#;
    assert_eq!(server.request("PATCH", &path, Some(OPERATOR), pause).await.refusal(401), "UNAUTHORIZED");
    let refused = server.try_connect(&format!("/?sessionId={session}&token={OPERATOR}")).await.err().unwrap();
    assert_eq!(refused.status, 401);
    let refused =
        server.try_connect(&format!("/?action=createSession&sourceLanguage=en&token={OPERATOR}")).await;
    assert_eq!(refused.err().unwrap().status, 401);
    assert_eq!(server.request("DELETE", &path, Some(OPERATOR), "").await.status, 204);
    assert_eq!(server.get(&path, None).await.refusal(404), "SESSION_NOT_FOUND");
}

#[tokio::test]
async fn where_nobody_logs_in_the_speaker_token_is_all_that_counts() {
    let server = TestServer::local().await;
    let (mut speaker, session, token) = server.speaker().await;
    for other in [login_of("ada"), OPERATOR.to_owned()] {
        let refused =
            server.try_connect(&format!("/?sessionId={session}&token={other}")).await.err().unwrap();
        assert_eq!((refused.status, &refused.body["code"]), (401, &"UNAUTHORIZED".into()));
    }
    let refresh = format!(r#"{{"action":"refreshConnection","role":"speaker","sessionId":"{session}"}}"#);
    let mut second = server.connect("/").await;
    second.refused(&refresh, "UNAUTHORIZED").await;
    second.send(&refresh.replace('}', &format!(r#","token":"{token}"}}"#))).await;
    second.expect("connectionRefreshComplete").await;
    assert_eq!(speaker.closed().await, 4409);
}
