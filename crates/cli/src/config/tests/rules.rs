//! What the values are, and that the defaults are those of the parts themselves.

use super::*;
use crate::config::settings::all;
use headcount_core::SignalRules;
use headcount_server::{Config, MetricsAccess, StoreConfig};
use std::time::Duration;

#[test]
fn nothing_said_is_what_the_parts_do_by_themselves() {
    let Checked { listen, config, log, warnings } = Trial::new().check(&[]);
    let own = Config::local();
    assert_eq!(listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.service, own.service);
    assert_eq!(config.quotas, own.quotas);
    assert_eq!(config.sockets, own.sockets);
    assert_eq!((config.recovery, config.drain_within), (own.recovery, own.drain_within));
    assert_eq!((config.metrics, config.supported_languages), (own.metrics, own.supported_languages));
    assert!(config.speaker_auth.is_open() && !config.operators.is_configured());
    assert!(config.tls.is_none() && config.management.is_none());
    let (data_dir, report_retention) = (PathBuf::from("headcount-data"), StoreConfig::REPORT_RETENTION);
    assert_eq!(config.store, StoreConfig::Embedded { data_dir, report_retention, max_bytes: None });
    assert_eq!(log.format, LogFormat::Pretty);
    assert!(warnings.is_empty(), "{warnings:?}");
}

#[test]
fn every_setting_has_a_name_of_its_own_and_a_sentence() {
    let mut names: Vec<_> = all().map(|setting| setting.name).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
    for setting in all() {
        assert!(setting.help.starts_with(|c: char| c.is_ascii_uppercase()), "{}", setting.name);
        assert!(!setting.help.ends_with('.'), "{}", setting.name);
    }
}

#[test]
fn each_flag_reaches_its_own_value() {
    let trial = Trial::new();
    let config = trial
        .check(&[
            "--period=31s",
            "--threshold-percent=11",
            "--min-gap=2s",
            "--shown-languages=64",
            "--signal-idle-after=90s",
            "--signal-drop-percent=40",
            "--signal-unserved=off",
            "--reconnect-grace=6s",
            "--speaker-grace=32s",
            "--session-lifetime=3h",
            "--recovery=16s",
            "--drain-within=12s",
            "--max-listeners=1",
            "--max-connections=2",
            "--max-connections-per-address=3",
            "--connections-per-minute=4",
            "--connections-burst=5",
            "--sessions-per-hour=6",
            "--status-queries-per-second=7",
            "--control-messages-per-second=8",
            "--max-control-message=2KiB",
            "--queue-messages=9",
            "--queue-bytes=65537",
            "--max-store-size=3GiB",
            "--ping-every=13s",
            "--silent-after=33s",
            "--max-connection-age=0s",
            "--report-retention=2h",
            "--metrics=off",
        ])
        .config;
    let seconds = Duration::from_secs;
    let policy = config.service.policy;
    assert_eq!((policy.period, policy.threshold_percent), (seconds(31), 11));
    assert_eq!((policy.min_gap, policy.shown_languages, policy.triggers), (seconds(2), 64, true));
    let signals = SignalRules { idle_after: Some(seconds(90)), drop_percent: Some(40), unserved: false };
    assert_eq!(config.service.signals, signals);
    let service = config.service;
    assert_eq!((service.reconnect_grace, service.speaker_grace), (seconds(6), seconds(32)));
    assert_eq!((service.session_lifetime, service.max_listeners), (seconds(3 * 60 * 60), 1));
    let quotas = config.quotas;
    assert_eq!((quotas.max_connections, quotas.max_connections_per_address), (2, 3));
    assert_eq!((quotas.connections_per_minute, quotas.connection_burst, quotas.sessions_per_hour), (4, 5, 6));
    assert_eq!((quotas.status_queries_per_second, quotas.control_messages_per_second), (7, 8));
    let sockets = config.sockets;
    assert_eq!(
        (sockets.max_control_message, sockets.queue_messages, sockets.queue_bytes),
        (2_048, 9, 65_537)
    );
    assert_eq!((sockets.ping_every, sockets.silent_after), (seconds(13), seconds(33)));
    assert_eq!(sockets.max_connection_age, Duration::ZERO);
    assert_eq!((config.recovery, config.drain_within), (seconds(16), seconds(12)));
    assert_eq!(config.metrics, MetricsAccess::Off);
    let StoreConfig::Embedded { report_retention, max_bytes, .. } = config.store else {
        panic!("not on disk")
    };
    assert_eq!((report_retention, max_bytes), (seconds(2 * 60 * 60), Some(3 << 30)));
}

