//! The `lambda-local` command: plays the stack until somebody stops it.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails where it finds an error"))]

mod args;
mod welcome;

use args::Args;
use headcount_lambda_local::{LambdaLocal, Running, StartError};
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

/// Exit codes as `sysexits.h` of BSD names them: `EX_USAGE`, `EX_UNAVAILABLE`.
const USAGE: u8 = 64;
const UNAVAILABLE: u8 = 69;

fn main() -> ExitCode {
    let args = match Args::read() {
        Ok(args) => args,
        Err(exit) => return exit,
    };
    log_to_stderr();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return complain(UNAVAILABLE, &error.to_string()),
    };
    runtime.block_on(run(&args))
}

async fn run(args: &Args) -> ExitCode {
    let settings = match args.settings() {
        Ok(settings) => settings,
        Err(problem) => return complain(USAGE, &problem),
    };
    // Before anything is started that would have to be stopped.
    let stopped = match stop_signal() {
        Ok(stopped) => stopped,
        Err(error) => return complain(UNAVAILABLE, &error.to_string()),
    };
    let running = match LambdaLocal::start(settings).await {
        Ok(running) => running,
        Err(error @ StartError::Template(_)) => return complain(USAGE, &error.to_string()),
        Err(error) => return complain(UNAVAILABLE, &error.to_string()),
    };
    // If nobody reads it, it is played all the same.
    let _ = print(&welcome::text(&running, args));
    keep(running, stopped).await
}

/// Plays until a signal comes.
async fn keep(mut running: Running, stopped: impl Future<Output = ()>) -> ExitCode {
    let broken = tokio::select! {
        () = stopped => false,
        () = running.broken() => true,
    };
    running.stop().await;
    if broken {
        return complain(UNAVAILABLE, "the emulator of DynamoDB has ended, and its tables with it");
    }
    let _ = print("\nStopped. Nothing is kept: the next run begins with empty tables.\n");
    ExitCode::SUCCESS
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

/// What goes wrong here, and in the functions, is told on standard error. Colours follow the terminal and NO_COLOR.
fn log_to_stderr() {
    let colours =
        io::stderr().is_terminal() && anstream::ColorChoice::global() != anstream::ColorChoice::Never;
    let log = tracing_subscriber::fmt().with_env_filter("warn").log_internal_errors(false);
    log.with_writer(io::stderr).with_ansi(colours).with_target(false).init();
}

fn print(text: &str) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

fn complain(code: u8, what: &str) -> ExitCode {
    let _ = writeln!(anstream::stderr(), "lambda-local: {what}");
    ExitCode::from(code)
}
