//! Runs the command, and a server to try it on.

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

/// The command with these arguments, not run yet.
pub fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_headcount"));
    command.args(args).stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub fn headcount(args: &[&str]) -> Output {
    command(args).output().unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A process that dies with the test.
pub struct Running(pub Child);

impl Running {
    pub fn start(args: &[&str]) -> Self {
        Self(command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    /// Its next lines, one after another.
    pub fn lines(&mut self) -> impl Iterator<Item = String> + use<> {
        BufReader::new(self.0.stdout.take().unwrap()).lines().map(Result::unwrap)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server that keeps nothing, and its address.
pub struct Server {
    pub url: String,
    _process: Running,
}

/// A session on it.
pub struct Session {
    pub id: String,
    pub token: String,
}

impl Server {
    pub fn start() -> Self {
        let args = [
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--in-memory",
            "--status-queries-per-second",
            "100",
            "--control-messages-per-second",
            "100",
        ];
        // Nobody reads its log; a full pipe would stop it.
        let serving = command(&args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut process = Running(serving.unwrap());
        let line = process.lines().next().unwrap();
        let url = line.strip_prefix("listening on ").unwrap().to_owned();
        Self { url, _process: process }
    }

    pub fn create_session(&self) -> Session {
        let output = headcount(&["create", &self.url, "--source-language", "en", "--json"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let created: Value = serde_json::from_slice(&output.stdout).unwrap();
        let member = |name: &str| created[name].as_str().unwrap().to_owned();
        Session { id: member("sessionId"), token: member("speakerToken") }
    }
}
