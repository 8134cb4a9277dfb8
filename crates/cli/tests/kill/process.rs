//! The server as a process of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A running server. Dropping it kills it.
pub struct Server {
    pub address: SocketAddr,
    process: Child,
}

impl Server {
    /// Long enough for all clients of the test to come back on a busy machine, and no longer.
    const RECOVERY: &str = "5s";

    /// Starts one over `data_dir` and waits until it listens.
    pub fn start(data_dir: &Path, listen: SocketAddr) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_headcount"));
        command.arg("serve").arg("--data-dir").arg(data_dir).args(["--listen", &listen.to_string()]);
        command.args(["--recovery", Self::RECOVERY, "--min-gap", "100ms"]);
        for unlimited in [
            "sessions-per-hour",
            "connections-per-minute",
            "status-queries-per-second",
            "control-messages-per-second",
        ] {
            command.arg(format!("--{unlimited}=0"));
        }
        // The load is not read as fast as it is made; that is not what is tried here.
        command.args(["--queue-messages", "4096", "--queue-bytes", "4MiB"]);
        command.env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.strip_prefix("listening on http://").expect(&line).trim().parse().unwrap();
        Self { address, process }
    }

    /// SIGKILL, which nobody can catch; it is gone when this returns.
    pub fn kill(self) {
        drop(self);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
