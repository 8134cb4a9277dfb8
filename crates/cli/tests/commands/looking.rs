//! `create`, `status` and `watch` against a server.

use crate::running::{Running, Server, headcount, text};
use serde_json::Value;

#[test]
fn a_new_session_can_be_looked_at_for_people_and_for_scripts() {
    let server = Server::start();
    let session = server.create_session();
    let look = ["status", &server.url, "--session", &session.id, "--token", &session.token];
    let table = text(&headcount(&look).stdout);
    assert!(table.contains(&format!("session     {}\n", session.id)), "{table}");
    assert!(table.contains("listeners   0\n"), "{table}");
    let status = headcount(&[&look[..], &["--json"]].concat());
    let status: Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!((status["type"].as_str(), status["listenerCount"].as_u64()), (Some("sessionStatus"), Some(0)));
}

#[test]
fn create_tells_people_what_to_do_next() {
    let server = Server::start();
    let shown = text(&headcount(&["create", &server.url, "--source-language", "pt_br"]).stdout);
    assert!(shown.contains(&format!("headcount watch {} --session ", server.url)), "{shown}");
}

#[test]
fn watching_in_a_pipe_prints_messages_and_leaves_the_speaker_alone() {
    let server = Server::start();
    let session = server.create_session();
    let who = ["--session", &session.id, "--token", &session.token];
    let mut speaker = Running::start(&[&["watch", &server.url, "--as-speaker", "--json"], &who[..]].concat());
    let mut heard = speaker.lines();
    let first: Value = serde_json::from_str(&heard.next().unwrap()).unwrap();
    assert!(first["audience"].is_object(), "{first}");

    let mut watcher = Running::start(&[&["watch", &server.url, "--json"], &who[..]].concat());
    for line in watcher.lines().take(2) {
        let status: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(status["updateReason"], "requested");
    }
    assert_eq!(speaker.0.try_wait().unwrap(), None, "the speaker was disconnected");

    let mut second = Running::start(&[&["watch", &server.url, "--as-speaker", "--plain"], &who[..]].concat());
    assert!(second.lines().next().unwrap().contains(" 0 "));
    assert_eq!(speaker.0.wait().unwrap().code(), Some(77), "the newer speaker wins");
}
