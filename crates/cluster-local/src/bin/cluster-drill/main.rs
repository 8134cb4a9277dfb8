//! The `cluster-drill` command: lets things go wrong in a cluster, and measures what the speaker and the audience see.

mod args;
mod clock;
mod drills;
mod figures;
mod fleet;
mod pipe;
mod places;
mod speaker;
mod stage;
mod table;
mod truth;
mod watcher;
mod worker;

use args::Args;
use figures::Figures;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::io::{self, Write};
use std::process::ExitCode;

/// Exit codes; the last two as `sysexits.h` of BSD names them: `EX_USAGE`, `EX_UNAVAILABLE`.
const NOT_AS_IT_SHOULD_BE: u8 = 1;
const USAGE: u8 = 64;
const UNAVAILABLE: u8 = 69;

fn main() -> ExitCode {
    allow_descriptors();
    let is_worker = std::env::args().nth(1).is_some_and(|first| first == args::WORKER);
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return complain(UNAVAILABLE, &error.to_string()),
    };
    if is_worker {
        let done = runtime.block_on(worker::run());
        // Reading standard input cannot be interrupted; waiting for it would keep a finished worker alive.
        runtime.shutdown_background();
        return done.map_or_else(|error| complain(UNAVAILABLE, &error.to_string()), |()| ExitCode::SUCCESS);
    }
    match Args::read() {
        Ok(args) => runtime.block_on(run(&args)),
        Err(exit) => exit,
    }
}

async fn run(args: &Args) -> ExitCode {
    let mut held = Vec::new();
    for drill in args.drills() {
        let _ = writeln!(io::stderr(), "{} with {} listeners …", drill.name(), args.listeners);
        match drills::hold(drill, args).await {
            Ok(figures) => held.push(figures),
            Err(trouble) => return complain(UNAVAILABLE, &format!("{}: {trouble}", drill.name())),
        }
    }
    let text = if args.json {
        // Numbers and names, all of which JSON can write.
        serde_json::to_string_pretty(&held).unwrap_or_default() + "\n"
    } else {
        table::table(&held)
    };
    if let Err(error) = io::stdout().write_all(text.as_bytes()) {
        return complain(UNAVAILABLE, &error.to_string());
    }
    let problems: Vec<String> = held.iter().flat_map(Figures::problems).collect();
    if problems.is_empty() { ExitCode::SUCCESS } else { complain(NOT_AS_IT_SHOULD_BE, &problems.join("\n")) }
}

/// As many descriptors as this process may have: every listener is one.
fn allow_descriptors() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // With fewer, connecting fails, and that is told.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

fn complain(code: u8, what: &str) -> ExitCode {
    let _ = writeln!(io::stderr(), "cluster-drill: {what}");
    ExitCode::from(code)
}
