//! Where the emulator's program is, for all tests that start one.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The program, built here if it is not yet, so that no run of these tests can do without it.
pub(crate) fn program() -> PathBuf {
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
    target.join("debug").join(format!("headcount-emulator{}", std::env::consts::EXE_SUFFIX))
}
