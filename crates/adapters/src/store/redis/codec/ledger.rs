//! What a speaker has been told.

use super::values::Tag;
use super::{Version, parsed, text};
use headcount_core::{Timestamp, UpdateLedger};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    v: Version,
    revision: u64,
    last_count: u64,
    last_told: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_triggered: Option<u64>,
    announced: Vec<Tag>,
}

pub(in crate::store::redis) fn write_ledger(ledger: &UpdateLedger) -> String {
    text(&Written {
        v: Version,
        revision: ledger.revision(),
        last_count: ledger.last_count(),
        last_told: ledger.last_told().as_millis(),
        last_triggered: ledger.last_triggered().map(Timestamp::as_millis),
        announced: ledger.announced().iter().cloned().map(Tag).collect(),
    })
}

pub(in crate::store::redis) fn read_ledger(text: &[u8]) -> Option<UpdateLedger> {
    let written: Written = parsed(text)?;
    Some(UpdateLedger::from_parts(
        written.revision,
        written.last_count,
        Timestamp::from_millis(written.last_told),
        written.last_triggered.map(Timestamp::from_millis),
        written.announced.into_iter().map(|tag| tag.0).collect(),
    ))
}
