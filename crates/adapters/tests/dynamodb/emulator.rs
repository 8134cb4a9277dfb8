//! The emulator: a program of its own, one a test process, which ends with it.

#[path = "emulator_program.rs"]
mod program;

use program::program;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

struct Emulator {
    endpoint: String,
    /// Its standard input stays open for as long as this process lives.
    _process: Child,
}

/// Where the emulator of this process listens.
pub(crate) fn endpoint() -> &'static str {
    static EMULATOR: LazyLock<Emulator> = LazyLock::new(start);
    &EMULATOR.endpoint
}

fn start() -> Emulator {
    let mut process = Command::new(program())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut endpoint = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut endpoint).unwrap();
    Emulator { endpoint: endpoint.trim().to_owned(), _process: process }
}
