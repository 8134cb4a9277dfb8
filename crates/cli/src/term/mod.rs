//! What the terminal can show, and how numbers and times are written on it.

pub(crate) mod digits;
pub(crate) mod format;

use crate::failure::Failure;
use std::io::{self, ErrorKind, IsTerminal, Write};

/// Whether standard output is a terminal that can be drawn on, not a pipe and not `TERM=dumb`.
pub(crate) fn can_draw() -> bool {
    std::io::stdout().is_terminal() && anstyle_query::term_supports_ansi_color()
}

/// Whether a line on standard error can be drawn over, for progress.
pub(crate) fn can_redraw_stderr() -> bool {
    std::io::stderr().is_terminal() && anstyle_query::term_supports_ansi_color()
}

/// How this program was called, for commands that a person can copy: it need not be on the `PATH`.
pub(crate) fn program() -> String {
    let called = std::env::args().next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+".contains(c);
    if called.is_empty() || !called.chars().all(plain) { "headcount".to_owned() } else { called }
}

/// Prints to standard output, with colours where they are wanted. A reader that has seen enough is no failure.
///
/// # Errors
/// Standard output cannot be written to for another reason, such as a full disk.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    match write(text) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(|error| Failure::local("write to standard output", &error)),
    }
}

/// Prints a line to standard error. If nobody can read it, nothing is left to be done.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// As [`print()`] for those who go on printing: the error says when to stop.
///
/// # Errors
/// Standard output cannot be written to.
pub(crate) fn write(text: &str) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
