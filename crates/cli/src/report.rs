//! `headcount report`: what happened in a session, as the server's report says it.

use crate::args::SessionArgs;
use crate::client::Api;
use crate::failure::Failure;
use crate::term;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  headcount report http://127.0.0.1:8080 --session golden-eagle-427 --token-file speaker.token
  headcount report http://127.0.0.1:8080 --session golden-eagle-427 --token T --format html --output report.html
  headcount report http://127.0.0.1:8080 --session golden-eagle-427 --token T --format csv --table curve

The page opens in a browser and prints; it loads nothing. Works while the session lives and after it has ended, for as
long as the server keeps reports (`headcount serve --report-retention`).";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    session: SessionArgs,
    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// Which table, for csv
    #[arg(long, value_enum, default_value_t = Table::Languages)]
    table: Table,
    /// Write to this file, which must not exist yet, instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What a report is written as.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// Everything, for programs
    Json,
    /// One table, for spreadsheets
    Csv,
    /// A page, for people and printers
    Html,
}

/// A table of a report.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Table {
    /// A row for each language
    Languages,
    /// A row for each moment
    Curve,
    /// A row for each change of language
    Switches,
}

/// Fetches the report and writes it.
///
/// # Errors
/// The server cannot be reached or refuses, or the file cannot be written.
pub(crate) fn run(args: &ReportArgs) -> Result<(), Failure> {
    let SessionArgs { server, session, proof } = &args.session;
    let url = &server.url;
    let api = Api::new(url.clone(), &server.trust()?, Some(proof.required()?));
    let query = match (args.format, args.table) {
        (Format::Json, _) => "format=json",
        (Format::Html, _) => "format=html",
        (Format::Csv, Table::Languages) => "format=csv&table=languages",
        (Format::Csv, Table::Curve) => "format=csv&table=curve",
        (Format::Csv, Table::Switches) => "format=csv&table=switches",
    };
    let text = api.report(session.as_str(), query).map_err(|error| error.failure(url))?;
    match &args.output {
        None if text.ends_with('\n') => term::print(&text),
        None => term::print(&format!("{text}\n")),
        Some(file) => {
            write(file, &text)?;
            term::complain(&format!("wrote {}", file.display()));
            Ok(())
        }
    }
}

/// Writes a new file: a report that somebody has kept is not to be lost by a second command.
fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let opened = OpenOptions::new().write(true).create_new(true).open(file);
    let written = opened.and_then(|mut open| open.write_all(text.as_bytes()));
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            Failure::Usage(format!("{} exists; choose another --output", file.display()))
        }
        _ => Failure::local(&format!("write {}", file.display()), &error),
    })
}
