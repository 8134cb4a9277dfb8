//! Settings, and what is said about those that are wrong.

use super::*;
use headcount_access::Quotas;
use std::collections::HashMap;

const BROWN: [(&str, &str); 5] = [
    ("SESSIONS_TABLE_NAME", "Sessions"),
    ("CONNECTIONS_TABLE", "Connections"),
    ("API_GATEWAY_ENDPOINT", "https://a1.execute-api.eu-central-1.amazonaws.com/prod"),
    ("WAKE_QUEUE_URL", "https://sqs.eu-central-1.amazonaws.com/1/wakes"),
    ("TABLE_WRITERS", "others"),
];

fn read(more: &[(&str, &str)]) -> Result<Config, Vec<String>> {
    let all: HashMap<&str, &str> = BROWN.iter().chain(more).copied().collect();
    Config::read(&|name| all.get(name).map(|value| (*value).to_owned()))
        .map_err(|Problems(problems)| problems)
}

#[test]
fn a_brown_field_needs_five_settings_and_has_the_defaults_of_the_contract() {
    let config = read(&[]).unwrap_or_else(|problems| panic!("{problems:?}"));
    let quotas = Quotas {
        control_messages_per_second: 0,
        sessions_per_hour: 0,
        connections_per_minute: 0,
        ..Quotas::default()
    };
    assert_eq!(config.settings, Settings { quotas, ..Settings::default() });
    assert_eq!(config.rules, ServiceSettings::default());
    assert_eq!(config.tables.status, "SessionStatus");
    assert_eq!(config.writers, TableWriters::Others { scan: false });
    assert_eq!(config.counter_shards, None);
    assert!(matches!(config.logins, Logins::Authorizer));
}

#[test]
fn every_setting_is_read() {
    let config = read(&[
        ("SESSIONS_SCAN_FALLBACK", "true"),
        ("API_GATEWAY_ENDPOINT", "wss://api.example/prod"),
        ("REPLY_MODE", "post"),
        ("REPLY_STATUS", "error"),
        ("STATUS_QUERY_TIMEOUT_MS", "800"),
        ("STATUS_CACHE_MS", "0"),
        ("PERIODIC_UPDATE_INTERVAL_SECONDS", "45"),
        ("LISTENER_COUNT_CHANGE_THRESHOLD_PERCENT", "0"),
        ("HEADCOUNT_LANGUAGE", "es, pt-BR"),
        ("STATUS_TABLE_NAME", "Mine"),
        ("HEADCOUNT_STATUS_QUERIES_PER_SECOND", "0"),
        ("HEADCOUNT_SESSIONS_PER_HOUR", "7"),
    ]);
    let config = config.unwrap_or_else(|problems| panic!("{problems:?}"));
    assert_eq!(config.writers, TableWriters::Others { scan: true });
    assert_eq!(config.management, "https://api.example/prod");
    assert_eq!((config.settings.reply_mode, config.settings.error_status), (ReplyMode::Post, true));
    assert_eq!(config.settings.query_timeout, Duration::from_millis(800));
    assert_eq!(config.settings.status_cache, Duration::ZERO);
    assert_eq!(
        (config.rules.policy.period, config.rules.policy.threshold_percent),
        (Duration::from_secs(45), 0)
    );
    assert_eq!(config.settings.supported_languages.map(|list| list.len()), Some(2));
    assert_eq!(config.tables.status, "Mine");
    let quotas = config.settings.quotas;
    assert_eq!((quotas.status_queries_per_second, quotas.sessions_per_hour), (0, 0), "sessions are not ours");
}

#[test]
fn counters_follow_the_stream_of_others_only() {
    let shards = |more: &[(&str, &str)]| read(more).map(|config| config.counter_shards);
    assert_eq!(shards(&[("COUNTING", "counters")]), Ok(Some(16)));
    assert_eq!(shards(&[("COUNTING", "counters"), ("COUNTER_SHARDS", "64")]), Ok(Some(64)));
    assert_eq!(shards(&[("COUNTING", "query"), ("COUNTER_SHARDS", "64")]), Ok(None));
    for wrong in [
        vec![("COUNTING", "guesses")],
        vec![("COUNTING", "counters"), ("COUNTER_SHARDS", "0")],
        vec![("COUNTING", "counters"), ("TABLE_WRITERS", "ours"), ("HEADCOUNT_SPEAKER_AUTH", "none")],
    ] {
        assert_eq!(shards(&wrong).unwrap_err().len(), 1, "{wrong:?}");
    }
}

