//! What functions write to standard output: their log, and their metrics as lines of it.

use futures_util::StreamExt;
use std::fmt;
use std::process::Stdio;
use std::sync::Arc;
use tokio::process::ChildStdout;
use tokio_util::codec::{FramedRead, LinesCodec};

/// The longest line that is passed on, in bytes. A longer one is left out.
const MAX_LINE: usize = 256 * 1_024;

/// What becomes of it. Why a function cannot start stands on standard error in any case.
#[derive(Clone)]
pub enum FunctionLog {
    /// It is thrown away.
    Discarded,
    /// Each line, without its end, is given to this. Lines are JSON; those that begin with `{"_aws"` are metrics. It
    /// must not wait.
    Each(Arc<dyn Fn(&str) + Send + Sync>),
}

impl FunctionLog {
    /// Where a process writes.
    pub(super) fn output(&self) -> Stdio {
        match self {
            Self::Discarded => Stdio::null(),
            Self::Each(_) => Stdio::piped(),
        }
    }

    /// Passes on what a process writes, until it ends.
    pub(super) async fn follow(self, output: ChildStdout) {
        let Self::Each(take) = self else { return };
        let mut lines = FramedRead::new(output, LinesCodec::new_with_max_length(MAX_LINE));
        while let Some(line) = lines.next().await {
            // A line that is too long, or no text, is left out; the next one may be better.
            if let Ok(line) = line {
                take(&line);
            }
        }
    }
}

impl fmt::Debug for FunctionLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Discarded => "Discarded",
            Self::Each(_) => "Each",
        })
    }
}
