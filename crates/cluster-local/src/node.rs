//! One `headcount serve` that shares a store with others.

use crate::http;
use crate::process::{Process, READY_WITHIN, StartError, until};
use rustix::process::Signal;
use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::time::timeout;

/// How long a node may take to let its clients go.
const ENDS_WITHIN: Duration = Duration::from_secs(40);

/// A node at one address, over all its lives. Dropping it kills it.
#[derive(Debug)]
pub struct Node {
    program: PathBuf,
    arguments: Vec<String>,
    log: PathBuf,
    address: SocketAddr,
    process: Option<Process>,
}

impl Node {
    /// Starts one on a free port with the engine at `store`; it takes clients when this returns. What it logs is added
    /// to `log`.
    ///
    /// # Errors
    /// [`StartError`]
    pub async fn start(
        program: &Path,
        store: &str,
        arguments: &[String],
        log: PathBuf,
    ) -> Result<Self, StartError> {
        let mut arguments = arguments.to_vec();
        arguments.extend(["--store".to_owned(), store.to_owned()]);
        let address = (Ipv4Addr::LOCALHOST, 0).into();
        let mut node = Self { program: program.to_owned(), arguments, log, address, process: None };
        node.restart().await?;
        Ok(node)
    }

    /// Where it listens, in this life and the next.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where its log is.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Its process; `None` while it does not run.
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        self.process.as_ref().and_then(Process::id)
    }

    /// Whether it has ended by itself, or was killed by somebody else.
    pub fn has_died(&mut self) -> bool {
        self.process.as_mut().is_some_and(Process::has_ended)
    }

    /// SIGKILL, which nobody can catch; it is gone when this returns.
    ///
    /// # Errors
    /// The system's.
    pub async fn kill(&mut self) -> io::Result<()> {
        match self.process.take() {
            Some(process) => process.kill().await,
            None => Ok(()),
        }
    }

    /// SIGTERM, without waiting for what comes of it.
    pub fn ask_to_stop(&self) {
        if let Some(process) = &self.process {
            // One that has gone already needs not be asked.
            let _ = process.signal(Signal::TERM);
        }
    }

    /// SIGTERM: it lets its clients go first. How it has ended.
    ///
    /// # Errors
    /// The system's, or it did not end in time.
    pub async fn stop(&mut self) -> io::Result<ExitStatus> {
        match self.process.take() {
            Some(process) => process.stop(ENDS_WITHIN).await,
            None => Ok(ExitStatus::default()),
        }
    }

    /// Starts it again at the same address, as another life; it takes clients when this returns.
    ///
    /// # Errors
    /// [`StartError`]
    pub async fn restart(&mut self) -> Result<(), StartError> {
        const NAME: &str = "headcount serve";
        self.kill().await.map_err(|error| StartError::program(NAME, error))?;
        let mut process =
            Process::start(self.command()?).map_err(|error| StartError::program(NAME, error))?;
        let output = process.take_output().ok_or_else(|| StartError::silent(NAME, &self.log))?;
        let mut lines = BufReader::new(output).lines();
        let said = timeout(READY_WITHIN, lines.next_line()).await;
        let said = said.ok().and_then(Result::ok).flatten().unwrap_or_default();
        let address = said.strip_prefix("listening on http://").and_then(|text| text.trim().parse().ok());
        self.address = address.ok_or_else(|| StartError::silent(NAME, &self.log))?;
        self.process = Some(process);
        let ready = until(READY_WITHIN, || http::is_ready(self.address)).await;
        if ready { Ok(()) } else { Err(StartError::silent(NAME, &self.log)) }
    }

    fn command(&self) -> Result<Command, StartError> {
        let log = File::options().create(true).append(true).open(&self.log);
        let log =
            log.map_err(|error| StartError::local(format!("cannot write {}", self.log.display()), error))?;
        let mut command = Command::new(&self.program);
        command.args(["serve", "--listen", &self.address.to_string()]).args(&self.arguments);
        command.env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        Ok(command)
    }
}
