//! How fast and how large the function is, measured at the process that AWS would run.
//!
//! `cargo bench -p headcount-lambda --bench bootstrap`, with `-- --json` for machines and `-- --only sweep` for one part.
//!
//! The real `bootstrap` of a release build talks to a Runtime API, a DynamoDB, an SQS and a management API that answer
//! from this process's memory, so that what is measured is the function and not what it waits for. It runs for itself;
//! where there is a /proc, its processor time and memory are read there, apart from those of the other side.

#![allow(clippy::unwrap_used, reason = "a bench stops where it finds an error")]

mod answers;
mod arguments;
mod audience;
mod cloud;
mod conditions;
mod figures;
mod function;
mod items;
mod process;
mod questions;
mod runtime_api;
mod size;
mod start;
mod sweep;
mod trips;

use arguments::Arguments;
use cloud::Cloud;
use figures::Figures;

fn main() {
    let Some(arguments) = Arguments::read(std::env::args().skip(1)) else {
        eprintln!("{}", arguments::USAGE);
        std::process::exit(64);
    };
    let cloud = Cloud::start();
    let mut figures = Figures::default();
    for (name, measure) in PARTS {
        if arguments.only.as_deref().is_none_or(|only| only == name) {
            eprintln!("measuring: {name}");
            measure(&cloud, &arguments, &mut figures);
        }
    }
    println!("{}", if arguments.json { figures.to_json() } else { figures.to_table() });
}

/// One part of the measurements.
type Measure = fn(&Cloud, &Arguments, &mut Figures);

/// All of them, in their order.
const PARTS: [(&str, Measure); 5] = [
    ("size", size::measure),
    ("start", start::measure),
    ("ours", questions::of_our_tables),
    ("others", questions::of_tables_of_others),
    ("sweep", sweep::measure),
];
