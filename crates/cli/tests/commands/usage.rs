//! What goes wrong: one line that says what to do, and the exit code that scripts look at.

use crate::running::{Server, headcount, text};

fn fails(args: &[&str], code: i32, words: &str) {
    let output = headcount(args);
    let complaint = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {complaint}");
    assert!(complaint.contains(words), "{args:?}: {complaint}");
    assert!(!complaint.contains("not-a-real-token"), "a token is shown: {complaint}");
}

#[test]
fn wrong_usage_is_64() {
    fails(&[], 64, "Usage");
    fails(&["status", "http://127.0.0.1:1", "--session", "eagle"], 64, "golden-eagle-427");
    fails(&["status", "http://127.0.0.1:1", "--session", "golden-eagle-427"], 64, "--token");
    fails(&["simulate-worker"], 64, "headcount simulate");
}

#[test]
fn help_and_version_are_no_failures() {
    for args in [&["--help"][..], &["--version"], &["watch", "--help"], &["man"], &["completions", "bash"]] {
        let output = headcount(args);
        assert!(output.status.success() && !output.stdout.is_empty(), "{args:?}");
    }
    assert!(text(&headcount(&["watch", "--help"]).stdout).contains("4409"));
    assert!(!text(&headcount(&["--help"]).stdout).contains("simulate-worker"));
}

#[test]
fn a_server_that_is_not_there_is_69() {
    let session = ["--session", "golden-eagle-427", "--token", "not-a-real-token"];
    for command in ["status", "watch"] {
        fails(&[&[command, "http://127.0.0.1:1"], &session[..]].concat(), 69, "connection refused");
    }
    fails(&["create", "http://127.0.0.1:1", "--source-language", "en"], 69, "connection refused");
    fails(&["demo", "--url", "http://127.0.0.1:1"], 69, "connection refused");
    let listeners = ["--listeners", "2", "--ramp", "0s", "--duration", "1s"];
    let simulate = ["simulate", "http://127.0.0.1:1", "--session", "golden-eagle-427"];
    fails(&[&simulate[..], &listeners].concat(), 69, "connection refused");
}

#[test]
fn a_refusal_is_77() {
    let server = Server::start();
    let session = server.create_session();
    fails(&["status", &server.url, "--session", &session.id, "--token", "not-a-real-token"], 77, "token");
    fails(
        &["status", &server.url, "--session", "golden-eagle-427", "--token", &session.token],
        77,
        "refused",
    );
    let speak = ["watch", &server.url, "--as-speaker", "--session", &session.id];
    fails(&[&speak[..], &["--token", "not-a-real-token"]].concat(), 77, "token");
}
