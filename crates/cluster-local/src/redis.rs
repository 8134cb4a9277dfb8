//! A Redis (or Valkey) of our own, which keeps nothing on disk.

use crate::process::{Process, READY_WITHIN, StartError, until};
use rustix::process::Signal;
use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;

/// The programs that will do, the first that is there.
const PROGRAMS: [&str; 2] = ["redis-server", "valkey-server"];

/// How long it may take to end.
const ENDS_WITHIN: Duration = Duration::from_secs(10);

/// One server on a port of loopback. Dropping it kills it.
#[derive(Debug)]
pub struct Redis {
    program: &'static str,
    address: SocketAddr,
    folder: TempDir,
    process: Option<Process>,
}

impl Redis {
    /// Starts one on a free port; it answers when this returns.
    ///
    /// # Errors
    /// [`StartError`]: there is none, or it does not answer.
    pub async fn start() -> Result<Self, StartError> {
        let mut folder = tempfile::tempdir()
            .map_err(|error| StartError::local("cannot make a folder for Redis", error))?;
        let address = free_address().map_err(|error| StartError::local("there is no free port", error))?;
        for program in PROGRAMS {
            let mut redis = Self { program, address, folder, process: None };
            match redis.restart().await {
                Err(StartError::Program { error, .. }) if error.kind() == io::ErrorKind::NotFound => {
                    folder = redis.folder;
                }
                Err(error) => return Err(error),
                Ok(()) => return Ok(redis),
            }
        }
        Err(StartError::NoRedis)
    }

    /// Its address, as `headcount serve --store` takes it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process; `None` while it does not run.
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        self.process.as_ref().and_then(Process::id)
    }

    /// SIGKILL. All that it held is lost.
    ///
    /// # Errors
    /// The system's.
    pub async fn kill(&mut self) -> io::Result<()> {
        match self.process.take() {
            Some(process) => process.kill().await,
            None => Ok(()),
        }
    }

    /// SIGTERM. All that it held is lost, too: it keeps nothing on disk.
    ///
    /// # Errors
    /// The system's, or it did not end.
    pub async fn stop(&mut self) -> io::Result<()> {
        match self.process.take() {
            Some(process) => process.stop(ENDS_WITHIN).await.map(drop),
            None => Ok(()),
        }
    }

    /// Starts it again at the same address, empty.
    ///
    /// # Errors
    /// [`StartError`]
    pub async fn restart(&mut self) -> Result<(), StartError> {
        self.kill().await.map_err(|error| StartError::program(self.program, error))?;
        self.process =
            Some(Process::start(self.command()?).map_err(|error| StartError::program(self.program, error))?);
        let answers = until(READY_WITHIN, || async { self.answers().await.unwrap_or(false) }).await;
        if answers { Ok(()) } else { Err(StartError::silent(self.program, &self.log())) }
    }

    /// SIGSTOP: its connections stay open, and nothing answers.
    ///
    /// # Errors
    /// The system's.
    pub fn freeze(&self) -> io::Result<()> {
        self.process.as_ref().map_or(Ok(()), |process| process.signal(Signal::STOP))
    }

    /// SIGCONT: it goes on where it was.
    ///
    /// # Errors
    /// The system's.
    pub fn thaw(&self) -> io::Result<()> {
        self.process.as_ref().map_or(Ok(()), |process| process.signal(Signal::CONT))
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("redis.log")
    }

    fn command(&self) -> Result<Command, StartError> {
        let log = File::options().create(true).append(true).open(self.log());
        let log = log.map_err(|error| StartError::local("cannot write the log of Redis", error))?;
        let mut command = Command::new(self.program);
        command.arg("--port").arg(self.address.port().to_string());
        command.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"]);
        command.arg("--dir").arg(self.folder.path());
        command.stdin(Stdio::null()).stdout(log).stderr(Stdio::null());
        Ok(command)
    }

    /// Whether it answers a PING.
    async fn answers(&self) -> io::Result<bool> {
        let mut stream = TcpStream::connect(self.address).await?;
        stream.write_all(b"PING\r\n").await?;
        let mut answer = [0; 5];
        stream.read_exact(&mut answer).await?;
        Ok(&answer == b"+PONG")
    }
}

/// An address that nobody listens on. Somebody else may take it before we do; then Redis says so, and does not start.
fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}
