//! Where a value may stand, which of them counts, and that the configuration shown is the one in force.

use super::*;
use headcount_core::Language;
use std::os::unix::ffi::OsStringExt;
use std::time::Duration;

#[test]
fn a_flag_wins_over_the_environment_that_over_the_file_that_over_the_default() {
    let trial = Trial::new();
    let file = trial.file("h.toml", "period = \"40s\"\nmin-gap = \"2s\"\nmax-listeners = 7\n");
    let trial = trial.set("HEADCOUNT_PERIOD", "50s").set("HEADCOUNT_MIN_GAP", "3s");
    let checked = trial.check(&["--config", &file, "--period", "60s"]);
    let service = checked.config.service;
    assert_eq!(service.policy.period, Duration::from_secs(60));
    assert_eq!(service.policy.min_gap, Duration::from_secs(3));
    assert_eq!(service.max_listeners, 7);
    assert_eq!(service.policy.threshold_percent, 10);
}

#[test]
fn the_environment_can_name_the_file_and_an_empty_variable_says_nothing() {
    let trial = Trial::new();
    let file = trial.file("h.toml", "max-listeners = \"8\"\n");
    let trial = trial.set("HEADCOUNT_CONFIG", file).set("HEADCOUNT_MAX_LISTENERS", "");
    assert_eq!(trial.check(&[]).config.service.max_listeners, 8);
}

#[test]
fn a_list_is_repeated_or_has_commas_and_the_strongest_place_has_all_of_it() {
    let trial = Trial::new();
    let file = trial.file("h.toml", "language = [\"de\", \"fr\"]\ninsecure-open = true\n");
    let of = |trial: &Trial, line: &[&str]| trial.check(line).config.supported_languages;
    let tags = |tags: &[&str]| Some(tags.iter().map(|tag| Language::parse(tag).unwrap()).collect::<Vec<_>>());
    assert_eq!(of(&trial, &[]), None);
    assert_eq!(of(&trial, &["--config", &file]), tags(&["de", "fr"]));
    let line = ["--config", &file, "--language", "es,pt_br", "--language", "ES"];
    assert_eq!(of(&trial, &line), tags(&["es", "pt-BR"]));
    assert_eq!(of(&trial.set("HEADCOUNT_LANGUAGE", "it, nl"), &["--config", &file]), tags(&["it", "nl"]));
}

#[test]
fn a_switch_can_be_turned_off_again() {
    let trial = Trial::new();
    let file = trial.file("h.toml", "in-memory = true\n");
    let in_memory = |line: &[&str]| trial.check(line).config.store == headcount_server::StoreConfig::Memory;
    assert!(in_memory(&["--config", &file]));
    assert!(!in_memory(&["--config", &file, "--in-memory=false"]));
    assert!(in_memory(&["--in-memory"]));
}

#[test]
fn every_problem_of_every_place_is_told_at_once_and_by_its_name_there() {
    let trial = Trial::new();
    let file = trial.file(
        "h.toml",
        "period = 30\nmax_listeners = 5\nfoo = 1\nspeaker-secret = \"x\"\nsession-lifetime = [\"1h\"]\n",
    );
    let trial = trial
        .set("HEADCOUNT_MIN_GAP", "soon")
        .set("HEADCOUNT_LOG_LEVEL", OsString::from_vec(vec![0xff]))
        .set("HEADCOUNT_MAX_CONNECTIONS", "-1");
    let problems = trial.problems(&[
        "--config",
        &file,
        "--listen",
        "here",
        "--metrics",
        "some",
        "--operator-token",
        "hush-hush-hush-hush",
        "--queue-bytes",
        "99999999999999999999",
        "--allow-origin",
        "example.com",
    ]);
    let expected = [
        "period in ",
        "max_listeners in ",
        "foo in ",
        "speaker-secret in ",
        "session-lifetime in ",
        "HEADCOUNT_MIN_GAP: ",
        "HEADCOUNT_LOG_LEVEL: ",
        "HEADCOUNT_MAX_CONNECTIONS: ",
        "--listen: ",
        "--metrics: ",
        "--operator-token: ",
        "--queue-bytes: ",
        "--allow-origin: ",
    ];
    for place in expected {
        let count = problems.iter().filter(|problem| problem.starts_with(place)).count();
        assert_eq!(count, 1, "{place} in {problems:#?}");
    }
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    assert!(!problems.concat().contains("hush"), "{problems:#?}");
}

#[test]
fn a_file_that_is_missing_or_is_not_toml_is_a_problem() {
    let trial = Trial::new();
    assert_only(
        &trial.problems(&["--config", trial.path("none.toml").to_str().unwrap()]),
        &["none.toml: cannot be read"],
    );
    let file = trial.file("h.toml", "period = \"30s\"\n\nmin-gap = = 1\n");
    assert_only(&trial.problems(&["--config", &file]), &["h.toml:3: is not TOML"]);
}

#[test]
fn what_is_shown_can_be_fed_back_and_means_the_same() {
    let trial = Trial::new();
    let file = trial.file("h.toml", "max-listeners = 7\nallow-origin = [\"https://a.example\"]\n");
    let secret = trial.file("operators", "0123456789abcdef\n");
    let trial =
        trial.set("HEADCOUNT_MIN_GAP", "2s").set("HEADCOUNT_SPEAKER_SECRET", "0123456789abcdef".repeat(2));
    let line =
        ["--config", &file, "--speaker-auth", "hs256", "--operator-token-file", &secret, "--in-memory"];
    let first = trial.gather(&line);
    let shown = first.show(&first.check(None).unwrap_or_else(|problems| panic!("{problems:?}")));
    for part in [
        "max-listeners = 7 ",
        &format!("# {file}\n"),
        "min-gap = \"2s\" ",
        "# HEADCOUNT_MIN_GAP\n",
        "period = \"30s\" ",
        "# default\n",
        "in-memory = true ",
        "# --in-memory\n",
        "# speaker-secret = \"…\" ",
        "# tls-cert is not set\n",
        "# metrics is not set, so it is open\n",
    ] {
        assert!(shown.contains(part), "{part:?} is not in:\n{shown}");
    }
    assert!(!shown.contains("0123456789abcdef"), "{shown}");

    let again = trial.file("again.toml", &shown);
    let second = trial.gather(&["--config", &again]);
    let values = |raw: &RawConfig| {
        raw.given.iter().map(|(name, given)| (*name, given.values.clone())).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(values(&first), values(&second));
    assert!(second.check(None).is_ok());
}
