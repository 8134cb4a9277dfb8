//! What the function logs, and what holds of every line of it.

use serde_json::Value;

/// The address of every client. No log shows it.
pub(crate) const ADDRESS: &str = "203.0.113.77";

/// Where the services of a test are. No log shows an address of theirs either.
const LOOPBACK: &str = "127.0.0.1";

/// What tests put into whatever no log may show: tokens, messages, names of connections.
pub(crate) const SECRET: &str = "hush";

/// The units of CloudWatch that metrics may have.
const UNITS: [&str; 3] = ["Count", "Milliseconds", "Seconds"];

/// The lines of one function, from its beginning to its end.
pub(crate) struct Log(Vec<Value>);

impl Log {
    /// Reads the log. Every line is JSON and tells no secret, and what is a metric is one that CloudWatch can read.
    pub(crate) fn checked(stdout: &str, stderr: &str) -> Self {
        assert_eq!(stderr, "", "somebody panicked, or writes past the log");
        for line in stdout.lines() {
            let told = [ADDRESS, LOOPBACK, SECRET].into_iter().find(|secret| line.contains(secret));
            assert_eq!(told, None, "it is told: {line}");
        }
        let read = |line| serde_json::from_str(line).unwrap_or_else(|_| panic!("this is no JSON: {line}"));
        let log = Self(stdout.lines().map(read).collect());
        log.metric_lines().for_each(check_metrics);
        log
    }

    /// How many lines say `message`.
    pub(crate) fn says(&self, message: &str) -> usize {
        self.0.iter().filter(|line| line["message"] == message).count()
    }

    /// The first line that says `message`.
    pub(crate) fn line(&self, message: &str) -> &Value {
        self.0.iter().find(|line| line["message"] == message).expect("a line says so")
    }

    /// How often the metric `name` was counted, over all lines whose members include `members`.
    pub(crate) fn counted(&self, name: &str, members: &[(&str, &str)]) -> u64 {
        let alike = |line: &&Value| members.iter().all(|(name, value)| line[name] == *value);
        self.metric_lines().filter(alike).filter_map(|line| line[name].as_u64()).sum()
    }

    fn metric_lines(&self) -> impl Iterator<Item = &Value> {
        self.0.iter().filter(|line| line.get("_aws").is_some())
    }
}

/// Checks a line against the Embedded Metric Format (CloudWatch User Guide): bare, and every metric and dimension that
/// is named is there.
fn check_metrics(line: &Value) {
    for wrapped in ["level", "target", "message"] {
        assert_eq!(line.get(wrapped), None, "{line}");
    }
    assert!(line["_aws"]["Timestamp"].is_u64(), "{line}");
    let directives = line["_aws"]["CloudWatchMetrics"].as_array().unwrap();
    assert!(!directives.is_empty(), "{line}");
    for directive in directives {
        assert_eq!(directive["Namespace"], "SessionManagement", "{line}");
        let dimensions = directive["Dimensions"].as_array().unwrap().iter();
        for dimension in dimensions.flat_map(|set| set.as_array().unwrap()) {
            assert!(line[dimension.as_str().unwrap()].is_string(), "{line}");
        }
        for metric in directive["Metrics"].as_array().unwrap() {
            assert!(UNITS.contains(&metric["Unit"].as_str().unwrap()), "{line}");
            check_values(&line[metric["Name"].as_str().unwrap()]);
        }
    }
}

/// A number, or up to 100 of them.
fn check_values(value: &Value) {
    match value {
        Value::Array(values) => {
            assert!((1..=100).contains(&values.len()) && values.iter().all(Value::is_number), "{value}");
        }
        value => assert!(value.is_number(), "{value}"),
    }
}
