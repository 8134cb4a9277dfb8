//! What the bench can be told.

use std::path::PathBuf;

/// What is said to whoever says something else.
pub(crate) const USAGE: &str = "usage: cargo bench -p headcount-lambda --bench bootstrap -- [OPTIONS]

  --json            print JSON instead of a table
  --only PART       measure one part: size, start, ours, others or sweep
  --bootstrap PATH  measure this binary, such as that of `cargo build --release -p headcount-lambda`
  --log             let the function write its log to standard error";

/// The command line, read.
pub(crate) struct Arguments {
    pub(crate) json: bool,
    pub(crate) only: Option<String>,
    pub(crate) bootstrap: PathBuf,
    pub(crate) log: bool,
}

impl Arguments {
    /// Reads `words`; `None` where they say something unknown.
    pub(crate) fn read(mut words: impl Iterator<Item = String>) -> Option<Self> {
        let bootstrap = PathBuf::from(env!("CARGO_BIN_EXE_bootstrap"));
        let mut arguments = Self { json: false, only: None, bootstrap, log: false };
        while let Some(word) = words.next() {
            match word.as_str() {
                "--json" => arguments.json = true,
                "--only" => arguments.only = Some(known_part(words.next()?)?),
                "--bootstrap" => arguments.bootstrap = PathBuf::from(words.next()?),
                "--log" => arguments.log = true,
                // Cargo says this to every bench.
                "--bench" => {}
                _ => return None,
            }
        }
        Some(arguments)
    }
}

fn known_part(name: String) -> Option<String> {
    crate::PARTS.iter().any(|(part, _)| *part == name).then_some(name)
}
