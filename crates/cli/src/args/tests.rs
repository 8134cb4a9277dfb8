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
    ] {
        assert!(parse(line).is_err(), "{line}");
    }
}

#[test]
fn a_token_file_is_read_and_trimmed() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "abc.def\n").unwrap();
    let proof = |token_file: Option<PathBuf>| Proof { token: None, token_file };
    assert_eq!(proof(Some(file.path().to_owned())).token(), Ok(Some(Token::new("abc.def"))));
    std::fs::write(file.path(), "\n").unwrap();
    assert_eq!(proof(Some(file.path().to_owned())).token().unwrap_err().code(), 64);
    assert_eq!(proof(None).required().unwrap_err().code(), 64);
}
