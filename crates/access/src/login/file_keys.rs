//! Keys from a file.

use super::key_source::{FetchError, KeySource, MAX_BYTES};
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

/// A JSON Web Key Set in a file, read anew at every refresh, so that keys can be rotated by replacing it.
#[derive(Clone, Debug)]
pub struct FileKeys {
    path: PathBuf,
}

impl FileKeys {
    /// The keys in the file at `path`.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }
}

impl KeySource for FileKeys {
    fn fetch(&self) -> Result<String, FetchError> {
        let unreadable =
            |error: std::io::Error| FetchError::Unreachable(format!("{}: {error}", self.path.display()));
        let mut text = String::new();
        let file = File::open(&self.path).map_err(unreadable)?;
        let read = file.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(unreadable)?;
        if read as u64 > MAX_BYTES { Err(FetchError::TooLarge) } else { Ok(text) }
    }
}
