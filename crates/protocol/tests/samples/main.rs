//! The samples are the protocol that newcomers read, so they must be true and complete.

#![allow(clippy::unwrap_used, reason = "helpers of tests, too, may stop at what must not be")]

mod client;
mod connect;
mod golden;
mod readme;

use headcount_core::SignalKind;
use headcount_protocol::received::Received;
use headcount_protocol::{ClientMessage, ErrorCode, MessageKind};
use std::collections::BTreeSet;

/// The content of a file under `samples/`, without the line break at its end.
fn read(path: &str) -> String {
    let text = std::fs::read_to_string(golden::folder().join(path));
    let text = text.unwrap_or_else(|error| panic!("samples/{path}: {error}"));
    text.strip_suffix('\n').unwrap_or_else(|| panic!("samples/{path} must end with a line break")).to_owned()
}

/// Every JSON file there is, as a path under `samples/`.
fn files() -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    for folder in ["client", "server", "errors", "http"] {
        for entry in std::fs::read_dir(golden::folder().join(folder)).unwrap() {
            files.insert(format!("{folder}/{}", entry.unwrap().file_name().into_string().unwrap()));
        }
    }
    files
}

/// What the files of `folder` show: their names up to the first dot.
fn shown(folder: &str) -> BTreeSet<String> {
    let files = files();
    let names = files.iter().filter_map(|path| path.strip_prefix(folder)?.strip_prefix('/'));
    names.map(|name| name.split('.').next().unwrap().to_owned()).collect()
}

fn names<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.map(str::to_owned).into()
}

#[test]
fn what_the_server_writes_is_what_the_samples_show() {
    for sample in golden::samples() {
        assert_eq!(
            read(&sample.path),
            sample.json,
            "samples/{}: if this change is meant, cargo run -p headcount-protocol --example bless",
            sample.path
        );
    }
}

#[test]
fn every_action_message_and_error_has_a_sample() {
    assert_eq!(shown("client"), names(ClientMessage::ACTIONS));
    assert_eq!(
        shown("server").union(&names(["error"])).cloned().collect::<BTreeSet<_>>(),
        names(MessageKind::NAMES)
    );
    assert_eq!(shown("errors"), names(ErrorCode::ALL.map(ErrorCode::as_str)));
}

#[test]
fn there_is_no_sample_that_nothing_checks() {
    let golden = golden::samples().into_iter().map(|sample| sample.path);
    let requests =
        ["http/createSession.request.json", "http/patchSession.request.json", "http/createLink.request.json"]
            .map(str::to_owned);
    let checked: BTreeSet<_> = golden.chain(client::paths()).chain(requests).collect();
    assert_eq!(files(), checked);
}

#[test]
fn a_client_can_read_every_sample_of_the_server() {
    for sample in golden::samples().iter().filter(|sample| !sample.path.starts_with("http/")) {
        let received =
            Received::parse(&sample.json).unwrap_or_else(|error| panic!("{}: {error}", sample.path));
        // Signals are for consoles, and our clients ask for none.
        let signals = SignalKind::ALL.map(SignalKind::as_str);
        let unread = ["heartbeatAck", "playbackPaused"].iter().chain(&signals);
        let is_read = !unread.into_iter().any(|kind| sample.path.contains(kind));
        assert_eq!(!matches!(received, Received::Other { .. }), is_read, "{}", sample.path);
    }
}
