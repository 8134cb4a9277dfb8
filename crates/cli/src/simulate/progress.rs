//! How things stand, once a second on standard error: drawn over on a terminal, a line each elsewhere.

use super::clock::Moment;
use super::tally::Counts;
use crate::term::{self, format};
use std::io::Write;

/// The progress line.
pub(crate) struct Progress {
    wanted: u64,
    start: Moment,
    redraws: bool,
}

impl Progress {
    /// For so many listeners, the first of them due at `start`.
    pub(crate) fn new(wanted: u64, start: Moment) -> Self {
        Self { wanted, start, redraws: term::can_redraw_stderr() }
    }

    /// Shows how things stand.
    pub(crate) fn show(&mut self, counts: &Counts) {
        let now = Moment::now();
        if now < self.start {
            return;
        }
        let line = line(counts, self.wanted, now.since(self.start).as_secs(), self.redraws);
        // A progress line that cannot be shown is no reason to stop measuring.
        let _ = if self.redraws {
            write!(anstream::stderr(), "\r\x1b[K{line}")
        } else {
            writeln!(anstream::stderr(), "{line}")
        };
    }

    /// Clears it away.
    pub(crate) fn end(&mut self) {
        if self.redraws {
            let _ = write!(anstream::stderr(), "\r\x1b[K");
        }
    }
}

fn line(counts: &Counts, wanted: u64, seconds: u64, with_bar: bool) -> String {
    const BAR: u64 = 20;
    let listening = counts.listening();
    let mut line = format!("{:>6}  ", format::stopwatch(seconds));
    if with_bar {
        let filled = usize::try_from(BAR * listening.min(wanted) / wanted.max(1)).unwrap_or_default();
        line.push_str(&format!("[{:<20}]  ", "█".repeat(filled)));
    }
    line.push_str(&format!("{} of {} listening", format::count(listening), format::count(wanted)));
    for (number, word) in [(counts.left, "left"), (counts.lost, "lost"), (counts.failed, "failed")] {
        if number > 0 {
            line.push_str(&format!(", {} {word}", format::count(number)));
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_who_is_there_and_what_went_wrong() {
        let counts = Counts { arrivals: 700, joined: 600, left: 90, lost: 10, failed: 3 };
        assert_eq!(
            line(&counts, 1_000, 75, false),
            "  1:15  500 of 1,000 listening, 90 left, 10 lost, 3 failed"
        );
        assert!(line(&counts, 1_000, 75, true).contains("[██████████          ]"));
        assert_eq!(line(&Counts::default(), 10, 0, false), "  0:00  0 of 10 listening");
    }
}
