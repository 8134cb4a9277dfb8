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
fn whether_a_server_is_well_is_in_the_exit_code() {
    let server = Server::start();
    for ask in [&["health", &server.url][..], &["health", &server.url, "--ready"]] {
        let answer = headcount(ask);
        let said: Value = serde_json::from_slice(&answer.stdout).unwrap();
        assert_eq!((answer.status.code(), said["status"].as_str()), (Some(0), Some("ok")), "{ask:?}");
    }
    let url = server.url.clone();
    drop(server);
    let answer = headcount(&["health", &url]);
    assert_eq!(answer.status.code(), Some(69));
    assert!(text(&answer.stderr).contains("could not reach"), "{}", text(&answer.stderr));
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

#[test]
fn a_report_is_written_in_each_form_and_never_over_an_older_one() {
    let server = Server::start();
    let session = server.create_session();
    let report = ["report", &server.url, "--session", &session.id, "--token", &session.token];
    let json = headcount(&report);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(
        (json["sessionId"].as_str(), json["listeners"]["peak"].as_u64()),
        (Some(session.id.as_str()), Some(0))
    );
    let csv = text(&headcount(&[&report[..], &["--format", "csv", "--table", "curve"]].concat()).stdout);
    assert!(csv.starts_with("at,listenerCount\r\n"), "{csv}");

    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("report.html");
    let page = [&report[..], &["--format", "html", "--output", file.to_str().unwrap()]].concat();
    assert_eq!(headcount(&page).status.code(), Some(0));
    assert!(std::fs::read_to_string(&file).unwrap().contains(&session.id));
    let again = headcount(&page);
    assert_eq!(again.status.code(), Some(64));
    assert!(text(&again.stderr).contains("choose another --output"));
}
