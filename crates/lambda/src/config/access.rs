//! Who may speak, from which pages, and how much anybody may do.

use super::TableWriters;
use super::raw::Raw;
use crate::gate::Logins;
use headcount_access::{OriginPolicy, Quotas, SpeakerAuth, UrlKeys};

/// The most of anything that a limit can be set to.
const MANY: u32 = 10_000_000;

/// Where others let speakers in, their word is taken; where we do, somebody has to say how.
pub(super) fn logins(raw: &mut Raw<'_>, writers: TableWriters) -> Logins {
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

pub(super) fn origins(raw: &mut Raw<'_>) -> OriginPolicy {
    let allowed = raw.list("HEADCOUNT_ALLOW_ORIGIN", |origin| Ok(origin.to_owned()));
    OriginPolicy::new(allowed, [], false).unwrap_or_else(|problems| {
        for problem in problems {
            raw.problem(format!("HEADCOUNT_ALLOW_ORIGIN: {problem}"));
        }
        OriginPolicy::default()
    })
}

/// As the server's. Where others let people in and hear what they say, questions are all that is ours to limit.
pub(super) fn quotas(raw: &mut Raw<'_>, writers: TableWriters) -> Quotas {
    let defaults = Quotas::default();
    let mut number = |name, default| raw.number(name, default, 0..=MANY);
    let quotas = Quotas {
        status_queries_per_second: number(
            "HEADCOUNT_STATUS_QUERIES_PER_SECOND",
            defaults.status_queries_per_second,
        ),
        control_messages_per_second: number(
            "HEADCOUNT_CONTROL_MESSAGES_PER_SECOND",
            defaults.control_messages_per_second,
        ),
        sessions_per_hour: number("HEADCOUNT_SESSIONS_PER_HOUR", defaults.sessions_per_hour),
        connections_per_minute: number("HEADCOUNT_CONNECTIONS_PER_MINUTE", defaults.connections_per_minute),
        connection_burst: raw.number("HEADCOUNT_CONNECTIONS_BURST", defaults.connection_burst, 1..=1_000_000),
        ..defaults
    };
    match writers {
        TableWriters::Ours => quotas,
        TableWriters::Others { .. } => Quotas {
            control_messages_per_second: 0,
            sessions_per_hour: 0,
            connections_per_minute: 0,
            ..quotas
        },
    }
}
