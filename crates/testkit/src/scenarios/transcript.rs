//! What was said and heard in a story, a line each, with masks for what differs from run to run.

use super::masks::Masks;
use super::stage::Differences;
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::{fmt, fs};

/// Longer texts are told by their beginning and their length.
const LONG: usize = 120;

/// The service closed a connection: with this code.
const IS_CLOSED: &str = "is closed";

/// A message was beyond the hard limit (RFC 6455 §7.4.1).
const TOO_BIG: u16 = 1_009;

/// The service refused an upgrade: this query, with this status and this code of ours.
const IS_REFUSED: &str = "is refused";

/// The lines so far.
#[derive(Debug, Default)]
pub(super) struct Transcript(Mutex<Written>);

#[derive(Debug, Default)]
struct Written {
    lines: Vec<Value>,
    masks: Masks,
}

impl Transcript {
    /// `who` sends `message`.
    pub(super) fn says(&self, who: &str, message: &Value) {
        let (kind, rest) = parted(message, "action");
        self.add(json!([who, "says", kind, rest]));
    }

    /// `who` sends `text`, which is no message.
    pub(super) fn says_text(&self, who: &str, text: &str) {
        let length = text.len();
        let beginning = if length > LONG { text.get(..40).unwrap_or_default() } else { text };
        let shown = if length > LONG { format!("{beginning}… ({length} bytes)") } else { text.to_owned() };
        self.add(json!([who, "says the text", shown]));
    }

    /// `who` is sent `message`.
    pub(super) fn hears(&self, who: &str, message: &Value) {
        self.0.lock().masks.learn(message);
        let (kind, rest) = parted(message, "type");
        self.add(json!([who, "hears", kind, rest]));
    }

    /// `who` is closed with this code, or with none.
    pub(super) fn is_closed(&self, who: &str, code: Option<u16>) {
        self.add(json!([who, IS_CLOSED, code]));
    }

    /// `who` is not let in with this query.
    pub(super) fn is_refused(&self, who: &str, query: &str, status: u16, code: &Value) {
        self.add(json!([who, IS_REFUSED, query, status, code]));
    }

    /// `who` does something, or has it done to them.
    pub(super) fn notes(&self, who: &str, what: &str, with: &[Value]) {
        let mut line = vec![who.into(), what.into()];
        line.extend_from_slice(with);
        self.add(Value::Array(line));
    }

    /// A name that differs from run to run, although no message has brought it.
    pub(super) fn knows(&self, member: &str, value: &str) {
        self.0.lock().masks.learn(&json!({ member: value }));
    }

    fn add(&self, line: Value) {
        let mut written = self.0.lock();
        let line = written.masks.apply(&line);
        written.lines.push(line);
    }

    /// Compares the lines with those that are kept for `story`, as far as the two may be compared.
    ///
    /// # Panics
    /// If they differ, or none are kept. What was heard is then in a file below `scratch`, for whoever finds that it
    /// is what the contract says.
    pub(super) fn compare(&self, story: &str, differences: Differences, scratch: &Path) {
        let kept = kept_lines(story);
        let lines = self.0.lock().lines.clone();
        let shown = |lines: &[Value]| lines.iter().map(|line| differences.forget(line)).collect::<Vec<_>>();
        let (expected, heard) = (shown(&kept), shown(&lines));
        if let Some(at) = (0..expected.len().max(heard.len())).find(|at| expected.get(*at) != heard.get(*at))
        {
            let line = |of: &[Value]| of.get(at).map_or_else(|| "nothing".to_owned(), Value::to_string);
            panic!(
                "{story}, line {}:\n  expected {}\n     heard {}\nall that was heard is in {}",
                at + 1,
                line(&expected),
                line(&heard),
                self.write(story, scratch).display()
            );
        }
    }

    fn write(&self, story: &str, scratch: &Path) -> PathBuf {
        let path = scratch.join(format!("{story}.json"));
        let written = fs::create_dir_all(scratch).and_then(|()| fs::write(&path, self.to_string()));
        written.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        path
    }
}

/// A JSON array with a line of its own for every item.
impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.0.lock().lines.iter().map(Value::to_string).collect();
        writeln!(f, "[\n{}\n]", lines.join(",\n"))
    }
}

impl Differences {
    /// `line` without what may be otherwise.
    fn forget(self, line: &Value) -> Value {
        let parts = line.as_array().map(Vec::as_slice).unwrap_or_default();
        let kept = match parts.get(1).and_then(Value::as_str) {
            Some(IS_CLOSED) if self.any_close_code && parts.get(2) != Some(&TOO_BIG.into()) => 2,
            Some(IS_REFUSED) if self.bare_refusals => 4,
            _ => parts.len(),
        };
        parts.iter().take(kept).cloned().collect()
    }
}

/// The lines that are kept for a story. None, if there is no such file.
fn kept_lines(story: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(format!("{story}.json"));
    let Ok(text) = fs::read_to_string(&path) else { return Vec::new() };
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What a message is called, and the rest of it.
fn parted(message: &Value, called: &str) -> (Value, Value) {
    let mut rest = message.clone();
    let name = rest.as_object_mut().and_then(|members| members.remove(called));
    (name.unwrap_or(Value::Null), rest)
}

#[cfg(test)]
mod tests;
