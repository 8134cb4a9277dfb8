//! One line of the log, as the Embedded Metric Format wants it (CloudWatch User Guide, "Specification: Embedded
//! metric format"): a JSON object whose member `_aws` says which of the other members are metrics and dimensions.

use headcount_core::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

/// Where all metrics of Headcount are found.
const NAMESPACE: &str = "SessionManagement";

/// How many values of one metric a line may hold.
pub(super) const MAX_VALUES: usize = 100;

/// A metric of the whole service.
const TOTAL: &[&[&str]] = &[&["service", "stage"]];

/// A metric of the whole service, on which alarms are set, and one for every reason.
const TOTAL_AND_BY_REASON: &[&[&str]] = &[&["service", "stage"], &["service", "stage", "reason"]];

/// What every metric is of. CloudWatch wants 1 to 1,024 characters of each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The name of the service.
    pub service: String,
    /// The stage that it runs in, such as `prod`.
    pub stage: String,
}

/// The units that we measure in.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) enum Unit {
    Count,
    Milliseconds,
    Seconds,
}

/// What a line says, but for who says it and when.
#[derive(Default)]
pub(super) struct Line {
    total: Vec<Definition>,
    by_reason: Vec<Definition>,
    members: Map<String, Value>,
}

impl Line {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Adds a metric of the whole service; `value` is a number, or up to [`MAX_VALUES`] of them.
    pub(super) fn metric(mut self, name: &'static str, unit: Unit, value: impl Into<Value>) -> Self {
        self.total.push(Definition { name, unit });
        self.property(name, value)
    }

    /// Adds a metric that is also kept for every `reason`. A line has one reason.
    pub(super) fn metric_by_reason(
        mut self,
        name: &'static str,
        unit: Unit,
        value: impl Into<Value>,
        reason: &'static str,
    ) -> Self {
        self.by_reason.push(Definition { name, unit });
        self.property(name, value).property("reason", reason)
    }

    /// Adds what is to be found in the log and is no metric.
    pub(super) fn property(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// The line as bytes, its end included.
    pub(super) fn render(&self, origin: &Origin, at: Timestamp) -> Vec<u8> {
        let directive = |dimensions, metrics| Directive { namespace: NAMESPACE, dimensions, metrics };
        let mut directives =
            vec![directive(TOTAL_AND_BY_REASON, &self.by_reason), directive(TOTAL, &self.total)];
        directives.retain(|directive| !directive.metrics.is_empty());
        let document = Document {
            aws: Metadata { timestamp: at.as_millis(), directives },
            origin,
            members: &self.members,
        };
        let mut line = serde_json::to_vec(&document).expect("strings and numbers become JSON");
        line.push(b'\n');
        line
    }
}

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "_aws")]
    aws: Metadata<'a>,
    #[serde(flatten)]
    origin: &'a Origin,
    #[serde(flatten)]
    members: &'a Map<String, Value>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    #[serde(rename = "Timestamp")]
    timestamp: u64,
    #[serde(rename = "CloudWatchMetrics")]
    directives: Vec<Directive<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive<'a> {
    namespace: &'static str,
    dimensions: &'static [&'static [&'static str]],
    metrics: &'a [Definition],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Definition {
    name: &'static str,
    unit: Unit,
}
