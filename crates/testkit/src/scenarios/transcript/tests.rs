//! Tests of the transcript.

use super::Transcript;
use crate::scenarios::Differences;
use serde_json::{Value, json};

/// A transcript with a line of each kind.
fn transcript() -> Transcript {
    let transcript = Transcript::default();
    transcript.notes("ada", "connects", &["theme=dark".into()]);
    transcript
        .hears("ada", &json!({"type": "sessionCreated", "sessionId": "golden-eagle-427", "timestamp": 5}));
    transcript.says("ben", &json!({"action": "joinSession", "sessionId": "golden-eagle-427"}));
    transcript.says_text("ben", &"x".repeat(1_000));
    transcript.is_closed("ben", Some(4_409));
    transcript.is_closed("eva", Some(1_009));
    transcript.is_refused("eve", "sessionId=golden-eagle-427", 401, &"UNAUTHORIZED".into());
    transcript
}

fn lines(transcript: &Transcript) -> Vec<Value> {
    serde_json::from_str(&transcript.to_string()).unwrap()
}

#[test]
fn what_is_said_and_heard_is_a_line_each() {
    let cut = format!("{}… (1000 bytes)", "x".repeat(40));
    assert_eq!(
        Value::Array(lines(&transcript())),
        json!([
            ["ada", "connects", "theme=dark"],
            ["ada", "hears", "sessionCreated", {"sessionId": "<session 1>", "timestamp": "<a time>"}],
            ["ben", "says", "joinSession", {"sessionId": "<session 1>"}],
            ["ben", "says the text", cut],
            ["ben", "is closed", 4_409],
            ["eva", "is closed", 1_009],
            ["eve", "is refused", "sessionId=<session 1>", 401, "UNAUTHORIZED"],
        ])
    );
}

#[test]
fn nothing_is_forgotten_but_what_may_be_otherwise() {
    let lines = lines(&transcript());
    let forgotten = |differences: Differences| {
        let changed =
            lines.iter().map(|line| (line, differences.forget(line))).filter(|(line, kept)| *line != kept);
        changed.map(|(_, kept)| kept).collect::<Vec<_>>()
    };
    assert_eq!(forgotten(Differences::default()), Vec::<Value>::new());
    let any_close_code = Differences { any_close_code: true, ..Differences::default() };
    assert_eq!(forgotten(any_close_code), [json!(["ben", "is closed"])]);
    let bare_refusals = Differences { bare_refusals: true, ..Differences::default() };
    assert_eq!(forgotten(bare_refusals), [json!(["eve", "is refused", "sessionId=<session 1>", 401])]);
}

#[test]
#[should_panic(expected = "line 1:\n  expected nothing\n     heard [\"ada\",\"connects\",\"theme=dark\"]")]
fn a_story_for_which_nothing_is_kept_fails() {
    let scratch = tempfile::tempdir().unwrap();
    transcript().compare("no_such_story", Differences::default(), scratch.path());
}
