//! The text files of the repository, as the checks see them.

use std::fs;
use std::path::Path;

/// Folders that hold what is built or fetched, not what is written.
const BUILT: [&str; 3] = ["target", "node_modules", "__pycache__"];

/// The hidden folders that are ours. Others belong to git, or to somebody's editor.
const HIDDEN: [&str; 4] = [".ci", ".cargo", ".config", ".github"];

/// One text file.
pub(crate) struct File {
    /// From the root of the repository, with `/` between its parts.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// The lines, counted from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(at, line)| (at + 1, line))
    }

    /// Whether this is a test, a bench or an example: code that no user runs.
    pub(crate) fn is_proof(&self) -> bool {
        let parts = || self.path.split('/');
        parts().any(|part| matches!(part, "tests" | "benches" | "examples" | "testkit" | "fuzz"))
            || parts().next_back().is_some_and(|name| name == "tests.rs" || name.ends_with("_tests.rs"))
    }
}

/// Everything that is written here.
pub(crate) struct Repository {
    files: Vec<File>,
}

impl Repository {
    /// Where it is.
    pub(crate) fn root() -> &'static Path {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        manifest.ancestors().nth(2).expect("crates/testkit lies two folders below the root")
    }

    /// Reads it all. Files that are not UTF-8 are pictures and the like, and are left out.
    pub(crate) fn read() -> Self {
        let mut files = Vec::new();
        walk(Self::root(), "", &mut files);
        Self { files }
    }

    pub(crate) fn files(&self) -> &[File] {
        &self.files
    }

    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    pub(crate) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    pub(crate) fn pages(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.ends_with(".md"))
    }

    /// Whether there is such a file or folder, text or not.
    pub(crate) fn contains(&self, path: &str) -> bool {
        Self::root().join(path).exists()
    }
}

fn walk(folder: &Path, prefix: &str, files: &mut Vec<File>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && is_ours(&name) => walk(&entry.path(), &path, files),
            Ok(kind) if kind.is_file() => {
                files.extend(fs::read_to_string(entry.path()).ok().map(|text| File { path, text }));
            }
            _ => {}
        }
    }
}

/// Whether a folder of that name holds what is written here.
fn is_ours(name: &str) -> bool {
    if name.starts_with('.') { HIDDEN.contains(&name) } else { !BUILT.contains(&name) }
}
