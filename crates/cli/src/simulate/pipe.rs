//! What the main process and its workers tell each other: JSON, one message a line.

use super::clock::Moment;
use super::plan::Plan;
use super::tally::{Counts, Tally};
use serde::{Deserialize, Serialize};

/// What a worker is told, on its standard input. When that ends, so does the worker.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Order {
    /// The first order: what to do.
    Begin(Box<Plan>),
    /// Note from now on when which listener hears of a pause.
    ListenForPause,
    /// Drop every connection at once, without a word.
    Vanish,
    /// Let every listener leave, and report.
    Stop,
}

/// What a worker tells, on its standard output.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Report {
    /// How things stand; once a second.
    Progress(Counts),
    /// The order to listen for a pause has come.
    Listening,
    /// Every listener has heard of the pause, or the patience is over.
    Pause {
        /// How many were there when listening began and stayed.
        expected: u64,
        /// When each of them heard.
        heard: Vec<Moment>,
    },
    /// Every connection was dropped.
    Vanished,
    /// The last report.
    Done(Box<Tally>),
}

/// One message as a line.
pub(crate) fn line(message: &impl Serialize) -> String {
    // These types have no maps with keys that are not strings, which is all that JSON cannot write.
    let mut line = serde_json::to_string(message).unwrap_or_default();
    line.push('\n');
    line
}
