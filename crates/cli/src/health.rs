//! `headcount health`: whether a server lives, by the exit code; for supervisors that can only run a command.

use crate::args::ServerArgs;
use crate::client::Api;
use crate::failure::Failure;
use crate::term;

const EXAMPLES: &str = "\
Examples:
  headcount health http://127.0.0.1:8080           the process lives and answers
  headcount health http://127.0.0.1:8080 --ready   and takes new clients and sessions

Exit codes: 0 it is so, 69 it is not, or nobody answers. A container without a shell or curl can ask this way:
HEALTHCHECK CMD [\"/usr/bin/headcount\", \"health\", \"http://127.0.0.1:8080\"]";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct HealthArgs {
    #[command(flatten)]
    server: ServerArgs,
    /// Ask whether it takes new clients and sessions, too: not while it drains, nor while its store is full
    #[arg(long)]
    ready: bool,
}

/// Asks once.
///
/// # Errors
/// [`Failure::Unavailable`] with what the server says is wrong.
pub(crate) fn run(args: &HealthArgs) -> Result<(), Failure> {
    let url = &args.server.url;
    let api = Api::new(url.clone(), &args.server.trust()?, None);
    let page = if args.ready { "readyz" } else { "healthz" };
    let (well, said) = api.health(page).map_err(|error| error.failure(url))?;
    term::print(&format!("{said}\n"))?;
    if well { Ok(()) } else { Err(Failure::Unavailable(format!("{url} says that it is not well"))) }
}
