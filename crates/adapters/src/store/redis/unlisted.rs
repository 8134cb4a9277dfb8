//! Sessions that have ended and are not in the list of those yet, because Redis went away in between.

use parking_lot::Mutex;
use std::collections::VecDeque;

/// The lines that are still to be written. Beyond [`Self::MOST`] the oldest is forgotten: its account can still be asked
/// for by name.
#[derive(Default)]
pub(super) struct Unlisted {
    lines: Mutex<VecDeque<String>>,
}

impl Unlisted {
    const MOST: usize = 256;

    pub(super) fn push(&self, line: String) {
        let mut lines = self.lines.lock();
        if lines.len() >= Self::MOST {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    pub(super) fn pop(&self) -> Option<String> {
        self.lines.lock().pop_front()
    }
}
