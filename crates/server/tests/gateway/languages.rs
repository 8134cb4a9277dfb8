//! A session says into which languages it is translated: nobody hears it in another, and everybody can see which there are.

use crate::support::{Client, OPERATOR, TestServer};
use headcount_core::Language;
use serde_json::{Value, json};

async fn server_of(tags: &[&str]) -> TestServer {
    let list: Vec<_> = tags.iter().map(|tag| Language::parse(tag).unwrap()).collect();
    TestServer::with(|config| config.supported_languages = (!list.is_empty()).then_some(list)).await
}

async fn offered(server: &TestServer, session: &str) -> Value {
    server.get(&format!("/sessions/{session}"), None).await.json()["supportedLanguages"].take()
}

async fn refused(server: &TestServer, path: &str) -> Value {
    let refusal = server.try_connect(path).await.err().expect("the connection is refused");
    assert_eq!(refusal.body["code"], "UNSUPPORTED_LANGUAGE");
    refusal.body["details"]["supportedLanguages"].clone()
}

async fn change_to(listener: &mut Client, tag: &str) -> Value {
    let wish = json!({ "action": "changeLanguage", "targetLanguage": tag });
    listener.send(&wish.to_string()).await;
    listener.next().await
}

#[tokio::test]
async fn nobody_hears_a_session_in_a_language_that_it_does_not_declare() {
    let server = server_of(&[]).await;
    let path = "/?action=createSession&sourceLanguage=en&languages=fr,ES&events=signals";
    let mut speaker = server.connect(path).await;
    let session = speaker.expect("sessionCreated").await["sessionId"].as_str().unwrap().to_owned();
    assert_eq!(offered(&server, &session).await, json!(["fr", "es"]));

    let there_are = refused(&server, &format!("/?sessionId={session}&targetLanguage=pt-BR")).await;
    assert_eq!(there_are, json!(["fr", "es"]));
    assert_eq!(speaker.until("unservedLanguage").await["language"], "pt-BR");

    let (mut listener, _) = server.listener(&session, "es").await;
    assert_eq!(change_to(&mut listener, "de").await["details"]["supportedLanguages"], json!(["fr", "es"]));
    assert_eq!(speaker.until("unservedLanguage").await["language"], "de");
    assert_eq!(change_to(&mut listener, "fr").await["type"], "languageChanged");
    assert_eq!(server.count(&session).await, 1);
}

#[tokio::test]
async fn a_declaration_can_be_changed_and_taken_back() {
    let server = server_of(&["de", "es", "fr"]).await;
    let body = r#"{"sourceLanguage":"en","languages":["es"]}"#;
    let created = server.request("POST", "/sessions", None, body).await.json();
    let (session, token) = (created["sessionId"].as_str().unwrap(), created["speakerToken"].as_str());
    let path = format!("/sessions/{session}");
    let (mut listener, _) = server.listener(session, "es").await;
    for (declared, there_are) in [(json!(["fr"]), json!(["fr"])), (json!([]), json!(["de", "es", "fr"]))] {
        let body = json!({ "languages": declared }).to_string();
        assert_eq!(server.request("PATCH", &path, token, &body).await.status, 200);
        assert_eq!(offered(&server, session).await, there_are);
        let refused = refused(&server, &format!("/?sessionId={session}&targetLanguage=ja")).await;
        assert_eq!(refused, there_are);
    }
    assert_eq!(server.count(session).await, 1, "who heard Spanish heard it all the time");
    assert_eq!(change_to(&mut listener, "de").await["type"], "languageChanged");
    let page = server.get("/sessions", Some(OPERATOR)).await;
    assert_eq!(page.json()["sessions"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn what_cannot_be_declared_is_refused() {
    let server = server_of(&["de", "es"]).await;
    let many: Vec<_> = (b'a'..=b'z')
        .flat_map(|a| (b'a'..=b'd').map(move |b| format!("en-x-q{}{}", char::from(a), char::from(b))))
        .collect();
    for (languages, code) in [
        (json!(["es", "fr"]), "UNSUPPORTED_LANGUAGE"),
        (json!(["es", "español"]), "INVALID_LANGUAGE"),
        (json!("es"), "INVALID_PARAMETER"),
        (json!([1]), "INVALID_PARAMETER"),
        (json!([""]), "INVALID_PARAMETER"),
        (json!(many), "INVALID_PARAMETER"),
    ] {
        let body = json!({ "sourceLanguage": "en", "languages": languages }).to_string();
        let answer = server.request("POST", "/sessions", None, &body).await;
        assert_eq!((answer.status, &answer.json()["code"]), (400, &json!(code)), "{body}");
    }
    assert_eq!(
        refused(&server, "/?action=createSession&sourceLanguage=en&languages=fr").await,
        json!(["de", "es"])
    );
}
