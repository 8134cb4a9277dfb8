//! `kill -9` of a real server under load, and what its speakers and listeners find when it is started again.
//!
//! Every task that plays a client notes what it was told, in the order in which it was told. When enough has been
//! noted the server is killed in the middle of it all. Whatever was noted must be true of the next server.

#![expect(unreachable_pub, clippy::unwrap_used, reason = "a test binary has no readers but its own")]

mod aftermath;
mod client;
mod load;
mod notes;
mod process;

use process::Server;
use std::net::SocketAddr;
use tokio::task::JoinSet;

/// Sessions with a speaker and an audience.
const STAGES: usize = 8;
/// Listeners of each, before anybody comes in another language.
const LISTENERS: usize = 40;
/// The languages of those, which nobody is a newcomer in.
const FIRST_LANGUAGES: [&str; 3] = ["es", "fr", "de"];

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_kill_and_nothing_false_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = Server::start(directory.path(), free);
    let address = server.address;
    let notes = load::until_there_is_enough(address, async move || server.kill()).await;
    assert!(notes.created.len() > STAGES);

    let server = Server::start(directory.path(), address);
    let speakers = aftermath::speakers_return(address, &notes).await;
    let audiences = aftermath::listeners_return(address, &notes).await;
    aftermath::every_session_is_there(address, &notes).await;
    let mut hearing = JoinSet::new();
    for (speaker, audience) in speakers.into_iter().zip(audiences) {
        hearing.spawn(speaker.hears_the_truth(audience));
    }
    while let Some(heard) = hearing.join_next().await {
        heard.unwrap();
    }
    server.kill();
}
