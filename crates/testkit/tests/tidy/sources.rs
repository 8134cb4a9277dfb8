//! What every Rust file looks like: it says what it is for, it is short, nothing in it is left for later.

use crate::problem::Problem;
use crate::repository::File;

const MAX_LINES: usize = 400;

/// Words that mean "later", and what to do now. Written in two halves so that this file does not hold them.
const UNFINISHED: [(&str, &str); 5] = [
    (concat!("to", "do!("), "write it, or leave the feature out"),
    (concat!("un", "implemented!("), "write it, or leave the feature out"),
    (concat!("d", "bg!("), "remove it"),
    (concat!("#[ig", "nore"), "make the test run everywhere, or delete it"),
    (concat!("thread::", "sleep"), "wait for the event itself; inject time where time is the matter"),
];

/// Every problem of one file.
pub(crate) fn check(file: &File) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !file.text.starts_with("//! ") {
        problems.push(Problem::new(&file.path, 1, "open the file with `//! ` and what it is for"));
    }
    let lines = file.lines().count();
    if lines > MAX_LINES {
        let advice = format!("{lines} lines; split it by noun, {MAX_LINES} are the most a file may have");
        problems.push(Problem::new(&file.path, lines, advice));
    }
    for (at, line) in file.lines() {
        for (word, advice) in UNFINISHED.iter().filter(|(word, _)| line.contains(word)) {
            problems.push(Problem::new(&file.path, at, format!("`{word}`: {advice}")));
        }
    }
    problems
}

#[test]
fn a_good_file_has_no_problem() {
    assert_eq!(check(&File::new("a.rs", "//! Counts.\n\nfn count() {}\n")), []);
}

#[test]
fn a_file_that_does_not_say_what_it_is_for_is_found() {
    for text in ["", "fn count() {}\n", "// Counts.\n", "\n//! Counts.\n", "//!\n"] {
        assert_eq!(check(&File::new("a.rs", text)).len(), 1, "{text:?}");
    }
}

#[test]
fn one_line_too_many_is_found() {
    let of = |lines: usize| format!("//! Long.\n{}", "//\n".repeat(lines - 1));
    assert_eq!(check(&File::new("a.rs", of(MAX_LINES))), []);
    assert_eq!(check(&File::new("a.rs", of(MAX_LINES + 1)))[0].line, MAX_LINES + 1);
}

#[test]
fn what_is_left_for_later_is_found_with_its_line() {
    for (word, _) in UNFINISHED {
        let problems = check(&File::new("a.rs", format!("//! Later.\n\n{word}")));
        assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [3], "{word}");
    }
}
