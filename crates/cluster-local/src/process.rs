//! A program that runs beside us, and ends with us.

use rustix::process::{Pid, Signal, kill_process};
use std::io;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;
use tokio::process::{Child, ChildStdout, Command};

/// How long a program may take until it answers. A busy machine is slow, one that is not there never comes.
pub(crate) const READY_WITHIN: Duration = Duration::from_secs(30);

/// Why a part of the cluster did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is neither a `redis-server` nor a `valkey-server`.
    #[error(
        "there is no redis-server and no valkey-server here; install one (Debian: apt-get install redis-server, macOS: \
         brew install redis)"
    )]
    NoRedis,
    /// A program cannot be started, or it was and cannot be talked to.
    #[error("{program} did not start: {error}")]
    Program {
        /// Which.
        program: String,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// A program has ended, or it does not answer in time. Its last words are with it.
    #[error("{program} does not answer{said}")]
    Silent {
        /// Which.
        program: String,
        /// The end of its log, on lines of its own.
        said: String,
    },
    /// An address cannot be listened on, or a folder not be made.
    #[error("{what}: {error}")]
    Local {
        /// What was tried.
        what: String,
        /// Why it failed.
        #[source]
        error: io::Error,
    },
}

impl StartError {
    pub(crate) fn program(program: &str, error: io::Error) -> Self {
        Self::Program { program: program.to_owned(), error }
    }

    pub(crate) fn local(what: impl Into<String>, error: io::Error) -> Self {
        Self::Local { what: what.into(), error }
    }

    /// With the last lines of the log at `log`.
    pub(crate) fn silent(program: &str, log: &Path) -> Self {
        const LAST: usize = 5;
        let text = std::fs::read_to_string(log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let last = &lines[lines.len().saturating_sub(LAST)..];
        let said = last.iter().map(|line| format!("\n  {line}")).collect();
        Self::Silent { program: program.to_owned(), said }
    }
}

/// A process of ours. Dropping it kills it.
#[derive(Debug)]
pub(crate) struct Process(Child);

impl Process {
    /// Starts `command`, out of reach of a Ctrl-C in the terminal: we end it ourselves.
    pub(crate) fn start(mut command: Command) -> io::Result<Self> {
        command.process_group(0).kill_on_drop(true).spawn().map(Self)
    }

    /// Its id; `None` once it has ended.
    pub(crate) fn id(&self) -> Option<u32> {
        self.0.id()
    }

    pub(crate) fn take_output(&mut self) -> Option<ChildStdout> {
        self.0.stdout.take()
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }

    /// Sends a signal; one that has ended gets none.
    pub(crate) fn signal(&self, signal: Signal) -> io::Result<()> {
        let pid = self.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        pid.map_or(Ok(()), |pid| Ok(kill_process(pid, signal)?))
    }

    /// SIGKILL; it is gone when this returns.
    pub(crate) async fn kill(mut self) -> io::Result<()> {
        self.0.kill().await
    }

    /// SIGTERM, and SIGKILL for one that has not gone within `patience`: an error.
    pub(crate) async fn stop(mut self, patience: Duration) -> io::Result<ExitStatus> {
        self.signal(Signal::TERM)?;
        if let Ok(ended) = tokio::time::timeout(patience, self.0.wait()).await {
            return ended;
        }
        self.0.kill().await?;
        Err(io::Error::new(io::ErrorKind::TimedOut, "it did not end when it was told to, and was killed"))
    }
}

/// Tries until `works` or `patience` is over; says which.
pub(crate) async fn until<F: Future<Output = bool>>(
    patience: Duration,
    mut works: impl FnMut() -> F,
) -> bool {
    const EVERY: Duration = Duration::from_millis(20);
    let trying = async {
        while !works().await {
            tokio::time::sleep(EVERY).await;
        }
    };
    tokio::time::timeout(patience, trying).await.is_ok()
}
