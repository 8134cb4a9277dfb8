//! The `headcount` command: the server, and everything that a person at a terminal does with one.

mod args;
mod client;
mod config;
mod create;
mod demo;
mod descriptors;
mod failure;
mod health;
mod report;
mod serve;
mod shell;
mod simulate;
mod status;
mod term;
mod token;
mod watch;
mod webhooks;

use args::{Args, Command};
use failure::Failure;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = match Args::read() {
        Ok(args) => args,
        Err(exit) => return exit,
    };
    client::prepare_tls();
    match run(args.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            term::complain(&format!("headcount: {failure}"));
            failure.exit_code()
        }
    }
}

fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Serve(args) => serve::run(args),
        Command::Demo(args) => demo::run(&args),
        Command::Watch(args) => watch::run(args),
        Command::Status(args) => status::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Health(args) => health::run(&args),
        Command::Create(args) => create::run(&args),
        Command::Simulate(args) => simulate::run(*args),
        Command::Token(args) => token::run(&args),
        Command::Completions(args) => shell::completions(&args),
        Command::Man(args) => shell::man(&args),
        Command::Webhooks(args) => webhooks::run(args),
        Command::SimulateWorker => simulate::worker(),
    }
}
