//! The targets of webhooks: where they are, what they are told, what proves that we say it.

use super::{DAY, MINUTE, secrets};
use crate::config::reader::Reader;
use crate::config::settings::webhooks::*;
use headcount_server::webhooks::{Permits, Settings, SigningSecret, Target, Topic, trust};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Each has a queue in memory and a task of its own.
const MAX_TARGETS: usize = 16;

/// The longest name of a target.
const MAX_NAME: usize = 32;

/// One target as it is written: a URL alone, or more.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Written {
    url: String,
    secret_file: Option<PathBuf>,
    events: Option<Vec<String>>,
    name: Option<String>,
}

/// All of it; `None` where there is no target, or where something is wrong.
pub(super) fn check(reader: &mut Reader) -> Option<Settings> {
    let permits =
        Permits { http: reader.switch(&WEBHOOK_ALLOW_HTTP), private: reader.switch(&WEBHOOK_ALLOW_PRIVATE) };
    let give_up_after = reader.duration(&WEBHOOK_RETRY_FOR, MINUTE..=7 * DAY);
    let events = reader.list(&WEBHOOK_EVENTS);
    let topics = topics(&events).map_err(|text| reader.problem(&WEBHOOK_EVENTS, text)).unwrap_or_default();
    let common = common_secrets(reader);
    let ca_file = reader.path(&WEBHOOK_CA_FILE);
    let tls = trust(ca_file.as_deref()).map_err(|text| reader.problem(&WEBHOOK_CA_FILE, text)).ok();
    let texts = reader.list(&WEBHOOK);
    if texts.is_empty() {
        refuse_unused(reader);
        return None;
    }
    if texts.len() > MAX_TARGETS {
        reader.problem(&WEBHOOK, format!("there are {}, and {MAX_TARGETS} at the most", texts.len()));
    }
    let mut targets: Vec<Target> = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let judged = target(reader, text, &topics, common.as_deref(), permits);
        match judged {
            Ok(target) if targets.iter().any(|other| other.key() == target.key()) => {
                reader.problem(&WEBHOOK, format!("target {}: is there already", index + 1));
            }
            Ok(target) => targets.push(target),
            // The URL is not repeated: there may be a secret in it.
            Err(text) => reader.problem(&WEBHOOK, format!("target {}: {text}", index + 1)),
        }
    }
    let mut settings = Settings::new(targets, permits, tls?);
    settings.retries.give_up_after = give_up_after;
    Some(settings)
}

/// Whoever sets these means to have a target.
fn refuse_unused(reader: &mut Reader) {
    for setting in [&WEBHOOK_SECRET_FILE, &WEBHOOK_SECRET] {
        if reader.is_given(setting) {
            reader.problem(setting, "only webhooks use it; name a target with --webhook or leave this out");
        }
    }
}

/// The secrets of targets that name none; an empty list if they were given and are wrong, which has been said.
fn common_secrets(reader: &mut Reader) -> Option<Vec<SigningSecret>> {
    let is_given = reader.is_given(&WEBHOOK_SECRET) || reader.is_given(&WEBHOOK_SECRET_FILE);
    let read = secrets::read_text(reader, &WEBHOOK_SECRET, &WEBHOOK_SECRET_FILE);
    let Some((text, place)) = read else { return is_given.then(Vec::new) };
    Some(signing_secrets(&text).map_err(|text| reader.problem(place, text)).unwrap_or_default())
}

fn target(
    reader: &mut Reader,
    text: &str,
    topics_of_all: &BTreeSet<Topic>,
    common: Option<&[SigningSecret]>,
    permits: Permits,
) -> Result<Target, String> {
    let written = written(text)?;
    let topics = match &written.events {
        Some(events) => topics(events)?,
        None => topics_of_all.clone(),
    };
    let secrets = match &written.secret_file {
        Some(path) => signing_secrets(&secrets::read_file(reader, &WEBHOOK, path)?)?,
        None => common.ok_or("has no secret: name a file with --webhook-secret-file")?.to_vec(),
    };
    if let Some(name) = &written.name {
        check_name(name)?;
    }
    let target = Target::new(written.name.as_deref(), &written.url, secrets, topics, permits);
    target.map_err(|error| error.to_string())
}

fn written(text: &str) -> Result<Written, String> {
    if !text.trim_start().starts_with('{') {
        return Ok(Written { url: text.to_owned(), ..Written::default() });
    }
    // What is wrong is said without the text around it, for the URL may hold a secret.
    let table = format!("webhook = {text}").parse::<toml::Table>();
    let table = table.map_err(|error| format!("is not a TOML table: {}", error.message()))?;
    let value = table.get("webhook").cloned().unwrap_or(toml::Value::Boolean(false));
    value.try_into().map_err(|error: toml::de::Error| error.message().to_owned())
}

fn topics(names: &[String]) -> Result<BTreeSet<Topic>, String> {
    let all = || Topic::ALL.map(Topic::as_str).join(", ");
    let topics: BTreeSet<_> = names
        .iter()
        .flat_map(|names| names.split(','))
        .map(|name| {
            Topic::from_name(name.trim()).ok_or_else(|| format!("{name:?} is no event; choose {}", all()))
        })
        .collect::<Result<_, _>>()?;
    if topics.is_empty() { Err(format!("names no event; choose {}", all())) } else { Ok(topics) }
}

fn signing_secrets(text: &str) -> Result<Vec<SigningSecret>, String> {
    let texts = text.split([',', '\n']).map(str::trim).filter(|text| !text.is_empty());
    let secrets: Vec<_> =
        texts.map(SigningSecret::parse).collect::<Result<_, _>>().map_err(|error| error.to_string())?;
    if secrets.is_empty() { Err("holds no secret".to_owned()) } else { Ok(secrets) }
}

fn check_name(name: &str) -> Result<(), String> {
    let is_fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.len() > MAX_NAME || !name.chars().all(is_fine) {
        return Err(format!("a name has 1 to {MAX_NAME} letters, digits, dashes, underscores and dots"));
    }
    Ok(())
}
