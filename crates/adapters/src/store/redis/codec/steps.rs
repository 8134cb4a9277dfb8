//! One step of a timeline.

use super::values::Tag;
use super::{Version, parsed, text};
use crate::store::written::WrittenBroadcast;
use headcount_core::{Step, Timestamp, Told, UpdateReason};
use serde::{Deserialize, Serialize};

/// One letter a member: a long session has thousands of steps.
#[derive(Serialize, Deserialize)]
struct Written {
    v: Version,
    /// When.
    a: u64,
    /// Whether it says everything.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    w: bool,
    /// What has changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    c: Vec<(Tag, u64)>,
    /// The broadcast.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    b: Option<WrittenBroadcast>,
    /// The update that it is: its revision and reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    t: Option<(u64, String)>,
    /// Whether the counts of that update were not exact.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    i: bool,
}

pub(in crate::store::redis) fn write_step(step: &Step) -> String {
    text(&Written {
        v: Version,
        a: step.at.as_millis(),
        w: step.whole,
        c: step.changes.iter().map(|(language, count)| (Tag(language.clone()), *count)).collect(),
        b: step.broadcast.map(WrittenBroadcast::from),
        t: step.told.map(|told| (told.revision, told.reason.as_str().to_owned())),
        i: step.told.is_some_and(|told| !told.exact),
    })
}

pub(in crate::store::redis) fn read_step(text: &[u8]) -> Option<Step> {
    let written: Written = parsed(text)?;
    let told = |(revision, reason): (u64, String)| {
        Some(Told { revision, reason: UpdateReason::from_name(&reason)?, exact: !written.i })
    };
    Some(Step {
        at: Timestamp::from_millis(written.a),
        whole: written.w,
        changes: written.c.into_iter().map(|(tag, count)| (tag.0, count)).collect(),
        broadcast: match written.b {
            Some(state) => Some(state.read()?),
            None => None,
        },
        told: match written.t {
            Some(update) => Some(told(update)?),
            None => None,
        },
    })
}
