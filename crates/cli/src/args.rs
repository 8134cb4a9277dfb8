//! The command line: which commands there are, and what several of them share.

use crate::client::{Endpoint, Trust};
use crate::failure::Failure;
use crate::{create, demo, health, report, serve, shell, simulate, status, token, watch, webhooks};
use clap::Parser;
use headcount_core::SessionId;
use std::path::PathBuf;
use std::process::ExitCode;

mod tokens;
pub(crate) mod values;

pub(crate) use tokens::{Login, Proof, SpeakerProof};

const EXAMPLES: &str = "\
Examples:
  headcount demo      see it work, in one minute, with nothing to set up
  headcount serve     run a server on http://127.0.0.1:8080
  headcount create http://127.0.0.1:8080 --source-language en
  headcount watch http://127.0.0.1:8080 --session golden-eagle-427 --token TOKEN

Exit codes:
  0 done, 64 wrong usage, 69 the server cannot be reached, 70 a fault of ours, 77 the server refused

Colours follow the terminal and NO_COLOR.";

/// Tells the speaker of a live translated broadcast who is listening, right now: how many, in which languages,
/// for how long.
#[derive(Debug, Parser)]
#[command(name = "headcount", version, propagate_version = true, after_help = EXAMPLES)]
#[command(disable_help_subcommand = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Run a server.
    Serve(serve::ServeArgs),
    /// See it work: a server, a session and a lively audience, all in this terminal.
    Demo(demo::DemoArgs),
    /// Watch one session live: the count, the languages, the broadcast.
    Watch(watch::WatchArgs),
    /// Print the status of one session.
    Status(status::StatusArgs),
    /// Write the report of a session, live or ended: JSON, CSV or a page to print.
    Report(report::ReportArgs),
    /// Create a session.
    Create(create::CreateArgs),
    /// Ask whether a server is well; the exit code says it.
    Health(health::HealthArgs),
    /// Load a server with listeners, and measure it.
    Simulate(Box<simulate::SimulateArgs>),
    /// Make a login token for a speaker.
    Token(token::TokenArgs),
    /// Try out the targets of webhooks.
    Webhooks(webhooks::WebhooksArgs),
    /// Print the completions of a shell.
    Completions(shell::CompletionsArgs),
    /// Print the manual page, or write all of them.
    Man(shell::ManArgs),
    #[command(hide = true)]
    SimulateWorker,
}

impl Args {
    /// Reads the command line of this process.
    ///
    /// # Errors
    /// The code to exit with, once help, version or a complaint has been printed.
    pub(crate) fn read() -> Result<Self, ExitCode> {
        Self::try_parse().map_err(|error| {
            // Nothing can be done if even this cannot be printed.
            let _ = error.print();
            if error.use_stderr() { ExitCode::from(Failure::USAGE) } else { ExitCode::SUCCESS }
        })
    }
}

/// A server.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct ServerArgs {
    /// The server, as http://host:port or https://host[/stage]
    #[arg(value_name = "URL", value_parser = Endpoint::parse)]
    pub(crate) url: Endpoint,
    /// Believe a server only if the certificates in this PEM file vouch for it, not those that browsers trust
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
}

impl ServerArgs {
    /// Whose certificates to believe.
    ///
    /// # Errors
    /// The file cannot be read or holds no certificate.
    pub(crate) fn trust(&self) -> Result<Trust, Failure> {
        Trust::read(self.ca_file.as_deref())
    }
}

/// One session on one server, and the proof that lets one look at it.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct SessionArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// The session's id, such as golden-eagle-427
    #[arg(long, value_name = "ID", value_parser = values::session)]
    pub(crate) session: SessionId,
    #[command(flatten)]
    pub(crate) proof: Proof,
}

#[cfg(test)]
mod tests;
