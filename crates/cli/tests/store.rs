//! `headcount serve` over a directory that it must not touch: it says why, ends, and leaves everything as it is.
#![expect(clippy::unwrap_used, reason = "a test fails where something unexpected happens")]

use rustix::process::{Pid, Signal, kill_process};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

const DATABASE: &str = "headcount.db";
/// Where SQLite keeps `user_version`, in which the format of the database is noted (SQLite's "Database File Format",
/// section 1.3): four bytes, the highest first.
const USER_VERSION: std::ops::Range<usize> = 60..64;
/// SQLite's first page, which says how to read the others.
const FIRST_PAGE: usize = 4_096;

fn serve(data_dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_headcount"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(data_dir).env_clear();
    command
}

/// A server that listens. It is told to stop when the test has seen enough.
struct Running(Child);

impl Running {
    fn start(data_dir: &Path) -> Self {
        let mut process = serve(data_dir).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("listening on "), "{line}");
        Self(process)
    }

    fn stop(mut self) {
        kill_process(Pid::from_child(&self.0), Signal::TERM).unwrap();
        assert_eq!(self.0.wait().unwrap().code(), Some(0));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already, unless the test fails.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A directory with a database that is in order, apart from what `damage` does to it.
fn damaged(damage: impl FnOnce(&mut Vec<u8>)) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    Running::start(directory.path()).stop();
    let file = directory.path().join(DATABASE);
    let mut bytes = std::fs::read(&file).unwrap();
    damage(&mut bytes);
    std::fs::write(&file, bytes).unwrap();
    directory
}

/// Every file there, to the byte.
fn content(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = std::fs::read_dir(directory).unwrap().map(Result::unwrap);
    files.map(|file| (file.file_name().into_string().unwrap(), std::fs::read(file.path()).unwrap())).collect()
}

/// Starts a server that must refuse with all of `words`, and with the code for what is not there to be used.
#[track_caller]
fn refuses(directory: &Path, words: &[&str]) {
    let refused = serve(directory).output().unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    let last = said.lines().last().unwrap();
    assert_eq!(refused.status.code(), Some(69), "{said}");
    assert!(refused.stdout.is_empty(), "it says that it listens");
    assert!(last.starts_with("headcount: ") && last.contains(DATABASE), "{said}");
    for word in words {
        assert!(last.contains(word), "{word:?} is not in {last:?}");
    }
}

#[test]
fn two_servers_do_not_share_a_directory() {
    let directory = tempfile::tempdir().unwrap();
    let first = Running::start(directory.path());
    refuses(directory.path(), &["in use by another process", "stop the other server"]);
    first.stop();
    Running::start(directory.path()).stop();
}

#[test]
fn a_damaged_database_is_left_as_it_is() {
    for damage in [
        |bytes: &mut Vec<u8>| bytes[FIRST_PAGE..].fill(0xa5),
        |bytes: &mut Vec<u8>| bytes.fill(b'x'),
        |bytes: &mut Vec<u8>| bytes.truncate(FIRST_PAGE + 1_000),
    ] {
        let directory = damaged(damage);
        let before = content(directory.path());
        refuses(directory.path(), &["damaged", "left as it is", "backup"]);
        assert!(content(directory.path()) == before, "a file was changed, made or removed");
    }
}

#[test]
fn a_database_of_a_later_version_is_left_as_it_is() {
    let directory = damaged(|bytes| bytes[USER_VERSION].copy_from_slice(&999_u32.to_be_bytes()));
    let before = content(directory.path());
    refuses(directory.path(), &["later version", "format 999", "run that version"]);
    assert!(content(directory.path()) == before, "a file was changed, made or removed");
}
