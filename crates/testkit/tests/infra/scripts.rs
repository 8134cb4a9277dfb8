//! `infra/aws/deploy` and `infra/aws/teardown`, run against a command line of AWS that only writes down its calls.

use crate::template::root;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// Writes down how it is called, and keeps the file of parameters, which its caller deletes.
const AWS: &str = r#"#!/bin/sh
echo "$*" >>"$CALLS/calls"
for argument; do
    case $argument in file://*) cp "${argument#file://}" "$CALLS/parameters" && ls -l "${argument#file://}" >"$CALLS/mode" ;; esac
done
"#;

/// All that the scripts need beside it. Nothing else is on their path: a tool of this machine must not stand in for one
/// that a test leaves out.
const TOOLS: [&str; 8] = ["bash", "cat", "cp", "dirname", "git", "ls", "mktemp", "rm"];

/// A folder with a command line of AWS, where what happened is found.
struct Account(TempDir);

/// What a script did.
struct Outcome {
    code: Option<i32>,
    told: String,
    /// The calls to AWS, by their first two words.
    calls: Vec<String>,
}

impl Account {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder for a while");
        fs::create_dir(folder.path().join("bin")).expect("a folder in it");
        let account = Self(folder);
        account.write("bin/aws", AWS);
        for tool in TOOLS {
            let here = ["/bin", "/usr/bin", "/usr/local/bin"].map(|folder| Path::new(folder).join(tool));
            let here =
                here.iter().find(|it| it.exists()).unwrap_or_else(|| panic!("{tool} is not on this machine"));
            symlink(here, account.path("bin").join(tool)).expect("a link to a tool");
        }
        let executable = fs::Permissions::from_mode(0o755);
        fs::set_permissions(account.path("bin/aws"), executable).expect("it can be run");
        account
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::write(&path, text).expect("a file is written");
        path.to_str().expect("the path is text").to_owned()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// Runs a script of infra/aws.
    fn run(&self, script: &str, arguments: &[&str]) -> Outcome {
        let output = Command::new("bash")
            .arg(Path::new("infra/aws").join(script))
            .args(arguments)
            .current_dir(root())
            .env_clear()
            .env("PATH", self.path("bin"))
            .env("CALLS", self.0.path())
            .env("TMPDIR", self.0.path())
            .output()
            .expect("bash is there");
        let told =
            [output.stdout, output.stderr].map(|it| String::from_utf8(it).expect("it tells text")).concat();
        let calls = self.read("calls");
        let verb = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
        Outcome { code: output.status.code(), told, calls: calls.lines().map(verb).collect() }
    }
}

const STACK: [&str; 4] = ["--stack", "live", "--bucket", "code"];

#[test]
fn without_yes_nothing_is_done() {
    let account = Account::new();
    for (script, arguments) in [("deploy", STACK.as_slice()), ("teardown", &STACK[..2])] {
        let outcome = account.run(script, arguments);
        assert_eq!(outcome.code, Some(0), "{}", outcome.told);
        assert_eq!(outcome.calls, [""; 0]);
        assert!(outcome.told.contains("nothing was done"), "{}", outcome.told);
        assert!(outcome.told.contains("+ aws cloudformation"), "{}", outcome.told);
    }
}

#[test]
fn a_deployment_uploads_and_updates() {
    let account = Account::new();
    let zip = account.write("bootstrap.zip", "zipped");
    let secret = "a \"secret\" with a \\ and\na second line";
    let from = format!("SpeakerSecret={}", account.write("secret", secret));
    let more = ["--zip", &zip, "--set", "AllowOrigin=https://live.example", "--set-from", &from, "--yes"];
    let outcome = account.run("deploy", &[&STACK, more.as_slice()].concat());

    assert_eq!(outcome.code, Some(0), "{}", outcome.told);
    let wanted = [
        "sts get-caller-identity",
        "cloudformation describe-stacks",
        "s3 cp",
        "cloudformation deploy",
        "cloudformation describe-stacks",
    ];
    assert_eq!(outcome.calls, wanted);
    let parameters: Vec<String> = serde_json::from_str(&account.read("parameters")).expect("JSON");
    assert_eq!(parameters[0], "AllowOrigin=https://live.example");
    assert_eq!(parameters[1], format!("SpeakerSecret={secret}"));
    assert_eq!(parameters[2], "CodeBucket=code");
    let key = parameters[3].strip_prefix("CodeKey=").expect("the key is a parameter");
    assert!(
        account.read("calls").contains(&format!("s3://code/{key}")),
        "another key is uploaded than deployed"
    );
    assert!(account.read("mode").starts_with("-rw-------"), "others can read the parameters");
    assert!(!account.read("calls").contains("secret\""), "a command line shows the secret");
    assert!(!outcome.told.contains("a \"secret"), "the secret is told");
    let left = fs::read_dir(account.path(".")).expect("the folder is there").count();
    assert_eq!(left, 6, "the file of parameters is left behind");
}

#[test]
fn a_former_binary_is_deployed_again_as_what_it_is() {
    let account = Account::new();
    let key = "headcount/bootstrap-x86_64-0123.zip";
    let outcome = account.run("deploy", &[&STACK, ["--code-key", key, "--yes"].as_slice()].concat());
    assert_eq!(outcome.code, Some(0), "{}", outcome.told);
    assert!(!outcome.calls.contains(&"s3 cp".to_owned()), "{:?}", outcome.calls);
    let parameters = account.read("parameters");
    assert!(
        parameters.contains(&format!("\"CodeKey={key}\"")) && parameters.contains("\"Architecture=x86_64\"")
    );
}

#[test]
fn a_teardown_deletes_one_stack_and_waits() {
    let account = Account::new();
    let outcome = account.run("teardown", &["--stack", "live", "--region", "eu-central-1", "--yes"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.told);
    assert_eq!(
        outcome.calls,
        ["sts get-caller-identity", "cloudformation delete-stack", "cloudformation wait"]
    );
    assert!(account.read("calls").contains("delete-stack --stack-name live\n"));
}

#[test]
fn nonsense_is_refused_before_anything_is_done() {
    let account = Account::new();
    let refused: [&[&str]; 8] = [
        &[],
        &["--stack"],
        &["--stack", "live"],
        &["--stack", "live", "--bucket", "code", "--force", "--yes"],
        &["--stack", "live", "--bucket", "code", "--set", "Nothing", "--yes"],
        &["--stack", "live", "--bucket", "code", "--set-from", "SpeakerSecret=/nowhere", "--yes"],
        &["--stack", "live", "--bucket", "code", "--zip", "/nowhere.zip", "--yes"],
        &["--stack", "live", "--bucket", "code", "--architecture", "mips", "--yes"],
    ];
    for arguments in refused {
        let outcome = account.run("deploy", arguments);
        assert_eq!(outcome.code, Some(64), "{arguments:?}: {}", outcome.told);
        assert_eq!(outcome.calls, [""; 0], "{arguments:?}");
    }
}

#[test]
fn what_is_missing_is_said_before_anything_is_done() {
    let account = Account::new();
    fs::remove_file(account.path("bin/aws")).expect("it was there");
    for (script, arguments) in [("deploy", STACK.as_slice()), ("teardown", &STACK[..2])] {
        let outcome = account.run(script, &[arguments, ["--yes"].as_slice()].concat());
        assert_eq!(outcome.code, Some(69), "{}", outcome.told);
        assert!(outcome.told.contains("missing: aws"), "{}", outcome.told);
    }
}
