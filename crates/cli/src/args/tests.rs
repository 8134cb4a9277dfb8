//! The command line as a whole: that it is well formed, and what it refuses.

use super::*;
use clap::CommandFactory;

fn parse(line: &str) -> Result<Command, clap::Error> {
    Args::try_parse_from(line.split(' ')).map(|args| args.command)
}

#[test]
fn the_definition_is_sound() {
    Args::command().debug_assert();
}

#[test]
fn the_commands_of_the_documentation_are_understood() {
    for line in [
        "headcount demo --for 20s --seed 7 --listeners 12",
        "headcount watch http://127.0.0.1:8080 --session golden-eagle-427 --token abc --json",
        "headcount watch https://example.org/prod --session golden-eagle-427 --token abc --as-speaker",
        "headcount status http://[::1]:8080 --session golden-eagle-427 --token-file -",
        "headcount create http://127.0.0.1:8080 --source-language en --quality-tier premium",
        "headcount token --secret-file key --user ada --lifetime 2h --issuer us --audience them",
        "headcount demo --url http://127.0.0.1:8080 --token-file login.token",
        "headcount simulate http://127.0.0.1:8080 --session golden-eagle-427 --speaker-token-file t --query-rate 2/s",
        "headcount simulate http://127.0.0.1:8080 --session golden-eagle-427 --speaker-token t --probe-pause",
        "headcount completions zsh",
        "headcount man --out man",
        "headcount simulate http://127.0.0.1:8080 --session golden-eagle-427 --listeners 10000 \
         --languages es:40,fr:30,de:20,pt:10 --ramp 20s --churn 5%/s --duration 2m",
    ] {
        assert!(parse(line).is_ok(), "{line}: {}", parse(line).unwrap_err());
    }
}

#[test]
fn what_cannot_work_is_refused_before_anything_starts() {
    for line in [
        "headcount",
        "headcount watch http://127.0.0.1:8080",
        "headcount watch ftp://127.0.0.1 --session golden-eagle-427",
        "headcount status http://127.0.0.1:8080 --session golden --token abc",
        "headcount status http://127.0.0.1:8080 --session golden-eagle-427 --token a --token-file b",
        "headcount create http://127.0.0.1:8080",
        "headcount simulate http://127.0.0.1:8080 --session golden-eagle-427 --listeners 0",
        "headcount simulate http://127.0.0.1:8080 --session golden-eagle-427 --probe-pause",
        "headcount simulate http://127.0.0.1:8080 --session golden-eagle-427 --speaker-token a --speaker-token-file b",
        "headcount demo --token-file login.token",
    ] {
        assert!(parse(line).is_err(), "{line}");
    }
}
