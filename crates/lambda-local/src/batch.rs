//! Batches of records, as Lambda reads them for a function that reports which of them failed.

use crate::function::InvokeError;
use serde_json::Value;
use std::collections::HashSet;

/// What is to come again of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failed {
    /// All of it: the function failed, or reported what nobody can read.
    All,
    /// The records of these names; none says that all went well.
    These(HashSet<String>),
}

impl Failed {
    /// Reads what came of a batch whose records have `names`.
    ///
    /// Source: <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html>
    pub(crate) fn read(returned: &Result<Value, InvokeError>, names: &[&str]) -> Self {
        let Ok(returned) = returned else { return Self::All };
        let reported = match &returned["batchItemFailures"] {
            Value::Null => return Self::These(HashSet::new()),
            Value::Array(reported) => reported,
            _ => return Self::All,
        };
        let known = |failure: &Value| {
            let name = failure["itemIdentifier"].as_str()?;
            names.contains(&name).then(|| name.to_owned())
        };
        reported.iter().map(known).collect::<Option<_>>().map_or(Self::All, Self::These)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(returned: Value) -> Failed {
        Failed::read(&Ok(returned), &["a", "b"])
    }

    fn these(names: &[&str]) -> Failed {
        Failed::These(names.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn what_is_reported_comes_again() {
        assert_eq!(read(json!({ "batchItemFailures": [{ "itemIdentifier": "b" }] })), these(&["b"]));
        for well in [json!(null), json!({}), json!({ "batchItemFailures": [] }), json!("done")] {
            assert_eq!(read(well), these(&[]));
        }
    }

    #[test]
    fn a_report_that_nobody_can_read_is_about_all() {
        for odd in
            [json!([{ "itemIdentifier": "c" }]), json!([{}]), json!([{ "itemIdentifier": "" }]), json!(7)]
        {
            assert_eq!(read(json!({ "batchItemFailures": odd })), Failed::All);
        }
        assert_eq!(Failed::read(&Err(InvokeError::Throttled), &["a"]), Failed::All);
    }
}
