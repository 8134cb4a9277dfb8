//! Every action and its answer, to the byte.

mod ending;
mod joining;
mod refusing;
mod speaking;

use crate::support::{Client, Sample, TestServer};

/// A server that lets its clients talk as fast as they like.
async fn patient() -> TestServer {
    TestServer::with(|config| {
        config.quotas.control_messages_per_second = 0;
        config.quotas.status_queries_per_second = 0;
    })
    .await
}

/// A broadcast in English with one Spanish listener, of whom the speaker has been told.
async fn broadcast(server: &TestServer) -> (Client, Client, String) {
    let (mut speaker, session, _) = server.speaker().await;
    let (listener, _) = server.listener(&session, "es").await;
    speaker.expect("sessionStatus").await;
    (speaker, listener, session)
}

fn client(name: &str) -> Sample {
    Sample::of(&format!("client/{name}"))
}

fn server_says(name: &str) -> Sample {
    Sample::of(&format!("server/{name}"))
}

fn error(name: &str) -> Sample {
    Sample::of(&format!("errors/{name}"))
}
