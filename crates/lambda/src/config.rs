//! The settings, read from the environment once and checked: every problem is told at the same time.

mod raw;
#[cfg(test)]
mod tests;

use crate::app::{ReplyMode, Settings};
use crate::gate::Logins;
use headcount_access::{OriginPolicy, SpeakerAuth, UrlKeys};
use headcount_core::service::ServiceSettings;
use headcount_core::{Language, UpdatePolicy};
use raw::Raw;
use std::fmt;
use std::time::Duration;

/// Everything that the function can be told.
pub struct Config {
    /// The names of the tables.
    pub tables: TableNames,
    /// Who writes sessions and connections.
    pub writers: TableWriters,
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
    log: String,
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
            management: management(&mut raw),
            queue_url: raw.required(&["WAKE_QUEUE_URL"]),
            origin: MetricsOrigin {
                service: raw.text(&["SERVICE_NAME"]).unwrap_or_else(|| "headcount".to_owned()),
                stage: raw.text(&["STAGE_NAME"]).unwrap_or_else(|| "prod".to_owned()),
            },
            endpoint: raw.text(&["AWS_ENDPOINT_URL"]),
            rules: rules(&mut raw),
            settings: settings(&mut raw),
            logins: logins(&mut raw, writers),
            origins: origins(&mut raw),
            log: raw.text(&["HEADCOUNT_LOG"]).unwrap_or_else(|| "info".to_owned()),
        };
        let problems = raw.problems();
        if problems.is_empty() { Ok(config) } else { Err(Problems(problems)) }
    }

    /// From now on, what happens is logged to standard output, a line of JSON each.
    pub fn log_to_stdout(&self) {
        // A second call finds the first one's in place, and leaves it.
        let _ = tracing_subscriber::fmt().json().flatten_event(true).with_env_filter(&self.log).try_init();
    }
}

fn writers(raw: &mut Raw<'_>) -> TableWriters {
    let scan = raw.choice("SESSIONS_SCAN_FALLBACK", &[("false", false), ("true", true)]);
    raw.choice("TABLE_WRITERS", &[("ours", TableWriters::Ours), ("others", TableWriters::Others { scan })])
}

fn management(raw: &mut Raw<'_>) -> String {
    let endpoint = raw.required(&["API_GATEWAY_ENDPOINT"]);
    // Stacks know their WebSocket address; the management API has the same with another scheme.
    match endpoint.strip_prefix("wss://") {
        Some(rest) => format!("https://{rest}"),
        None if endpoint.is_empty() || endpoint.starts_with("http") => endpoint,
        None => {
            raw.problem("API_GATEWAY_ENDPOINT must begin with https://".to_owned());
            endpoint
        }
    }
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

fn settings(raw: &mut Raw<'_>) -> Settings {
    let supported_languages = raw.list("HEADCOUNT_LANGUAGE", |tag| {
        Language::parse(tag).map_err(|_| "is no BCP 47 language tag".to_owned())
    });
    Settings {
        reply_mode: raw.choice("REPLY_MODE", &[("return", ReplyMode::Return), ("post", ReplyMode::Post)]),
        error_status: raw.choice("REPLY_STATUS", &[("200", false), ("error", true)]),
        query_timeout: Duration::from_millis(raw.number("STATUS_QUERY_TIMEOUT_MS", 500, 50..=4_000)),
        status_cache: Duration::from_millis(raw.number("STATUS_CACHE_MS", 1_000, 0..=60_000)),
        supported_languages: (!supported_languages.is_empty()).then_some(supported_languages),
        ..Settings::default()
    }
}

/// Where others let speakers in, their word is taken; where we do, somebody has to say how.
fn logins(raw: &mut Raw<'_>, writers: TableWriters) -> Logins {
    const NAME: &str = "HEADCOUNT_SPEAKER_AUTH";
    let method = raw.text(&[NAME]);
    let (issuer, audience) = (raw.text(&["HEADCOUNT_ISSUER"]), raw.text(&["HEADCOUNT_AUDIENCE"]));
    let problem = match (method.as_deref(), writers) {
        (Some("authorizer"), _) | (None, TableWriters::Others { .. }) => return Logins::Authorizer,
        (Some("none"), _) => return Logins::Tokens(SpeakerAuth::none()),
        (Some("hs256"), _) => {
            let secret = raw.required(&["HEADCOUNT_SPEAKER_SECRET"]);
            match SpeakerAuth::hs256(secret.as_bytes(), issuer.as_deref(), audience.as_deref()) {
                Ok(auth) => return Logins::Tokens(auth),
                Err(error) => format!("HEADCOUNT_SPEAKER_SECRET: {error}"),
            }
        }
        (Some("jwks"), _) => match jwks(raw, issuer.as_deref(), audience.as_deref()) {
            Ok(auth) => return Logins::Tokens(auth),
            Err(problem) => problem,
        },
        _ => format!("{NAME} must be jwks, hs256, authorizer or none (anybody may create sessions)"),
    };
    raw.problem(problem);
    Logins::Authorizer
}

fn jwks(raw: &mut Raw<'_>, issuer: Option<&str>, audience: Option<&str>) -> Result<SpeakerAuth, String> {
    let url = raw.required(&["HEADCOUNT_JWKS"]);
    let keys = UrlKeys::new(&url).map_err(|error| format!("HEADCOUNT_JWKS: {error}"))?;
    let auth = SpeakerAuth::jwks(keys, issuer.unwrap_or_default(), audience.unwrap_or_default());
    auth.map_err(|missing| {
        let missing: Vec<String> = missing.iter().map(ToString::to_string).collect();
        format!("HEADCOUNT_ISSUER, HEADCOUNT_AUDIENCE: {}", missing.join("; "))
    })
}

fn origins(raw: &mut Raw<'_>) -> OriginPolicy {
    let allowed = raw.list("HEADCOUNT_ALLOW_ORIGIN", |origin| Ok(origin.to_owned()));
    OriginPolicy::new(allowed, [], false).unwrap_or_else(|problems| {
        for problem in problems {
            raw.problem(format!("HEADCOUNT_ALLOW_ORIGIN: {problem}"));
        }
        OriginPolicy::default()
    })
}
