//! What a connection without a role has brought serves the messages in which it gets one.

use super::Stage;
use super::stage::connect_event;
use crate::app::Settings;
use crate::gate::Logins;
use headcount_access::{Login, SpeakerAuth, mint_login_token};
use headcount_core::UserId;
use headcount_testkit::samples;
use serde_json::{Value, json};
use std::time::Duration;

const SECRET: [u8; 32] = [9; 32];

fn stage() -> Stage {
    let auth = SpeakerAuth::hs256(&SECRET, None, None).unwrap();
    Stage::for_speakers(Logins::Tokens(auth), Settings::default(), |_| {})
}

fn login_of(user: &str) -> String {
    let user = UserId::parse(user).unwrap();
    let login = Login { user: &user, issuer: None, audience: None, lifetime: Duration::from_secs(3_600) };
    mint_login_token(&SECRET, &login, samples::NOW).unwrap()
}

fn create() -> Value {
    json!({ "action": "createSession", "sourceLanguage": "en" })
}

#[tokio::test]
async fn a_login_in_the_query_serves_the_message_that_brings_none() {
    let stage = stage();
    let token = login_of("ann");
    assert_eq!(stage.connect("S", &[("token", &token)]).await, json!({ "statusCode": 200 }));
    assert!(!stage.guests.text().contains(&token), "the token is not kept");
    assert_eq!(stage.say("S", create()).await["type"], "sessionCreated");
}

#[tokio::test]
async fn a_login_in_a_header_does_too() {
    let stage = stage();
    let mut event = connect_event("S", &[]);
    event["headers"] = json!({ "Authorization": format!("Bearer {}", login_of("ann")) });
    stage.invoke(&event).await;
    assert_eq!(stage.say("S", create()).await["type"], "sessionCreated");
}

#[tokio::test]
async fn without_a_good_login_the_connection_is_let_in_and_may_not_create_as_on_the_server() {
    let stage = stage();
    for query in [vec![], vec![("token", "no.token.atall")]] {
        assert_eq!(stage.connect("S", &query).await["statusCode"], 200);
        assert_eq!(stage.guests.count(), 0);
        assert_eq!(stage.say("S", create()).await["code"], "UNAUTHORIZED");
    }
}

#[tokio::test]
async fn a_token_that_the_message_brings_decides() {
    let stage = stage();
    stage.connect("S", &[("token", &login_of("ann"))]).await;
    let mut message = create();
    message["token"] = json!("no.token.atall");
    assert_eq!(stage.say("S", message).await["code"], "UNAUTHORIZED");
}

#[tokio::test]
async fn the_owner_comes_back_by_the_login_of_its_query_and_nobody_else() {
    let stage = stage();
    stage.connect("S", &[("token", &login_of("ann"))]).await;
    let created = stage.say("S", create()).await;
    let refresh =
        json!({ "action": "refreshConnection", "sessionId": created["sessionId"], "role": "speaker" });
    stage.connect("T", &[("token", &login_of("bob"))]).await;
    assert_eq!(stage.say("T", refresh.clone()).await["code"], "UNAUTHORIZED_ACTION");
    stage.connect("U", &[("token", &login_of("ann"))]).await;
    assert_eq!(stage.say("U", refresh.clone()).await["type"], "connectionRefreshComplete");
    // A speaker token names no user, and is not kept.
    stage.connect("V", &[("token", created["speakerToken"].as_str().unwrap())]).await;
    assert_eq!(stage.say("V", refresh).await["code"], "UNAUTHORIZED");
}

#[tokio::test]
async fn the_detail_of_the_query_holds_for_the_session_that_is_created_later() {
    let stage = stage();
    stage.connect("S", &[("statusDetail", "full")]).await;
    let mut message = create();
    message["token"] = json!(login_of("ann"));
    stage.say("S", message).await;
    assert!(stage.status("S").await.get("audience").is_some());
}

#[tokio::test]
async fn who_goes_is_forgotten() {
    let stage = stage();
    stage.connect("S", &[("token", &login_of("ann"))]).await;
    assert_eq!(stage.guests.count(), 1);
    stage.disconnect("S", 1_000).await;
    assert_eq!(stage.guests.count(), 0);
}

#[tokio::test]
async fn what_cannot_be_kept_is_not_promised() {
    let stage = stage();
    stage.guests.go_away();
    assert_eq!(stage.connect("A", &[]).await["statusCode"], 200, "there is nothing to keep");
    assert_eq!(stage.connect("S", &[("token", &login_of("ann"))]).await["statusCode"], 503);
    assert_eq!(stage.say("A", create()).await["code"], "STATUS_UNAVAILABLE");
}
