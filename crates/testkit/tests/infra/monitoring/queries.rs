//! Queries in PromQL: the names and label values in them are ones that the server shows.

use super::series;
use crate::template::sources;
use headcount_core::{SendFailure, SignalKind, UpdateReason};
use headcount_protocol::ErrorCode;
use std::collections::BTreeSet;

/// What a query may ask for.
pub(super) struct Known {
    series: BTreeSet<String>,
    limits: BTreeSet<String>,
}

impl Known {
    /// What the server has.
    pub(super) fn of_the_server() -> Self {
        let source = sources("crates/server/src");
        let limits = source.split("too_often(\"").skip(1).filter_map(|rest| rest.split('"').next());
        Self { series: series(), limits: limits.map(str::to_owned).collect() }
    }

    /// What `query` asks for and nobody shows: it would be silent for ever.
    pub(super) fn problems(&self, query: &str) -> Vec<String> {
        let pieces: Vec<&str> = query.split('"').collect();
        let names = pieces.iter().step_by(2).flat_map(|code| words(code));
        let names = names.filter(|name| name.starts_with("headcount_") || name.starts_with("process_"));
        let unknown =
            names.filter(|name| !self.series.contains(*name)).map(|it| format!("nothing shows {it}"));
        let values = pieces.chunks_exact(2).flat_map(|pair| match pair {
            [code, value] => self.unknown_values(label(code), value),
            _ => Vec::new(),
        });
        unknown.chain(values).collect()
    }

    fn unknown_values(&self, label: &str, value: &str) -> Vec<String> {
        let known = |value: &str| match label {
            "code" => ErrorCode::ALL.iter().any(|it| it.as_str() == value),
            "kind" => kinds().any(|kind| kind == value),
            "reason" => UpdateReason::ALL.iter().any(|it| it.as_str() == value),
            "limit" => self.limits.contains(value),
            _ => true,
        };
        value.split('|').filter(|it| !known(it)).map(|it| format!("{label} is never {it}")).collect()
    }
}

/// What an update failed of, and what a signal is about.
fn kinds() -> impl Iterator<Item = &'static str> {
    SendFailure::ALL
        .into_iter()
        .map(SendFailure::as_str)
        .chain(SignalKind::ALL.into_iter().map(SignalKind::as_str))
}

/// The label that a string is compared with: `sum(x{code=~` is about `code`.
fn label(code: &str) -> &str {
    words(code.trim_end_matches(['=', '~', '!'])).last().unwrap_or_default()
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|it: char| !it.is_ascii_alphanumeric() && it != '_').filter(|word| !word.is_empty())
}

#[test]
fn what_nobody_shows_is_found() {
    let known = Known::of_the_server();
    for good in [
        r#"sum by (limit) (rate(headcount_rate_limited_total{limit=~"sessions|connectionRate"}[5m])) > 1"#,
        r#"headcount_errors_answered_total{job=~"$job", code!="INTERNAL_ERROR"} or up{job="headcount"} == 0"#,
    ] {
        assert_eq!(known.problems(good), Vec::<String>::new(), "{good}");
    }
    for (bad, problem) in [
        ("rate(headcount_joins[5m])", "nothing shows headcount_joins"),
        (r#"up{job="x"} + process_open_fds"#, "nothing shows process_open_fds"),
        (r#"headcount_errors_answered_total{code="INTERNAL"}"#, "code is never INTERNAL"),
        (r#"headcount_rate_limited_total{limit=~"sessions|halls"}"#, "limit is never halls"),
        (r#"headcount_updates_failed_total{kind="lost"}"#, "kind is never lost"),
        (r#"headcount_updates_sent_total{reason="new"}"#, "reason is never new"),
    ] {
        assert_eq!(known.problems(bad), [problem]);
    }
}
