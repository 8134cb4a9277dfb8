//! `headcount webhooks`: to try targets out before anything depends on them.

use crate::config::{Flags, Problem, RawConfig, environment};
use crate::failure::Failure;
use crate::term;
use headcount_server::webhooks::{Trial, try_out};

/// What can be done about webhooks.
#[derive(Debug, clap::Args)]
pub(crate) struct WebhooksArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Send each configured target a test event, signed like all others, and say what happened. Takes the settings of
    /// `headcount serve`.
    Test(Box<Flags>),
}

/// Does what was asked.
///
/// # Errors
/// The configuration is wrong, or names no target; a target did not answer with 2xx.
pub(crate) fn run(args: WebhooksArgs) -> Result<(), Failure> {
    let What::Test(flags) = args.what;
    let checked = RawConfig::gather(*flags, &environment).check(None);
    let checked = checked.map_err(|problems| Failure::Usage(Problem::list(&problems)))?;
    let Some(settings) = checked.config.webhooks else {
        return Err(Failure::Usage("no target is configured: name one with --webhook".to_owned()));
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::local("start a runtime", &error))?;
    let trials = runtime.block_on(try_out(&settings));
    term::print(&trials.iter().map(line).collect::<String>())?;
    match trials.iter().filter(|trial| !trial.delivered).count() {
        0 => Ok(()),
        failed => Err(Failure::Unavailable(format!("{failed} of {} targets did not take it", trials.len()))),
    }
}

fn line(trial: &Trial) -> String {
    let Trial { target, place, delivered, said } = trial;
    let verdict = if *delivered { "ok" } else { "failed" };
    format!("{target}  {place}  {verdict}: {said}\n")
}
