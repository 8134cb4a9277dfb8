//! `headcount serve` as a process: what it prints, how it stops, and the codes that it ends with.
#![expect(clippy::unwrap_used, reason = "a test fails where something unexpected happens")]

use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};

/// A running server, ended with the test.
struct Server {
    process: Child,
    out: BufReader<ChildStdout>,
    log: BufReader<ChildStderr>,
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        let mut process = serve(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(process.stdout.take().unwrap());
        let log = BufReader::new(process.stderr.take().unwrap());
        Self { process, out, log }
    }

    /// The address in its first line.
    fn address(&mut self) -> SocketAddr {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line.strip_prefix("listening on http://").unwrap().trim().parse().unwrap()
    }

    /// Waits until the log says `text`.
    fn logged(&mut self, text: &str) {
        let said = self.log.by_ref().lines().any(|line| line.unwrap().contains(text));
        assert!(said, "the log ended without {text:?}");
    }

    fn send(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.process), signal).unwrap();
    }

    fn code(&mut self) -> Option<i32> {
        self.process.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn serve(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_headcount"));
    command.arg("serve").args(arguments).env_clear();
    command
}

/// A WebSocket whose other end does nothing, not even answer a close frame.
fn dull_client(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET / HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    .unwrap();
    let mut status = [0; 12];
    stream.read_exact(&mut status).unwrap();
    assert_eq!(&status, b"HTTP/1.1 101");
    stream
}

const ANY_PORT: [&str; 3] = ["--in-memory", "--listen", "127.0.0.1:0"];

#[test]
fn the_first_signal_drains_and_that_is_a_success() {
    let mut server = Server::start(&ANY_PORT);
    server.address();
    server.send(Signal::TERM);
    assert_eq!(server.code(), Some(0));
}

#[test]
fn the_second_signal_ends_it_at_once() {
    for (second, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let mut server = Server::start(&[&ANY_PORT[..], &["--drain-within=1h"]].concat());
        let _client = dull_client(server.address());
        server.send(Signal::INT);
        server.logged("draining");
        server.send(second);
        assert_eq!(server.code(), Some(code));
    }
}

#[test]
fn a_reader_that_has_gone_stops_nothing() {
    for log_too in [false, true] {
        // A pipe whose reader is gone already, as with `headcount serve | true`.
        let gone = || {
            let (reader, writer) = std::io::pipe().unwrap();
            drop(reader);
            writer
        };
        let mut command = serve(&["--in-memory", "--listen", "127.0.0.1:0", "--log-format=json"]);
        command.stdout(gone()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut log = BufReader::new(process.stderr.take().unwrap());
        // Nothing was printed, so the log has to say where it is.
        let line =
            log.by_ref().lines().map(Result::unwrap).find(|line| line.contains("listening on")).unwrap();
        let address = line.split("http://").nth(1).unwrap();
        let address: SocketAddr = address[..address.find('"').unwrap()].parse().unwrap();
        let log = if log_too { None } else { Some(log) };
        drop(dull_client(address));
        kill_process(Pid::from_child(&process), Signal::TERM).unwrap();
        assert_eq!(process.wait().unwrap().code(), Some(0));
        drop(log);
    }
}

#[test]
fn a_port_that_is_taken_ends_it_with_what_to_do() {
    let mut first = Server::start(&ANY_PORT);
    let taken = first.address().to_string();
    let second = serve(&["--in-memory", "--listen", &taken]).output().unwrap();
    let said = String::from_utf8(second.stderr).unwrap();
    assert_eq!(second.status.code(), Some(69));
    assert!(said.contains(&format!("cannot listen on {taken}: another program listens there")), "{said}");
    assert!(second.stdout.is_empty());
}

#[test]
fn a_wrong_configuration_ends_it_with_every_problem() {
    let wrong = serve(&["--period=x", "--min-gap=y"]).env("HEADCOUNT_METRICS", "z").output().unwrap();
    let said = String::from_utf8(wrong.stderr).unwrap();
    assert_eq!(wrong.status.code(), Some(64));
    for place in ["3 problems", "--period", "--min-gap", "HEADCOUNT_METRICS"] {
        assert!(said.contains(place), "{said}");
    }
}

#[test]
fn a_check_prints_a_file_and_serves_nothing() {
    let checked = serve(&["--check", "--period=45s"]).env("HEADCOUNT_MIN_GAP", "2s").output().unwrap();
    let shown = String::from_utf8(checked.stdout).unwrap();
    assert_eq!(checked.status.code(), Some(0));
    let file: toml::Table = shown.parse().unwrap();
    assert_eq!((file["period"].as_str(), file["min-gap"].as_str()), (Some("45s"), Some("2s")));
    assert!(shown.contains("# HEADCOUNT_MIN_GAP"), "{shown}");
    assert!(checked.stderr.is_empty());
}
