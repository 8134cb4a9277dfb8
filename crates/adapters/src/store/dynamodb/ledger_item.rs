//! What a speaker has been told, as an item.

use super::item::{Item, item, languages, millis, ms, n, number, s, tags};
use aws_sdk_dynamodb::types::AttributeValue;
use headcount_core::{SessionId, Timestamp, UpdateLedger};

/// The sort key of ledgers.
pub(super) const KEY: &str = "ledger";

pub(super) fn read(item: &Item) -> Option<UpdateLedger> {
    Some(UpdateLedger::from_parts(
        number(item, "revision")?,
        number(item, "lastCount")?,
        millis(item, "lastTold")?,
        millis(item, "lastTriggered"),
        languages(item, "announced"),
    ))
}

/// A whole ledger. `exp` is when DynamoDB may forget it, in seconds.
pub(super) fn write(session: &SessionId, ledger: &UpdateLedger, born: Timestamp, exp: u64) -> Item {
    let mut written = item([
        ("pk", Some(s(session.as_str()))),
        ("sk", Some(s(KEY))),
        ("born", Some(ms(born))),
        ("exp", Some(n(exp))),
    ]);
    written
        .extend(attributes(ledger).into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    written
}

/// What a claim changes: an update expression, and the values that it names.
pub(super) fn changes(ledger: &UpdateLedger) -> (String, Item) {
    let (mut set, mut remove, mut values) = (Vec::new(), Vec::new(), Item::new());
    for (name, value) in attributes(ledger) {
        match value {
            Some(value) => {
                set.push(format!("{name} = :{name}"));
                values.insert(format!(":{name}"), value);
            }
            None => remove.push(name),
        }
    }
    let removal = if remove.is_empty() { String::new() } else { format!(" REMOVE {}", remove.join(", ")) };
    (format!("SET {}{removal}", set.join(", ")), values)
}

fn attributes(ledger: &UpdateLedger) -> [(&'static str, Option<AttributeValue>); 5] {
    [
        ("revision", Some(n(ledger.revision()))),
        ("lastCount", Some(n(ledger.last_count()))),
        ("lastTold", Some(ms(ledger.last_told()))),
        ("lastTriggered", ledger.last_triggered().map(ms)),
        ("announced", tags(ledger.announced())),
    ]
}
