//! `headcount completions` and `headcount man`: what a shell and `man` need to know about this command.

use crate::args::Args;
use crate::failure::Failure;
use crate::term;
use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;
use std::path::PathBuf;

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  headcount completions bash > ~/.local/share/bash-completion/completions/headcount
  headcount completions zsh  > \"${fpath[1]}/_headcount\"
  headcount completions fish > ~/.config/fish/completions/headcount.fish";

const MAN_EXAMPLES: &str = "\
Examples:
  headcount man | man -l -
  headcount man --out ~/.local/share/man/man1";

#[derive(Debug, clap::Args)]
#[command(after_help = COMPLETIONS_EXAMPLES)]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

#[derive(Debug, clap::Args)]
#[command(after_help = MAN_EXAMPLES)]
pub(crate) struct ManArgs {
    /// Write this page and one for every command into a directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Prints the completions of one shell.
///
/// # Errors
/// Standard output cannot be written to.
pub(crate) fn completions(args: &CompletionsArgs) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "headcount", &mut script);
    print(&script)
}

/// Prints the manual page, or writes all of them.
///
/// # Errors
/// Standard output or the directory cannot be written to.
pub(crate) fn man(args: &ManArgs) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::local("write the manual pages", &error);
    match &args.out {
        Some(directory) => {
            std::fs::create_dir_all(directory).map_err(failed)?;
            clap_mangen::generate_to(Args::command(), directory).map_err(failed)
        }
        None => {
            let mut page = Vec::new();
            Man::new(Args::command()).render(&mut page).map_err(failed)?;
            print(&page)
        }
    }
}

fn print(bytes: &[u8]) -> Result<(), Failure> {
    term::print(&String::from_utf8_lossy(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_page_for_every_command_that_is_shown() {
        let directory = tempfile::tempdir().unwrap();
        man(&ManArgs { out: Some(directory.path().to_owned()) }).unwrap();
        let page = std::fs::read_to_string(directory.path().join("headcount-watch.1")).unwrap();
        assert!(page.contains("as\\-speaker"), "{page}");
        assert!(directory.path().join("headcount.1").exists());
        assert!(!directory.path().join("headcount-simulate-worker.1").exists());
    }
}
