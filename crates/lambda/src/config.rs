//! The settings, read from the environment once and checked: every problem is told at the same time.

mod access;
mod raw;
#[cfg(test)]
mod tests;

use crate::app::{ReplyMode, Settings};
use crate::gate::Logins;
use headcount_access::OriginPolicy;
use headcount_core::service::ServiceSettings;
use headcount_core::{Language, UpdatePolicy};
use raw::Raw;
use std::fmt;
use std::time::Duration;
use tracing_subscriber::filter::{LevelFilter, Targets, filter_fn};
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

/// Everything that the function can be told.
pub struct Config {
    /// The names of the tables.
    pub tables: TableNames,
    /// Who writes sessions and connections.
    pub writers: TableWriters,
    /// Over how many items the counters of a session are spread; `None` counts listeners by the index.
    pub counter_shards: Option<u16>,
    /// The management API of the WebSocket stage, with its path.
    pub management: String,
    /// The work queue.
    pub queue_url: String,
    /// What metrics are of.
    pub origin: MetricsOrigin,
    /// Where AWS is, where that is not AWS: an emulator.
    pub endpoint: Option<String>,
    /// The rules.
    pub rules: ServiceSettings,
    /// How the function behaves.
    pub settings: Settings,
    /// Who logs speakers in.
    pub logins: Logins,
    /// Which web pages may connect.
    pub origins: OriginPolicy,
    log: Targets,
}

/// The names of the tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableNames {
    /// Sessions.
    pub sessions: String,
    /// Connections.
    pub connections: String,
    /// What speakers were told.
    pub status: String,
}

/// Who writes sessions and connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableWriters {
    /// This function does.
    Ours,
    /// Another stack does.
    Others {
        /// Whether active sessions are found by reading the whole table.
        scan: bool,
    },
}

/// The dimensions of all metrics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricsOrigin {
    /// The name of the service.
    pub service: String,
    /// The stage.
    pub stage: String,
}

/// Every setting that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(Vec<String>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for Problems {}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// [`Problems`], all of them.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place of the function that reads the environment"
    )]
    pub fn from_environment() -> Result<Self, Problems> {
        Self::read(&|name| std::env::var(name).ok())
    }

    /// Reads settings from wherever `value` has them.
    ///
    /// # Errors
    /// [`Problems`], all of them.
    pub fn read(value: &dyn Fn(&str) -> Option<String>) -> Result<Self, Problems> {
        let mut raw = Raw::new(value);
        let writers = writers(&mut raw);
        let config = Self {
            tables: TableNames {
                sessions: raw.required(&["SESSIONS_TABLE_NAME", "SESSIONS_TABLE"]),
                connections: raw.required(&["CONNECTIONS_TABLE_NAME", "CONNECTIONS_TABLE"]),
                status: raw.text(&["STATUS_TABLE_NAME"]).unwrap_or_else(|| "SessionStatus".to_owned()),
            },
            writers,
            counter_shards: counter_shards(&mut raw, writers),
            management: management(&mut raw),
            queue_url: raw.required(&["WAKE_QUEUE_URL"]),
            origin: MetricsOrigin {
                service: raw.text(&["SERVICE_NAME"]).unwrap_or_else(|| "headcount".to_owned()),
                stage: raw.text(&["STAGE_NAME"]).unwrap_or_else(|| "prod".to_owned()),
            },
            endpoint: endpoint(&mut raw),
            rules: rules(&mut raw),
            settings: settings(&mut raw, writers),
            logins: access::logins(&mut raw, writers),
            origins: access::origins(&mut raw),
            log: log(&mut raw),
        };
        let problems = raw.problems();
        if problems.is_empty() { Ok(config) } else { Err(Problems(problems)) }
    }

    /// From now on, what happens is logged to standard output, a line of JSON each.
    ///
    /// Of what libraries say, only warnings and errors are, whatever the filter says: below that they show whole events
    /// and requests, with the tokens in them. The name of the invocation, which one of them gives to every line, stays.
    pub fn log_to_stdout(&self) {
        let shown = filter_fn(|record| {
            let most = if record.is_span() { LevelFilter::INFO } else { LevelFilter::WARN };
            record.target().starts_with("headcount") || *record.level() <= most
        });
        let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_span_list(false);
        let log = tracing_subscriber::registry().with(self.log.clone()).with(shown).with(lines);
        // A second call finds the first one's in place, and leaves it.
        let _ = log.try_init();
    }
}

