//! The command line.

use clap::{Parser, ValueEnum, value_parser};
use std::path::PathBuf;
use std::process::ExitCode;

/// What the first argument of a worker is.
pub(crate) const WORKER: &str = "worker";

const EXAMPLES: &str = "\
Examples:
  scripts/cluster-drill kill-node                          20,000 listeners on three nodes, one dies
  scripts/cluster-drill all --listeners 6000               every drill, one after the other
  scripts/cluster-drill all-cut --listeners 30000 --json   10,000 on each node, all cut at once

How it measures:
  Every drill starts a Redis and its nodes anew. The audience, several processes, tells 20 times a \
second how many of it are connected and have their join acknowledged. Every node is asked for the \
status 10 times a second by HTTP, which never touches what the speaker was told. An exact count is \
wrong if it is less than the fewest who were there in the second before, or more than the most who \
may have been counted: those there, those whose join is under way, and those cut off within the \
grace (5 s, and one to notice). The speaker asks for nothing, and notes what it is told.

  All of it shares this machine, so times are longer than with machines of their own.

Exit codes:
  0 everything is as it should be, 1 something is not, 64 wrong usage, 69 something did not start";

/// Lets things go wrong in a cluster of Headcount servers on this machine, and measures what the speaker and the
/// audience see of it.
#[derive(Debug, Parser)]
#[command(name = "cluster-drill", version, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// What to let go wrong, in this order
    #[arg(value_enum, required = true, value_name = "DRILL")]
    drills: Vec<Choice>,
    /// How many listeners, spread over all nodes
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = value_parser!(u32).range(1..=200_000))]
    pub(crate) listeners: u32,
    /// How many arrive a second
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = value_parser!(u32).range(1..=20_000))]
    pub(crate) rate: u32,
    /// How many nodes
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = value_parser!(u8).range(2..=9))]
    pub(crate) nodes: u8,
    /// How many seconds Redis or the network is away
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = value_parser!(u16).range(1..=600))]
    pub(crate) outage: u16,
    /// How often to try a new language
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = value_parser!(u16).range(1..=500))]
    pub(crate) rounds: u16,
    /// Print the figures as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Where the logs of the nodes go; without it, to a folder that ends with each drill
    #[arg(long, value_name = "DIR")]
    pub(crate) logs: Option<PathBuf>,
    /// The server; without it, the headcount beside this program
    #[arg(long, value_name = "PATH")]
    headcount: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Choice {
    /// Every one of them
    All,
    /// A node is killed (SIGKILL), and does not come back
    KillNode,
    /// Redis is killed, and started again empty
    RedisRestart,
    /// Redis hangs for a while (SIGSTOP)
    RedisStop,
    /// Nothing gets through between one node and Redis for a while
    Partition,
    /// Each node is stopped (SIGTERM) and started again, one after the other
    RollingRestart,
    /// Every listener loses its connection at the same moment
    AllCut,
    /// Listeners join in new languages on another node than the speaker's
    NewLanguage,
    /// Nothing goes wrong; every node is asked for the status 100 times a second
    Status,
}

/// One thing that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Drill {
    KillNode,
    RedisRestart,
    RedisStop,
    Partition,
    RollingRestart,
    AllCut,
    NewLanguage,
    Status,
}

impl Drill {
    const ALL: [Self; 8] = [
        Self::KillNode,
        Self::RedisRestart,
        Self::RedisStop,
        Self::Partition,
        Self::RollingRestart,
        Self::AllCut,
        Self::NewLanguage,
        Self::Status,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::KillNode => "kill-node",
            Self::RedisRestart => "redis-restart",
            Self::RedisStop => "redis-stop",
            Self::Partition => "partition",
            Self::RollingRestart => "rolling-restart",
            Self::AllCut => "all-cut",
            Self::NewLanguage => "new-language",
            Self::Status => "status",
        }
    }
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

    /// What to do, in order.
    pub(crate) fn drills(&self) -> Vec<Drill> {
        let chosen = |choice: &Choice| match choice {
            Choice::All => Drill::ALL.to_vec(),
            Choice::KillNode => vec![Drill::KillNode],
            Choice::RedisRestart => vec![Drill::RedisRestart],
            Choice::RedisStop => vec![Drill::RedisStop],
            Choice::Partition => vec![Drill::Partition],
            Choice::RollingRestart => vec![Drill::RollingRestart],
            Choice::AllCut => vec![Drill::AllCut],
            Choice::NewLanguage => vec![Drill::NewLanguage],
            Choice::Status => vec![Drill::Status],
        };
        self.drills.iter().flat_map(chosen).collect()
    }

    /// The server.
    ///
    /// # Errors
    /// It is not known where this program is.
    pub(crate) fn headcount(&self) -> std::io::Result<PathBuf> {
        match &self.headcount {
            Some(path) => Ok(path.clone()),
            None => std::env::current_exe().map(|program| program.with_file_name("headcount")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
        let args = Args::try_parse_from(["cluster-drill", "status", "all"]).unwrap();
        assert_eq!(args.drills().len(), 9);
        assert!(Args::try_parse_from(["cluster-drill"]).is_err());
    }
}
