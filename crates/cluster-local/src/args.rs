//! The command line.

use clap::Parser;
use headcount_cluster_local::Settings;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  just cluster                          build what is missing, and run three nodes
  just cluster --nodes 5 --logs logs    five of them, with logs that stay
  just cluster -- --period 5s --log-level debug
      (what follows -- goes to headcount serve)

To see it work, open the console at the address that is shown, create a session, bring an audience with
`headcount simulate`, and end a node with kill -9: its id is shown, too. A node that is gone is started
again after 20 seconds. `cluster-drill` does the same with figures.

Exit codes:
  0 stopped, 64 wrong usage, 69 something did not start

Colours follow the terminal and NO_COLOR.";

/// Runs a cluster of Headcount servers on this machine: a Redis or Valkey that keeps nothing, several nodes that share
/// it, and a small load balancer in front of them. Nothing leaves this machine.
#[derive(Debug, Parser)]
#[command(name = "cluster-local", version, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Where the balancer listens; port 0 takes any free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// How many nodes
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=9))]
    nodes: u8,
    /// Where the logs of the nodes go; without it, to a folder that ends with the cluster
    #[arg(long, value_name = "DIR")]
    logs: Option<PathBuf>,
    /// The server; without it, the headcount beside this program
    #[arg(long, value_name = "PATH")]
    headcount: Option<PathBuf>,
    /// More flags of headcount serve, for every node
    #[arg(last = true, value_name = "FLAG")]
    serve: Vec<String>,
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
            if error.use_stderr() { ExitCode::from(super::USAGE) } else { ExitCode::SUCCESS }
        })
    }

    /// The settings that it stands for.
    ///
    /// # Errors
    /// It is not known where this program is.
    pub(crate) fn settings(&self) -> Result<Settings, String> {
        let mut settings = Settings::new(self.headcount()?);
        settings.nodes = self.nodes.into();
        settings.listen = self.listen;
        settings.arguments.extend(self.serve.iter().cloned());
        settings.logs.clone_from(&self.logs);
        Ok(settings)
    }

    fn headcount(&self) -> Result<PathBuf, String> {
        if let Some(path) = &self.headcount {
            return Ok(path.clone());
        }
        let beside = std::env::current_exe().map(|program| program.with_file_name("headcount"));
        beside.map_err(|error| format!("name the server with --headcount: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn what_follows_goes_to_every_node() {
        let args = Args::try_parse_from(["cluster-local", "--nodes", "5", "--", "--period", "5s"]).unwrap();
        let settings = args.settings().unwrap();
        assert_eq!(settings.nodes, 5);
        assert!(settings.arguments.ends_with(&["--period".to_owned(), "5s".to_owned()]));
        assert!(Args::try_parse_from(["cluster-local", "--nodes", "0"]).is_err());
    }
}
