//! The newcomer's first minute, cut short.

use crate::running::{headcount, text};

#[test]
fn the_demo_shows_an_audience_and_why_the_speaker_is_told() {
    let output = headcount(&["demo", "--for", "4s", "--seed", "7", "--listeners", "20"]);
    let shown = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    for part in [
        "headcount watch http://127.0.0.1:",
        "8 listeners arrive: es, fr, de",
        "newLanguage",
        "es 3",
        "The demo is over",
    ] {
        assert!(shown.contains(part), "{part:?} in\n{shown}");
    }
    assert!(!shown.contains('\u{1b}'), "colours in a pipe");
}