#[test]
fn in_tables_of_ours_all_limits_hold_and_can_be_set() {
    let ours = [("TABLE_WRITERS", "ours"), ("HEADCOUNT_SPEAKER_AUTH", "none")];
    let quotas = |more: &[(&str, &str)]| {
        read(&[&ours, more].concat()).unwrap_or_else(|problems| panic!("{problems:?}")).settings.quotas
    };
    assert_eq!(quotas(&[]), Quotas::default());
    let set = quotas(&[
        ("HEADCOUNT_STATUS_QUERIES_PER_SECOND", "3"),
        ("HEADCOUNT_CONTROL_MESSAGES_PER_SECOND", "4"),
        ("HEADCOUNT_SESSIONS_PER_HOUR", "5"),
        ("HEADCOUNT_CONNECTIONS_PER_MINUTE", "0"),
        ("HEADCOUNT_CONNECTIONS_BURST", "6"),
    ]);
    let expected = Quotas {
        status_queries_per_second: 3,
        control_messages_per_second: 4,
        sessions_per_hour: 5,
        connections_per_minute: 0,
        connection_burst: 6,
        ..Quotas::default()
    };
    assert_eq!(set, expected);
}

#[test]
fn addresses_are_taken_with_their_scheme() {
    for (given, management) in [
        ("wss://a.example/prod/", "https://a.example/prod"),
        ("https://a.example/prod", "https://a.example/prod"),
        ("http://127.0.0.1:3001", "http://127.0.0.1:3001"),
    ] {
        let config = read(&[("API_GATEWAY_ENDPOINT", given)]);
        assert_eq!(config.map(|config| config.management).as_deref(), Ok(management));
    }
    for wrong in [("API_GATEWAY_ENDPOINT", "httpx://a"), ("AWS_ENDPOINT_URL", "localhost:8000")] {
        assert_eq!(read(&[wrong]).err().map(|problems| problems.len()), Some(1), "{wrong:?}");
    }
}

#[test]
fn every_problem_is_told_at_once() {
    let problems = read(&[
        ("SESSIONS_TABLE_NAME", " "),
        ("API_GATEWAY_ENDPOINT", "ftp://x"),
        ("REPLY_MODE", "shout"),
        ("STATUS_QUERY_TIMEOUT_MS", "5"),
        ("STATUS_CACHE_MS", "-1"),
        ("HEADCOUNT_LANGUAGE", "es,???"),
        ("HEADCOUNT_LOG", "headcount=loud"),
        ("HEADCOUNT_CONNECTIONS_BURST", "0"),
        ("HEADCOUNT_SPEAKER_AUTH", "hs256"),
        ("HEADCOUNT_SPEAKER_SECRET", "short"),
    ]);
    let problems = problems.err().expect("they are wrong");
    assert_eq!(problems.len(), 9, "{problems:#?}");
    assert!(problems.iter().all(|problem| !problem.contains("short")), "no secret is shown: {problems:?}");
}

#[test]
fn where_the_tables_are_ours_somebody_has_to_say_who_may_speak() {
    let ours = ("TABLE_WRITERS", "ours");
    assert!(read(&[ours]).is_err());
    for auth in [
        vec![("HEADCOUNT_SPEAKER_AUTH", "none")],
        vec![("HEADCOUNT_SPEAKER_AUTH", "authorizer")],
        vec![
            ("HEADCOUNT_SPEAKER_AUTH", "hs256"),
            ("HEADCOUNT_SPEAKER_SECRET", "0123456789abcdef0123456789abcdef"),
        ],
        vec![
            ("HEADCOUNT_SPEAKER_AUTH", "jwks"),
            ("HEADCOUNT_JWKS", "https://id.example/keys"),
            ("HEADCOUNT_ISSUER", "https://id.example/"),
            ("HEADCOUNT_AUDIENCE", "headcount"),
        ],
    ] {
        let settings: Vec<_> = auth.iter().copied().chain([ours]).collect();
        assert!(read(&settings).is_ok(), "{auth:?}");
    }
    let incomplete =
        [ours, ("HEADCOUNT_SPEAKER_AUTH", "jwks"), ("HEADCOUNT_JWKS", "https://id.example/keys")];
    assert!(read(&incomplete).is_err());
}
