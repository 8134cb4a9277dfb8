//! Targets of webhooks: how they are written, and what is wrong with them, all of it, without a secret in it.

use super::*;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn targets(trial: &Trial, line: &[&str]) -> usize {
    trial.check(line).config.webhooks.map_or(0, |settings| settings.targets.len())
}

#[test]
fn targets_are_urls_in_every_place_and_tables_where_more_is_to_be_said() {
    assert_eq!(targets(&Trial::new(), &[]), 0);
    let trial = Trial::new();
    let secret = trial.file("secret", format!("{SECRET}\n{SECRET}\n"));
    let table = format!(
        "{{ url = \"https://b.example/\", name = \"b\", secret-file = \"{secret}\", events = [\"sessionEnded\"] }}"
    );
    let file = trial.file("h.toml", format!("webhook = [\"https://a.example/?x=1,2\", {table}]\n"));
    // Alone it needs nothing else, for it has a secret of its own.
    assert_eq!(targets(&trial, &["--webhook", &table]), 1);
    let trial = trial.set("HEADCOUNT_WEBHOOK_SECRET", SECRET);
    assert_eq!(targets(&trial, &["--config", &file]), 2);
    assert_eq!(targets(&trial, &["--webhook", "https://a.example/", "--webhook", "https://b.example/"]), 2);
    let trial = trial.set("HEADCOUNT_WEBHOOK", "https://a.example/ https://b.example/\nhttps://c.example/");
    assert_eq!(targets(&trial, &[]), 3);
}

#[test]
fn what_is_shown_can_be_fed_back() {
    let trial = Trial::new().set("HEADCOUNT_WEBHOOK_SECRET", SECRET);
    let line =
        ["--webhook", "https://a.example/", "--webhook", "{ url = \"https://b.example/\", name = \"b\" }"];
    let raw = trial.gather(&line);
    let shown = raw.show(&raw.check(None).ok().unwrap());
    assert!(!shown.contains(SECRET));
    let file = trial.file("h.toml", &shown);
    assert_eq!(targets(&trial, &["--config", &file]), 2);
}

#[test]
fn everything_that_is_wrong_with_targets_is_told_at_once_and_no_url_is_repeated() {
    let trial = Trial::new();
    let bad = trial.file("bad", "hush");
    let missing = trial.path("missing");
    let with_missing = format!("{{ url = \"https://h.example/\", secret-file = \"{}\" }}", missing.display());
    let problems = trial.problems(&[
        "--webhook=nonsense?hush",
        "--webhook=http://a.example/hush",
        "--webhook=https://127.0.0.1/hush",
        "--webhook=https://u:hush@a.example/",
        "--webhook={ url = \"https://b.example/hush\", event = [] }",
        "--webhook={ url = \"https://c.example/hush\", events = [\"all\"] }",
        "--webhook={ url = \"https://d.example/hush\", name = \"a b\" }",
        "--webhook",
        &with_missing,
        "--webhook=https://e.example/hush",
        "--webhook=https://e.example/hush",
        "--webhook={ url = hush",
        "--webhook-secret-file",
        &bad,
        "--webhook-events=nothing",
        "--webhook-retry-for=1s",
        "--webhook-ca-file=/nowhere/ca.pem",
    ]);
    let expected = [
        "--webhook-retry-for: ",
        "--webhook-events: \"nothing\" is no event",
        "--webhook-secret-file: a secret is whsec_",
        "--webhook-ca-file: /nowhere/ca.pem cannot be read",
        "target 1: is not a URL",
        "target 2: is not https",
        "target 3: is not on the public internet",
        "target 4: holds a name or password",
        "target 5: unknown field",
        "target 6: \"all\" is no event",
        "target 7: a name has",
        "target 8: ",
        "target 10: is there already",
        "target 11: is not a TOML table",
    ];
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, part) in problems.iter().zip(expected) {
        assert!(problem.contains(part) && !problem.contains("hush"), "{part}: {problem}");
    }
}

#[test]
fn a_target_needs_a_secret_and_a_secret_a_target() {
    let problems = Trial::new().problems(&["--webhook=https://a.example/"]);
    assert_only(&problems, &["target 1: has no secret", "--webhook-secret-file"]);
    let alone = Trial::new().set("HEADCOUNT_WEBHOOK_SECRET", SECRET).problems(&[]);
    assert_only(&alone, &["HEADCOUNT_WEBHOOK_SECRET", "name a target with --webhook"]);
    let lax = ["--webhook=http://10.0.0.1/", "--webhook-allow-http", "--webhook-allow-private"];
    assert_eq!(targets(&Trial::new().set("HEADCOUNT_WEBHOOK_SECRET", SECRET), &lax), 1);
}
