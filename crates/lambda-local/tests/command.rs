//! The command, as a person meets it who has something wrong. With all that it needs, it is played by the tests of the
//! function (`crates/lambda/tests/stack`), where that is built.

#![allow(clippy::unwrap_used, reason = "a test fails where it finds an error")]

use std::process::Command;

/// The exit code and what is said on standard error.
fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_lambda-local")).args(arguments).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn what_is_not_there_is_named() {
    let place = ["--listen", "127.0.0.1:0", "--emulator", "/nowhere/emulator"];
    let (code, said) = run(&place);
    assert_eq!(code, Some(69), "{said}");
    assert!(said.starts_with("lambda-local: the emulator /nowhere/emulator did not start: "), "{said}");
}

#[test]
fn a_wrong_command_line_is_told_before_anything_starts() {
    for (arguments, part) in [
        (&["--set", "NoSuchParameter=1"][..], "there is no parameter NoSuchParameter"),
        (&["--speaker-auth", "hs256"], "--speaker-secret-file"),
        (&["--speaker-auth", "hs256", "--speaker-secret-file", "/nowhere/secret"], "/nowhere/secret: "),
        (&["--sweep-every", "0s"], "500ms"),
    ] {
        let (code, said) = run(&[&["--listen", "127.0.0.1:0"], arguments].concat());
        assert_eq!(code, Some(64), "{said}");
        assert!(said.contains(part), "{part:?} is not in {said}");
    }
}
