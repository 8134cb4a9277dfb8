//! What will not arrive any more, one JSON object a line, for people to look at and to send again by hand.

use crate::outbox::Letter;
use headcount_core::Timestamp;
use parking_lot::Mutex;
use serde::Serialize;
use serde_json::value::RawValue;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

/// How long the file may be. One that is longer is moved aside (`.1`), over the one that was moved aside before.
const MAX_BYTES: u64 = 16 * 1_024 * 1_024;

/// The file of the letters that were given up.
pub(super) struct DeadLetters {
    /// `None` where nothing is kept on disk.
    file: Option<PathBuf>,
    max_bytes: u64,
    /// One writes at a time.
    writing: Mutex<()>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    given_up_at: u64,
    target: usize,
    why: &'a str,
    letter: &'a RawValue,
}

impl DeadLetters {
    pub(super) fn new(file: Option<PathBuf>) -> Self {
        Self { file, max_bytes: MAX_BYTES, writing: Mutex::default() }
    }

    /// Writes `letter` down. Blocks.
    ///
    /// # Errors
    /// What the operating system said. The letter is lost then.
    pub(super) fn add(
        &self,
        target: usize,
        letter: &Letter,
        why: &str,
        now: Timestamp,
    ) -> std::io::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let body: &RawValue = serde_json::from_str(&letter.body)?;
        let mut line = serde_json::to_vec(&Line { given_up_at: now.as_millis(), target, why, letter: body })?;
        line.push(b'\n');
        let _writing = self.writing.lock();
        self.make_room(file, line.len() as u64)?;
        open(file)?.write_all(&line)
    }

    fn make_room(&self, file: &Path, more: u64) -> std::io::Result<()> {
        let length = file.metadata().map_or(0, |metadata| metadata.len());
        if length == 0 || length + more <= self.max_bytes {
            return Ok(());
        }
        let mut aside = file.to_owned().into_os_string();
        aside.push(".1");
        std::fs::rename(file, aside)
    }
}

/// Readable to its owner only: it holds what the receivers were meant to get.
fn open(file: &Path) -> std::io::Result<std::fs::File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_moved_aside_once_it_is_long() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("dead.jsonl");
        let dead = DeadLetters { max_bytes: 200, ..DeadLetters::new(Some(file.clone())) };
        let at = Timestamp::from_millis(7);
        for sequence in 1..=5 {
            let body = format!(r#"{{"sequence":{sequence}}}"#).into();
            let letter = Letter {
                target: "t".into(),
                sequence,
                delivery: "d".into(),
                is_status: false,
                created_at: at,
                body,
            };
            dead.add(1, &letter, "answered 404", at).unwrap();
        }
        let now = std::fs::read_to_string(&file).unwrap();
        let before = std::fs::read_to_string(directory.path().join("dead.jsonl.1")).unwrap();
        assert_eq!(
            now,
            "{\"givenUpAt\":7,\"target\":1,\"why\":\"answered 404\",\"letter\":{\"sequence\":5}}\n"
        );
        assert_eq!(before.lines().count(), 2);
    }
}
