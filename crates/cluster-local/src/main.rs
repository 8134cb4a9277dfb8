//! The `cluster-local` command: a cluster for a look, until somebody stops it.

mod args;
mod welcome;

use args::Args;
use headcount_cluster_local::{Cluster, Node};
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tokio::signal::unix::{SignalKind, signal};

/// Exit codes as `sysexits.h` of BSD names them: `EX_USAGE`, `EX_UNAVAILABLE`.
const USAGE: u8 = 64;
const UNAVAILABLE: u8 = 69;

/// How often we look whether the nodes are still there.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// When one that has ended is started again: after its lease, so that all of what its end does can be seen.
const START_AGAIN_AFTER: Duration = Duration::from_secs(20);

fn main() -> ExitCode {
    let args = match Args::read() {
        Ok(args) => args,
        Err(exit) => return exit,
    };
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime.block_on(run(&args)),
        Err(error) => complain(&error.to_string()),
    }
}

async fn run(args: &Args) -> ExitCode {
    // Before anything is started that would have to be stopped.
    let stopped = match stop_signal() {
        Ok(stopped) => stopped,
        Err(error) => return complain(&error.to_string()),
    };
    let started = match args.settings() {
        Ok(settings) => Cluster::start(settings).await,
        Err(problem) => return complain(&problem),
    };
    let mut cluster = match started {
        Ok(cluster) => cluster,
        Err(error) => return complain(&error.to_string()),
    };
    // If nobody reads it, it runs all the same.
    let _ = print(&welcome::text(&cluster));
    tokio::select! {
        () = stopped => {}
        () = look_after(&mut cluster.nodes) => {}
    }
    let _ = print("\nStopping: the nodes let their clients go, which takes a few seconds.\n");
    cluster.stop().await;
    ExitCode::SUCCESS
}

/// Says when a node ends, and starts it again later.
async fn look_after(nodes: &mut [Node]) {
    let mut gone: Vec<Option<Instant>> = vec![None; nodes.len()];
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        for ((node, gone), number) in nodes.iter_mut().zip(&mut gone).zip(1..) {
            match *gone {
                None if node.has_died() => {
                    let again = START_AGAIN_AFTER.as_secs();
                    let _ = print(&format!("Node {number} is gone. It is started again in {again} s.\n"));
                    *gone = Some(Instant::now());
                }
                Some(since) if since.elapsed() >= START_AGAIN_AFTER => {
                    *gone = None;
                    let _ = print(&match node.restart().await {
                        Ok(()) => format!("Node {number} is back: {}\n", welcome::node(node)),
                        Err(error) => format!("Node {number} does not come back: {error}\n"),
                    });
                }
                _ => {}
            }
        }
    }
}

/// Waits for SIGINT or SIGTERM, which from now on no longer end the process by themselves.
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

fn print(text: &str) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

fn complain(what: &str) -> ExitCode {
    let _ = writeln!(anstream::stderr(), "cluster-local: {what}");
    ExitCode::from(UNAVAILABLE)
}
