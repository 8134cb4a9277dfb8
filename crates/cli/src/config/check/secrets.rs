//! Reading secrets from the environment or from files.

use crate::config::Setting;
use crate::config::reader::Reader;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// More than any secret needs.
const MAX_BYTES: u64 = 64 * 1_024;

/// The secret that `value` holds or that is in the file that `file` names, without the end of its last line.
/// With it comes the setting to be named if it is wrong.
pub(super) fn read<'a>(
    reader: &mut Reader,
    value: &'a Setting,
    file: &'a Setting,
) -> Option<(Vec<u8>, &'a Setting)> {
    match (reader.text(value), reader.path(file)) {
        (None, None) => None,
        (Some(text), None) => Some((text.into_bytes(), value)),
        (None, Some(path)) => match bytes(&path) {
            Ok(bytes) => {
                warn_if_readable_by_others(reader, file, &path);
                Some((without_line_end(bytes), file))
            }
            Err(text) => {
                reader.problem(file, format!("{} {text}", path.display()));
                None
            }
        },
        (Some(_), Some(_)) => {
            let text = format!("is given beside {}; leave one of them out", reader.place(value));
            reader.problem(file, text);
            None
        }
    }
}

/// The same as text.
pub(super) fn read_text<'a>(
    reader: &mut Reader,
    value: &'a Setting,
    file: &'a Setting,
) -> Option<(String, &'a Setting)> {
    let (bytes, place) = read(reader, value, file)?;
    match String::from_utf8(bytes) {
        Ok(text) => Some((text, place)),
        Err(_) => {
            reader.problem(place, "it is not UTF-8 text");
            None
        }
    }
}

/// The text of the file at `path`, which `setting` names.
///
/// # Errors
/// It cannot be used; the text says why.
pub(super) fn read_file(reader: &mut Reader, setting: &Setting, path: &Path) -> Result<String, String> {
    let bytes = bytes(path).map_err(|text| format!("{} {text}", path.display()))?;
    warn_if_readable_by_others(reader, setting, path);
    String::from_utf8(bytes).map_err(|_| format!("{} is not UTF-8 text", path.display()))
}

/// Warns if the permissions of a secret's file let all users of the machine read it. A file that is not there is
/// somebody else's complaint.
pub(super) fn warn_if_readable_by_others(reader: &mut Reader, setting: &Setting, path: &Path) {
    const READ_BY_OTHERS: u32 = 0o004;
    let mode = path.metadata().map_or(0, |metadata| metadata.permissions().mode());
    if mode & READ_BY_OTHERS != 0 {
        reader
            .warn(setting, format!("every user of this machine can read {0}; chmod 600 {0}", path.display()));
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    let length = file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    match length as u64 {
        0 => Err("is empty".to_owned()),
        1..=MAX_BYTES => Ok(bytes),
        _ => Err("is larger than 64 KiB, so it is not a secret".to_owned()),
    }
}

fn without_line_end(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.ends_with(b"\n") {
        bytes.pop();
    }
    if bytes.ends_with(b"\r") {
        bytes.pop();
    }
    bytes
}
