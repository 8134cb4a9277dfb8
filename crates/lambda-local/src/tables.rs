//! The tables of the template, made anew.

use crate::dynamo::{CallError, Dynamo};
use crate::stack::Table;
use serde_json::Value;

/// Makes `table`; the name of its stream, if it has one.
pub(crate) async fn create(dynamo: &Dynamo, table: &Table) -> Result<Option<String>, CallError> {
    let created = dynamo.tables("CreateTable", table.definition.clone()).await?;
    if let Some(time_to_live) = &table.time_to_live {
        dynamo.tables("UpdateTimeToLive", time_to_live.clone()).await?;
    }
    Ok(created.pointer("/TableDescription/LatestStreamArn").and_then(Value::as_str).map(str::to_owned))
}
