//! DynamoDB: a program of its own, which ends with us. It holds its tables in memory.

use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::timeout;

/// How long it may take to say where it listens.
const START_WITHIN: Duration = Duration::from_secs(10);

/// The emulator under way. It is killed when this is dropped.
pub(crate) struct Emulator {
    process: Child,
    /// It ends when this does, so it cannot outlive us, however we end.
    _lifeline: Option<ChildStdin>,
    endpoint: String,
}

impl Emulator {
    /// Starts `program`, which says on its first line where it listens.
    pub(crate) async fn start(program: &Path) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        // A Ctrl-C in the terminal is for us; we end it ourselves.
        #[cfg(unix)]
        command.process_group(0);
        let mut process = command.spawn()?;
        let lifeline = process.stdin.take();
        let output = process.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut endpoint = String::new();
        let said = timeout(START_WITHIN, BufReader::new(output).read_line(&mut endpoint)).await;
        said.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        let endpoint = endpoint.trim().to_owned();
        if !endpoint.starts_with("http://") {
            return Err(io::Error::other("it did not say where it listens"));
        }
        Ok(Self { process, _lifeline: lifeline, endpoint })
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Waits for its end, which should not come before ours.
    pub(crate) async fn ended(&mut self) {
        // An error says that it is gone already.
        let _ = self.process.wait().await;
    }

    /// Ends it.
    pub(crate) async fn end(mut self) {
        let _ = self.process.kill().await;
    }
}
