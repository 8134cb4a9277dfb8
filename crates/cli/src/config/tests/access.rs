//! Who may do what: that a server is never more open than its configuration says.

use super::*;
use headcount_server::MetricsAccess;

const PUBLIC: &str = "--listen=0.0.0.0:8080";
const SECRET: &str = "0123456789abcdef0123456789abcdef";
const KEY_ID: &str = "HEADCOUNT_MANAGER";

#[test]
fn a_server_that_others_can_reach_needs_to_know_its_speakers() {
    let trial = Trial::new();
    for listen in [PUBLIC, "--listen=[::]:8080", "--listen=192.0.2.1:80"] {
        assert_only(
            &trial.problems(&[listen]),
            &["--speaker-auth", "--speaker-secret-file", "--insecure-open"],
        );
    }
    let open = trial.check(&[PUBLIC, "--insecure-open"]);
    assert!(open.config.speaker_auth.is_open());
    assert_eq!(open.warnings.len(), 1, "{:?}", open.warnings);
    for listen in ["--listen=127.9.9.9:0", "--listen=[::1]:0", "--listen=[::ffff:127.0.0.1]:0"] {
        assert!(trial.check(&[listen]).warnings.is_empty());
    }
    assert_eq!(trial.check(&["--trusted-proxy=127.0.0.1"]).warnings.len(), 1);
}

#[test]
fn hs256_takes_its_secret_from_a_file_or_the_environment_but_not_from_both() {
    let trial = Trial::new();
    let file = trial.file("secret", format!("{SECRET}\r\n"));
    let hs256 = ["--speaker-auth=hs256", PUBLIC];
    let with_file = [&hs256[..], &["--speaker-secret-file", &file]].concat();
    assert!(!trial.check(&with_file).config.speaker_auth.is_open());
    assert_only(&trial.problems(&hs256), &["--speaker-auth", "HEADCOUNT_SPEAKER_SECRET"]);

    let trial = trial.set("HEADCOUNT_SPEAKER_SECRET", SECRET);
    assert!(!trial.check(&hs256).config.speaker_auth.is_open());
    assert_only(&trial.problems(&with_file), &["--speaker-secret-file", "HEADCOUNT_SPEAKER_SECRET"]);
}

#[test]
fn a_weak_or_unreadable_secret_is_refused_and_never_shown() {
    let trial = Trial::new();
    let line = |file: &str| ["--speaker-auth=hs256".to_owned(), format!("--speaker-secret-file={file}")];
    let refused = |file: &str| {
        let line = line(file);
        trial.problems(&[&line[0], &line[1]])
    };
    // 31 bytes and the end of the line.
    let problems = refused(&trial.file("short", format!("{}\n", &SECRET[1..])));
    assert_only(&problems, &["--speaker-secret-file", "31 bytes", "openssl rand"]);
    assert!(!problems[0].contains(&SECRET[1..]));
    assert_only(&refused(&trial.file("empty", "")), &["is empty"]);
    assert_only(&refused(&trial.file("huge", vec![b'x'; 65_537])), &["64 KiB"]);
    assert_only(&refused("no-such-file"), &["no-such-file cannot be read"]);
}

#[test]
fn a_secret_that_every_user_can_read_is_warned_of() {
    use std::os::unix::fs::PermissionsExt;
    let trial = Trial::new();
    let file = trial.file("secret", SECRET);
    let line = ["--speaker-auth=hs256", "--speaker-secret-file", &file];
    assert!(trial.check(&line).warnings.is_empty());
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).unwrap();
    let warnings = trial.check(&line).warnings;
    assert!(warnings.len() == 1 && warnings[0].to_string().contains("chmod 600"), "{warnings:?}");
}

#[test]
fn a_setting_that_the_chosen_login_does_not_use_is_refused() {
    let trial = Trial::new();
    let file = trial.file("secret", SECRET);
    assert_only(&trial.problems(&["--speaker-secret-file", &file]), &["--speaker-secret-file", "hs256"]);
    assert_only(&trial.problems(&["--issuer=us"]), &["--issuer", "hs256 or jwks"]);
    assert_only(&trial.problems(&["--jwks=https://a.example/keys"]), &["--jwks", "--speaker-auth jwks"]);
}

