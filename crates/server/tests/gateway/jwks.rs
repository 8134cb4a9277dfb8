//! Logins that somebody else issues: keys from a file, keys from a URL.

use crate::support::{AUDIENCE, ISSUER, Issuer, TestServer, later};
use axum::Router;
use axum::routing::get;
use headcount_server::access::{FileKeys, KeySource, SpeakerAuth, UrlKeys};
use serde_json::{Value, json};
use tokio::net::TcpListener;

async fn trusting(keys: impl KeySource + 'static) -> TestServer {
    let auth = SpeakerAuth::jwks(keys, ISSUER, AUDIENCE).unwrap();
    TestServer::with(move |config| config.speaker_auth = auth).await
}

impl TestServer {
    /// The status of the answer to whoever comes with this token and wants to create a session.
    async fn answers_login(&self, token: &str) -> u16 {
        self.request("POST", "/sessions", Some(token), r#"{"sourceLanguage":"en"}"#).await.status
    }
}

fn key_set(keys: &[&Value]) -> String {
    json!({ "keys": keys }).to_string()
}

#[tokio::test]
async fn speakers_log_in_with_a_key_from_a_file() {
    let issuers = [Issuer::rs256("one"), Issuer::es256("two"), Issuer::eddsa("three")];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jwks.json");
    std::fs::write(&file, key_set(&issuers.each_ref().map(|issuer| &issuer.jwk))).unwrap();
    let server = trusting(FileKeys::new(file)).await;
    for issuer in &issuers {
        assert_eq!(server.answers_login(&issuer.login_of("ada")).await, 201, "{}", issuer.jwk);
    }
    let claims =
        |sub: &str, iss: &str, aud: &str, exp: u64| json!({"sub": sub, "iss": iss, "aud": aud, "exp": exp});
    for wrong in [
        claims("ada", "https://elsewhere.example", AUDIENCE, later(60)),
        claims("ada", ISSUER, "something-else", later(60)),
        claims("ada", ISSUER, AUDIENCE, later(0) - 3_600),
        claims("", ISSUER, AUDIENCE, later(60)),
    ] {
        assert_eq!(server.answers_login(&issuers[1].token(&wrong)).await, 401, "{wrong}");
    }
    // A key of another issuer under a name that is known.
    assert_eq!(server.answers_login(&Issuer::es256("two").login_of("ada")).await, 401);
    assert_eq!(server.answers_login(&Issuer::eddsa("four").login_of("ada")).await, 401);
}

#[tokio::test]
async fn speakers_log_in_with_a_key_from_a_url() {
    let issuer = Issuer::es256("one");
    let keys = key_set(&[&issuer.jwk]);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/jwks", listener.local_addr().unwrap());
    let routes = Router::new().route("/jwks", get(move || async move { keys }));
    let serving = tokio::spawn(async move { axum::serve(listener, routes).await });
    let server = trusting(UrlKeys::new(&url).unwrap()).await;
    assert_eq!(server.answers_login(&issuer.login_of("ada")).await, 201);
    // With the keys away, those that are known go on to be good, and no others become so.
    serving.abort();
    assert!(serving.await.unwrap_err().is_cancelled());
    assert_eq!(server.answers_login(&Issuer::es256("two").login_of("ada")).await, 401);
    assert_eq!(server.answers_login(&issuer.login_of("ada")).await, 201);
}

#[tokio::test]
async fn the_owner_is_known_by_the_subject_whichever_key_signed() {
    let (old, new) = (Issuer::es256("old"), Issuer::eddsa("new"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jwks.json");
    std::fs::write(&file, key_set(&[&old.jwk, &new.jwk])).unwrap();
    let server = trusting(FileKeys::new(file)).await;
    let path = format!("/?action=createSession&sourceLanguage=en&token={}", old.login_of("ada"));
    let mut speaker = server.connect(&path).await;
    let session = speaker.expect("sessionCreated").await["sessionId"].as_str().unwrap().to_owned();
    let mut again = server.connect(&format!("/?sessionId={session}&token={}", new.login_of("ada"))).await;
    again.expect("sessionStatus").await;
    assert_eq!(speaker.closed().await, 4409);
    let refused = server.try_connect(&format!("/?sessionId={session}&token={}", new.login_of("eve"))).await;
    assert_eq!(refused.err().unwrap().status, 403);
}

#[tokio::test]
async fn without_keys_nobody_speaks_and_everything_else_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let server = trusting(FileKeys::new(folder.path().join("not-there"))).await;
    assert_eq!(server.answers_login(&Issuer::es256("one").login_of("ada")).await, 401);
    assert_eq!(server.get("/readyz", None).await.status, 200);
}
