//! Everything the server can write, each once: what the golden files in `samples/` must hold, byte for byte.

#![allow(clippy::unwrap_used, reason = "helpers of tests, too, may stop at what must not be")]

mod errors;
mod http;
mod server;
mod story;

/// One golden file.
pub(crate) struct Sample {
    /// Its path under `samples/`, such as `server/sessionStatus.requested.json`: before the first dot the name of
    /// what it shows, then perhaps the variant.
    pub(crate) path: String,
    /// Its content, which the file ends with a line break.
    pub(crate) json: String,
}

/// All of them.
pub(crate) fn samples() -> Vec<Sample> {
    let story = story::Story::new();
    [server::samples(&story), errors::samples(), http::samples(&story)].into_iter().flatten().collect()
}

/// The folder of the golden files.
pub(crate) fn folder() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

/// Makes samples of `(name, json)` pairs that belong into one folder.
fn in_folder<const N: usize>(folder: &str, samples: [(&str, String); N]) -> Vec<Sample> {
    let sample = |(name, json)| Sample { path: format!("{folder}/{name}.json"), json };
    samples.map(sample).into()
}
