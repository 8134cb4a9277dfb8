//! The `@connections` API over real connections; its own rules are tested beside it.

use crate::support::{Answer, TestServer};
use axum::body::Body;
use headcount_server::Management;

async fn managed(server: &TestServer, method: &str, id: &str, body: &'static str) -> Answer {
    let address = server.management.expect("a management listener");
    let request = http::Request::builder().method(method).uri(format!("/prod/@connections/{id}"));
    let request = request.header("host", address.to_string()).body(Body::from(body)).unwrap();
    Answer::to(address, request).await
}

#[tokio::test]
async fn a_connection_is_shown_posted_to_and_dropped() {
    let server = TestServer::with(|config| {
        let listen = "127.0.0.1:0".parse().unwrap();
        config.management = Some(Management { listen, signing_keys: None });
    })
    .await;
    let (_speaker, session, _) = server.speaker().await;
    let (mut listener, joined) = server.listener(&session, "es").await;
    let id = joined["connectionId"].as_str().unwrap();

    let shown = managed(&server, "GET", id, "").await;
    assert_eq!((shown.status, &shown.json()["identity"]["sourceIp"]), (200, &"127.0.0.1".into()));
    assert_eq!(managed(&server, "POST", id, r#"{"type":"note"}"#).await.status, 200);
    listener.expect("note").await;
    assert_eq!(managed(&server, "DELETE", id, "").await.status, 204);
    assert_eq!(listener.closed().await, 1000);
    drop(listener);
    // It was closed for good, so it does not count through a grace; and then it is not there.
    assert_eq!(server.count(&session).await, 0);
    assert_eq!(managed(&server, "POST", id, "late").await.status, 410);
    // The public listener knows nothing of all this.
    server.get(&format!("/@connections/{id}"), None).await.refusal(404);
}
