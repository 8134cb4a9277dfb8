//! The second stage: from texts to what the server takes, with everything that is wrong found at once.

mod access;
mod listeners;
mod rules;
mod secrets;
mod store;
mod webhooks;

use super::reader::Reader;
use super::settings::network::*;
use super::settings::running::*;
use super::settings::updates::{LANGUAGE, RECOVERY};
use super::{Problem, RawConfig};
use headcount_core::Language;
use headcount_server::access::SpeakerAuth;
use headcount_server::{Config, TlsFiles};
use std::net::SocketAddr;
use std::time::Duration;
use tracing_subscriber::EnvFilter;

pub(super) const SECOND: Duration = Duration::from_secs(1);
pub(super) const MINUTE: Duration = Duration::from_secs(60);
pub(super) const HOUR: Duration = Duration::from_secs(60 * 60);
pub(super) const DAY: Duration = Duration::from_secs(24 * 60 * 60);
pub(super) const MIB: u64 = 1_024 * 1_024;

/// A configuration that the server can run with.
pub(crate) struct Checked {
    /// Where to listen for clients.
    pub(crate) listen: SocketAddr,
    /// Everything that the server takes.
    pub(crate) config: Config,
    /// How to log.
    pub(crate) log: LogConfig,
    /// What is allowed but may not be meant; for the log.
    pub(crate) warnings: Vec<Problem>,
}

/// How to log.
#[derive(Debug)]
pub(crate) struct LogConfig {
    /// The looks.
    pub(crate) format: LogFormat,
    /// What is logged.
    pub(crate) filter: EnvFilter,
}

/// How the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

impl RawConfig {
    /// Judges everything. Reads the files that are named, but binds and writes nothing. `room` is how many connections
    /// the system lets this process have, `None` any number.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub(crate) fn check(&self, room: Option<u32>) -> Result<Checked, Vec<Problem>> {
        let mut reader = Reader::new(self);
        let found = check(&mut reader, room);
        match found {
            Some((listen, config, log)) if reader.problems.is_empty() => {
                Ok(Checked { listen, config, log, warnings: reader.warnings })
            }
            _ => Err(reader.problems),
        }
    }
}

/// All of it; `None` only if there is a problem.
fn check(reader: &mut Reader, room: Option<u32>) -> Option<(SocketAddr, Config, LogConfig)> {
    let listeners = listeners::check(reader);
    let speaker_auth = access::speakers(reader);
    let operators = access::operators(reader);
    let origins = access::origins(reader, &listeners);
    let proxies = access::proxies(reader);
    let metrics = access::metrics(reader, &listeners, operators.as_ref());
    let management = access::management(reader, &listeners, operators.as_ref());
    access::exposure(reader, &listeners, speaker_auth.as_ref());
    let config = Config {
        service: rules::service(reader),
        store: store::check(reader),
        recovery: reader.duration(&RECOVERY, Duration::ZERO..=HOUR),
        speaker_auth: speaker_auth.unwrap_or_else(SpeakerAuth::none),
        operators: operators.unwrap_or_default(),
        origins: origins.unwrap_or_default(),
        proxies: proxies.unwrap_or_default(),
        quotas: rules::quotas(reader, room),
        supported_languages: languages(reader),
        sockets: rules::sockets(reader),
        tls: tls(reader),
        metrics,
        webhooks: webhooks::check(reader),
        management,
        drain_within: reader.duration(&DRAIN_WITHIN, Duration::ZERO..=HOUR),
    };
    let log = log(reader);
    Some((listeners.clients?, config, log?))
}

fn languages(reader: &mut Reader) -> Option<Vec<Language>> {
    let mut languages = Vec::new();
    for tag in reader.list(&LANGUAGE) {
        match Language::parse(&tag) {
            Ok(language) if languages.contains(&language) => {}
            Ok(language) => languages.push(language),
            Err(error) => reader.problem(&LANGUAGE, format!("{tag:?} is {error}")),
        }
    }
    (!languages.is_empty()).then_some(languages)
}

fn tls(reader: &mut Reader) -> Option<TlsFiles> {
    match (reader.path(&TLS_CERT), reader.path(&TLS_KEY)) {
        (None, None) => None,
        (Some(cert), Some(key)) => {
            secrets::warn_if_readable_by_others(reader, &TLS_KEY, &key);
            let files = TlsFiles { cert, key };
            if let Err(error) = files.check() {
                reader.problem(&TLS_CERT, error);
            }
            Some(files)
        }
        (Some(_), None) => {
            reader.problem(&TLS_KEY, "is missing; a certificate needs its key");
            None
        }
        (None, Some(_)) => {
            reader.problem(&TLS_CERT, "is missing; a key needs its certificate");
            None
        }
    }
}

fn log(reader: &mut Reader) -> Option<LogConfig> {
    let formats = [("pretty", LogFormat::Pretty), ("json", LogFormat::Json)];
    let format = reader.choice(&LOG_FORMAT, &formats);
    let filter = reader.parsed(&LOG_LEVEL, |text| EnvFilter::builder().parse(text));
    Some(LogConfig { format: format?, filter: filter? })
}