#[test]
fn signals_that_are_off_are_none_at_all() {
    let off = ["--signal-idle-after=0s", "--signal-drop-percent=0", "--signal-unserved=off"];
    assert_eq!(Trial::new().check(&off).config.service.signals, SignalRules::OFF);
}

#[test]
fn the_system_has_the_last_word_on_the_default_number_of_connections_and_warns_of_a_larger_wish() {
    let trial = Trial::new();
    let with = |line: &[&str], room| {
        let checked = trial.gather(line).check(Some(room)).unwrap_or_else(|problems| panic!("{problems:?}"));
        let warnings: Vec<_> = checked.warnings.iter().map(ToString::to_string).collect();
        (checked.config.quotas.max_connections, warnings)
    };
    for (room, allowed) in [(100_000, 100_000), (960, 960), (0, 1)] {
        assert_eq!(with(&[], room), (allowed, vec![]));
    }
    assert_eq!(with(&["--max-connections=960"], 960), (960, vec![]));
    for wanted in [961, 0] {
        let (allowed, warnings) = with(&[&format!("--max-connections={wanted}")], 960);
        assert_eq!(allowed, wanted);
        assert_only(&warnings, &["--max-connections", "room for 960", "LimitNOFILE"]);
    }
    let raw = trial.gather(&[]);
    let shown = raw.show(&raw.check(Some(960)).unwrap_or_else(|problems| panic!("{problems:?}")));
    let line = shown.lines().find(|line| line.starts_with("max-connections =")).unwrap();
    assert!(line.starts_with("max-connections = 960 ") && line.ends_with("# as open files allow"), "{line}");
}

#[test]
fn what_contradicts_itself_is_refused() {
    let trial = Trial::new();
    let a_file = trial.file("file", "x");
    for (line, parts) in [
        (&["--silent-after=10s"][..], ["--silent-after", "--ping-every"]),
        (&["--period=2s", "--min-gap=3s"], ["--min-gap", "--period"]),
        (&["--data-dir", &a_file], ["--data-dir", "not a directory"]),
        (&["--data-dir="], ["--data-dir", "--in-memory"]),
        (&["--management-listen=127.0.0.1:8080"], ["--management-listen", "another"]),
        (&["--period=0s"], ["--period", "from 1s to 3600s"]),
        (&["--max-store-size=4KiB"], ["--max-store-size", "from 1MiB to 1TiB"]),
        (&["--queue-bytes=1G"], ["--queue-bytes", "64KiB"]),
        (&["--max-listeners=0"], ["--max-listeners", "from 1 to 10000000"]),
        (&["--language=english language"], ["--language", "BCP 47"]),
        (&["--log-level=headcount=loud"], ["--log-level", "loud"]),
        (&["--trusted-proxy=10.0.0.0/64"], ["--trusted-proxy", "network"]),
        (&["--allow-host=a b"], ["--allow-host", "host name"]),
        (&["--tls-cert=c.pem"], ["--tls-key", "missing"]),
        (&["--tls-key=c.pem"], ["--tls-cert", "missing"]),
        (&["--tls-cert=c.pem", "--tls-key=k.pem"], ["--tls-cert", "cannot read c.pem"]),
    ] {
        assert_only(&trial.problems(line), &parts);
    }
}
