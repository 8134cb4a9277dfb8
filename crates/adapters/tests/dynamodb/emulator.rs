//! The emulator: a program of its own, one a test process, which ends with it.

use std::io::{BufRead, BufReader};
use std::path::Path;
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
    // Built here if it is not yet, so that no run of these tests can do without it.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("emulator");
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/emulator/Cargo.toml");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--locked", "--manifest-path"])
        .arg(manifest)
        .arg("--target-dir")
        .arg(&target)
        .status()
        .unwrap();
    assert!(built.success(), "the emulator does not build");
    let program = target.join("debug").join(format!("headcount-emulator{}", std::env::consts::EXE_SUFFIX));
    let mut process = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut endpoint = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut endpoint).unwrap();
    Emulator { endpoint: endpoint.trim().to_owned(), _process: process }
}
