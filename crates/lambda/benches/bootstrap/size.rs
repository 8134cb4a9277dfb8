//! How large the function is on its way to AWS.

use crate::arguments::Arguments;
use crate::cloud::Cloud;
use crate::figures::Figures;
use std::path::Path;
use std::process::{Command, Stdio};

/// Measures it.
pub(crate) fn measure(_cloud: &Cloud, arguments: &Arguments, figures: &mut Figures) {
    let binary = &arguments.bootstrap;
    let plain = std::fs::metadata(binary).unwrap().len();
    figures.note_memory("size of the binary", Some(plain), None);
    match zipped(binary) {
        Some(bytes) => figures.note_memory("size zipped (zip -9)", Some(bytes), Some(6.0)),
        None => eprintln!("there is no `zip`, so the zipped size is left out"),
    }
}

/// The size of the archive that is uploaded.
fn zipped(binary: &Path) -> Option<u64> {
    let zip =
        Command::new("zip").args(["-9", "-q", "-j", "-"]).arg(binary).stdin(Stdio::null()).output().ok()?;
    zip.status.success().then_some(zip.stdout.len() as u64)
}