#[test]
fn jwks_needs_keys_an_issuer_and_an_audience() {
    let trial = Trial::new();
    let check = |line: &[&str]| trial.problems(&[&["--speaker-auth=jwks"], line].concat());
    let names = ["--issuer=https://a.example", "--audience=headcount"];
    let with_names = |keys: &str| check(&[names[0], names[1], keys]);
    assert_only(&check(&[]), &["--speaker-auth", "--jwks"]);
    assert_eq!(check(&["--jwks=https://a.example/keys"]).len(), 2);
    assert!(with_names("--jwks=https://a.example/keys").is_empty());
    assert!(with_names("--jwks=http://127.0.0.1:9/keys").is_empty());
    assert_only(&with_names("--jwks=http://a.example/keys"), &["--jwks", "https"]);
    let with_password = with_names("--jwks=https://me:hush@a.example/keys");
    assert_only(&with_password, &["--jwks", "password"]);
    assert!(!with_password[0].contains("hush"), "{with_password:?}");
    assert_only(&with_names("--jwks=no-such-file"), &["--jwks", "no-such-file"]);
    let key = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"1","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
    assert!(with_names(&format!("--jwks={}", trial.file("keys", key))).is_empty());
    assert_only(&with_names(&format!("--jwks={}", trial.file("keys", "{}"))), &["--jwks"]);
}

#[test]
fn operator_tokens_come_from_a_file_or_the_environment() {
    let trial = Trial::new();
    let file = trial.file("tokens", "first-token-0123456789\n\nsecond-token-0123456789\n");
    let operators = trial.check(&["--operator-token-file", &file]).config.operators;
    assert!(operators.is_operator("second-token-0123456789") && !operators.is_operator(""));
    let trial = trial.set("HEADCOUNT_OPERATOR_TOKEN", "third-token-0123456789,short");
    let problems = trial.problems(&[]);
    assert_only(&problems, &["HEADCOUNT_OPERATOR_TOKEN", "operator token 2"]);
    assert!(!problems[0].contains("short"));
}

#[test]
fn metrics_are_open_only_where_nobody_else_can_ask_unless_told_so() {
    let trial = Trial::new();
    let of = |line: &[&str]| trial.check(line).config.metrics;
    assert_eq!(of(&[]), MetricsAccess::Open);
    assert_eq!(of(&["--trusted-proxy=127.0.0.1"]), MetricsAccess::Operator);
    assert_eq!(of(&[PUBLIC, "--insecure-open"]), MetricsAccess::Operator);
    assert_eq!(of(&[PUBLIC, "--insecure-open", "--metrics=open"]), MetricsAccess::Open);
    assert_only(&trial.problems(&["--metrics=operator"]), &["--metrics", "--operator-token-file"]);
}

#[test]
fn the_management_api_is_open_on_loopback_alone() {
    let trial = Trial::new();
    let secret = trial.file("secret", "0123456789abcdef0123\n");
    let tokens = trial.file("tokens", "first-token-0123456789");
    let keys = ["--management-access-key-id", KEY_ID, "--management-secret-access-key-file", &secret];
    let public = "--management-listen=0.0.0.0:8081";
    assert!(trial.check(&["--management-listen=127.0.0.1:0"]).config.management.is_some());
    assert_only(&trial.problems(&[public]), &["--management-listen", "--management-access-key-id"]);
    assert!(trial.problems(&[public, "--operator-token-file", &tokens]).is_empty());
    let management = trial.check(&[&[public], &keys[..]].concat()).config.management.unwrap();
    let pair = management.signing_keys.unwrap();
    assert_eq!(
        (pair.access_key_id.as_str(), pair.secret_access_key.expose()),
        (KEY_ID, "0123456789abcdef0123")
    );

    let local = "--management-listen=127.0.0.1:0";
    assert_only(
        &trial.problems(&[local, keys[0], keys[1]]),
        &["--management-access-key-id", "secret is missing"],
    );
    assert_only(&trial.problems(&[local, keys[2], keys[3]]), &["--management-secret-access-key-file", "id"]);
    assert_only(&trial.problems(&[local, keys[0], "A/B", keys[2], keys[3]]), &["--management-access-key-id"]);
    assert_eq!(trial.problems(&keys).len(), 2);
}
