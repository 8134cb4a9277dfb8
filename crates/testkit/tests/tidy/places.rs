//! Things that may be named in few places only: the composition roots name concrete adapters, one file reads the
//! clock, the configuration reads the environment, and core names nothing that does I/O.

use crate::problem::Problem;
use crate::repository::File;

/// What may be named where.
struct Rule {
    /// What is looked for.
    word: &'static str,
    /// Whether the rule is about this file at all.
    about: fn(&File) -> bool,
    /// Where it may be named.
    allowed: fn(&str) -> bool,
    advice: &'static str,
}

const RULES: [Rule; 8] = [
    Rule {
        word: concat!("headcount_", "adapters"),
        about: is_product,
        allowed: |path| path.starts_with("crates/adapters/") || is_module(path, "compose"),
        advice: "name concrete adapters in compose.rs only; take the port (`dyn`) here",
    },
    Rule {
        word: concat!("clippy::disallowed_", "methods"),
        about: is_product,
        allowed: |path| path == "crates/adapters/src/clock.rs" || is_module(path, "config"),
        advice: "take a Clock, or read the setting in config.rs",
    },
    in_core(concat!("std::", "fs"), "core does no I/O; add a port"),
    in_core(concat!("std::", "io"), "core does no I/O; add a port"),
    in_core(concat!("std::", "net"), "core does no I/O; add a port"),
    in_core(concat!("std::", "process"), "core does no I/O; add a port"),
    in_core(concat!("std::", "thread"), "core runs on its caller's thread"),
    in_core(concat!("Inst", "ant"), "core reads no clock; take a Timestamp"),
];

const fn in_core(word: &'static str, advice: &'static str) -> Rule {
    Rule { word, about: |file| file.path.starts_with("crates/core/src/"), allowed: |_| false, advice }
}

fn is_product(file: &File) -> bool {
    file.path.starts_with("crates/") && !file.is_proof()
}

/// Whether `path` is `crates/*/src/NAME.rs` or lies in the folder beside it.
fn is_module(path: &str, name: &str) -> bool {
    let inner = path.split_once("/src/").map_or("", |(_, inner)| inner);
    inner.strip_prefix(name).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

/// Every problem of one file.
pub(crate) fn check(file: &File) -> Vec<Problem> {
    let rules = RULES.iter().filter(|rule| (rule.about)(file) && !(rule.allowed)(&file.path));
    rules
        .flat_map(|rule| {
            file.lines()
                .filter(|(_, line)| !line.trim_start().starts_with("//") && names(line, rule.word))
                .map(|(at, _)| Problem::new(&file.path, at, format!("`{}`: {}", rule.word, rule.advice)))
        })
        .collect()
}

/// Whether `line` has `word` in it, whole.
fn names(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word)
        .any(|(at, _)| !line[..at].ends_with(is_part) && !line[at + word.len()..].starts_with(is_part))
}

#[test]
fn each_rule_finds_its_word_and_lets_go_of_its_places() {
    let line_of = |path: &str, word: &str| check(&File::new(path, format!("//! A file.\nuse {word}::x;\n")));
    for (word, bad, good) in [
        (RULES[0].word, "crates/server/src/app.rs", "crates/server/src/compose.rs"),
        (RULES[0].word, "crates/server/src/http/compose.rs", "crates/server/src/compose/store.rs"),
        (RULES[0].word, "crates/core/src/ports.rs", "crates/server/tests/socket.rs"),
        (RULES[1].word, "crates/access/src/login.rs", "crates/adapters/src/clock.rs"),
        (RULES[1].word, "crates/adapters/src/timer/clock.rs", "crates/cli/src/config/env.rs"),
        (RULES[2].word, "crates/core/src/session.rs", "crates/server/src/tls.rs"),
        (RULES[7].word, "crates/core/src/session.rs", "crates/server/src/ws.rs"),
    ] {
        assert_eq!(line_of(bad, word).iter().map(|problem| problem.line).collect::<Vec<_>>(), [2], "{bad}");
        assert_eq!(line_of(good, word), [], "{good}");
    }
}

#[test]
fn only_whole_words_in_code_count() {
    assert!(names("use std::io::Read;", "std::io"));
    assert!(!names("use std::iota;", "std::io"));
    assert!(!names("let instant = 1; InstantNoodles", "Instant"));
    let text = "//! About std::fs.\n    // std::fs is not used.\n";
    assert_eq!(check(&File::new("crates/core/src/a.rs", text)), []);
}