fn writers(raw: &mut Raw<'_>) -> TableWriters {
    let scan = raw.choice("SESSIONS_SCAN_FALLBACK", &[("false", false), ("true", true)]);
    raw.choice("TABLE_WRITERS", &[("ours", TableWriters::Ours), ("others", TableWriters::Others { scan })])
}

/// Where we write the tables, an audience is spread over shards of its own, and counted by these.
fn counter_shards(raw: &mut Raw<'_>, writers: TableWriters) -> Option<u16> {
    let wanted = raw.choice("COUNTING", &[("query", false), ("counters", true)]);
    let shards = raw.number("COUNTER_SHARDS", 16, 1..=64);
    if wanted && writers == TableWriters::Ours {
        raw.problem(
            "COUNTING must be query where TABLE_WRITERS is ours: those are counted at once".to_owned(),
        );
    }
    wanted.then_some(shards)
}

/// Stacks know their WebSocket address; the management API has the same with another scheme.
fn management(raw: &mut Raw<'_>) -> String {
    let endpoint = raw.required(&["API_GATEWAY_ENDPOINT"]);
    let endpoint = match endpoint.strip_prefix("wss://") {
        Some(rest) => format!("https://{rest}"),
        None => endpoint,
    };
    if !endpoint.is_empty() && !is_http(&endpoint) {
        raw.problem("API_GATEWAY_ENDPOINT must begin with https:// or wss://".to_owned());
    }
    endpoint.trim_end_matches('/').to_owned()
}

fn endpoint(raw: &mut Raw<'_>) -> Option<String> {
    let endpoint = raw.text(&["AWS_ENDPOINT_URL"]);
    if endpoint.as_deref().is_some_and(|endpoint| !is_http(endpoint)) {
        raw.problem("AWS_ENDPOINT_URL must begin with https:// or http://".to_owned());
    }
    endpoint
}

fn is_http(address: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| address.starts_with(scheme))
}

/// By target and level only: filters by span and field would bring a library of regular expressions into a binary
/// that is loaded at every cold start.
fn log(raw: &mut Raw<'_>) -> Targets {
    let filter = raw.text(&["HEADCOUNT_LOG"]).unwrap_or_else(|| "info".to_owned());
    filter.parse().unwrap_or_else(|error| {
        raw.problem(format!("HEADCOUNT_LOG: {error}"));
        Targets::new()
    })
}

fn rules(raw: &mut Raw<'_>) -> ServiceSettings {
    let defaults = ServiceSettings::default();
    let policy = UpdatePolicy {
        period: Duration::from_secs(raw.number("PERIODIC_UPDATE_INTERVAL_SECONDS", 30, 5..=900)),
        threshold_percent: raw.number("LISTENER_COUNT_CHANGE_THRESHOLD_PERCENT", 10, 0..=1_000),
        ..UpdatePolicy::default()
    };
    let max_listeners = raw.number("HEADCOUNT_MAX_LISTENERS", defaults.max_listeners, 1..=10_000_000);
    ServiceSettings { policy, max_listeners, ..defaults }
}

fn settings(raw: &mut Raw<'_>, writers: TableWriters) -> Settings {
    let supported_languages = raw.list("HEADCOUNT_LANGUAGE", |tag| {
        Language::parse(tag).map_err(|_| "is no BCP 47 language tag".to_owned())
    });
    Settings {
        reply_mode: raw.choice("REPLY_MODE", &[("return", ReplyMode::Return), ("post", ReplyMode::Post)]),
        error_status: raw.choice("REPLY_STATUS", &[("200", false), ("error", true)]),
        query_timeout: Duration::from_millis(raw.number("STATUS_QUERY_TIMEOUT_MS", 500, 50..=4_000)),
        status_cache: Duration::from_millis(raw.number("STATUS_CACHE_MS", 1_000, 0..=60_000)),
        supported_languages: (!supported_languages.is_empty()).then_some(supported_languages),
        quotas: access::quotas(raw, writers),
        ..Settings::default()
    }
}
