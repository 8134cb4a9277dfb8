//! Redis servers that tests start, stop and kill.

use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use tempfile::TempDir;

/// How long a server may take to be there.
const WITHIN: Duration = Duration::from_secs(20);

/// One server in a folder of its own. It ends with this value, and with this process however that ends.
pub(crate) struct Server {
    pub(crate) port: u16,
    dir: TempDir,
    arguments: Vec<String>,
    ready: &'static str,
    running: Option<Running>,
}

struct Running {
    /// A shell that waits for the end of this process, and then kills the server.
    shell: Child,
    server: Pid,
}

impl Server {
    /// A server without a disk that listens on a free port, with these arguments more.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), |port, _| {
            let own = ["--port", &port.to_string(), "--save", "", "--appendonly", "no"].map(str::to_owned);
            own.into_iter().chain(arguments.iter().map(|text| (*text).to_owned())).collect()
        })
    }

    /// A server whose arguments follow from its port and its folder.
    pub(crate) fn start_in(dir: TempDir, arguments: impl Fn(u16, &Path) -> Vec<String>) -> Self {
        Self::start_until("Ready to accept connections", dir, arguments)
    }

    /// A Sentinel, or a server: it is there when it has written `ready`.
    pub(crate) fn start_until(
        ready: &'static str,
        dir: TempDir,
        arguments: impl Fn(u16, &Path) -> Vec<String>,
    ) -> Self {
        // Between the choice of a port and its use, somebody else may take it.
        for _ in 0..20 {
            let port = free_port();
            let arguments = arguments(port, dir.path());
            if let Some(running) = run(&arguments, dir.path(), ready) {
                return Self { port, dir, arguments, ready, running: Some(running) };
            }
        }
        panic!("redis-server does not start: is it installed? scripts/redis installs it");
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// As `kill -9`: what was not on its disk is gone.
    pub(crate) fn kill(&mut self) {
        if let Some(mut running) = self.running.take() {
            // Whoever has died already needs no killing.
            let _ = kill_process(running.server, Signal::KILL);
            drop(running.shell.stdin.take());
            running.shell.wait().unwrap();
        }
    }

    /// Starts it again, in the same folder and on the same port.
    pub(crate) fn restart(&mut self) {
        self.kill();
        self.running = Some(run(&self.arguments, self.dir.path(), self.ready).expect("it starts again"));
    }

    /// It stops to answer, and does not close its connections.
    pub(crate) fn freeze(&self) {
        kill_process(self.running.as_ref().unwrap().server, Signal::STOP).unwrap();
    }

    /// It goes on where it was.
    pub(crate) fn thaw(&self) {
        kill_process(self.running.as_ref().unwrap().server, Signal::CONT).unwrap();
    }

    /// What the server answers to `command`, as `redis-cli` shows it.
    pub(crate) fn cli(&self, command: &[&str]) -> String {
        let port = self.port.to_string();
        let asked = Command::new("redis-cli").args(["-p", &port]).args(command).output().unwrap();
        String::from_utf8(asked.stdout).unwrap().trim().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

fn free_port() -> u16 {
    // A Redis Cluster listens on a port 10,000 higher, too.
    loop {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        if port < 55_000 && TcpListener::bind((Ipv4Addr::LOCALHOST, port + 10_000)).is_ok() {
            return port;
        }
    }
}

/// Starts a server and waits until it has written `ready`; `None` if it ends instead.
fn run(arguments: &[String], dir: &Path, ready: &str) -> Option<Running> {
    let script = r#"redis-server "$@" & server=$!; echo "server $server"; exec 3<&0; cat <&3 >/dev/null; kill -9 $server 2>/dev/null; wait"#;
    let mut shell = Command::new("sh")
        .args(["-c", script, "redis"])
        .args(arguments)
        .current_dir(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (lines, written) = mpsc::channel();
    let output = BufReader::new(shell.stdout.take().unwrap());
    // Reads until the end, so that the server never waits for room in the pipe.
    std::thread::spawn(move || output.lines().map_while(Result::ok).for_each(|line| drop(lines.send(line))));
    let mut server = None;
    while let Ok(line) = written.recv_timeout(WITHIN) {
        if let Some(pid) = line.strip_prefix("server ") {
            server = Pid::from_raw(pid.parse().unwrap());
        }
        if line.contains(ready) {
            return Some(Running { shell, server: server? });
        }
        if line.contains("Failed listening") || line.contains("bind:") {
            break;
        }
    }
    drop(shell.stdin.take());
    shell.wait().unwrap();
    None
}

/// Asks whoever listens on `port` in the plain way, over and over, until the answer has `wanted` in it.
pub(crate) fn wait_until(port: u16, command: &str, wanted: &str) {
    let deadline = std::time::Instant::now() + WITHIN;
    let mut last = String::new();
    while std::time::Instant::now() < deadline {
        last = ask(port, command);
        if last.contains(wanted) {
            return;
        }
        std::thread::yield_now();
    }
    panic!("{command} does not say {wanted}: {last}");
}

/// The answer, or what there is of it: a Sentinel does not close the connection after it.
fn ask(port: u16, command: &str) -> String {
    let mut answer = Vec::new();
    if let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) {
        stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        let _ = stream.write_all(format!("{command}\r\nQUIT\r\n").as_bytes());
        let _ = stream.read_to_end(&mut answer);
    }
    String::from_utf8_lossy(&answer).into_owned()
}
