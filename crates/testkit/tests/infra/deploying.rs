//! What the container, the manifests and the unit must hold: settings that exist, a user who is not root, and time
//! enough to drain. `scripts/infra` checks the manifests against the schemas of Kubernetes, and the unit where systemd
//! is.
//!
//! Every check is a function from what is written to its problems, and has a test that breaks it in one place.

use crate::none;
use crate::template::{json, read};
use saphyr::{LoadableYamlNode, Yaml};
use serde_json::Value;
use std::collections::BTreeSet;

const DOCKERFILE: &str = "infra/container/Dockerfile";
const COMPOSE: &str = "infra/container/compose.yaml";
const MANIFESTS: &str = "infra/kubernetes/headcount.yaml";
const UNIT: &str = "infra/systemd/headcount.service";

/// What a server takes at the most after `--drain-within`: the disk's five seconds, and some for the process itself.
const AFTER_DRAIN: u64 = 8;

/// The variables that a server knows, from the tables that a test compares with its settings.
fn known_variables() -> BTreeSet<String> {
    names_in(&read("docs/configuration.md"))
}

fn names_in(text: &str) -> BTreeSet<String> {
    let belongs = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let words = text.split(|c: char| !belongs(c));
    words.filter(|word| word.starts_with("HEADCOUNT_") && word.len() > 10).map(str::to_owned).collect()
}

fn unknown_variables(file: &str, text: &str) -> Vec<String> {
    let known = known_variables();
    let unknown = names_in(text).into_iter().filter(|name| !known.contains(name));
    unknown.map(|name| format!("{file} sets {name}, which is no setting")).collect()
}

fn documents(text: &str) -> Vec<Value> {
    Yaml::load_from_str(text).expect("it is YAML").iter().map(json).collect()
}

fn manifest(text: &str, kind: &str) -> Value {
    documents(text).into_iter().find(|document| document["kind"] == kind).unwrap_or_default()
}

/// Seconds of `20s`, or of a default in docs/configuration.md.
fn drain_within(said: Option<&str>) -> u64 {
    let said = said.map_or_else(default_drain, str::to_owned);
    said.strip_suffix('s').and_then(|text| text.parse().ok()).expect("a drain is in seconds here")
}

fn default_drain() -> String {
    let page = read("docs/configuration.md");
    let row = page.lines().find(|line| line.starts_with("| `--drain-within")).expect("there is a row for it");
    row.split('`').nth(5).expect("it has a default").to_owned()
}

fn manifest_problems(text: &str) -> Vec<String> {
    let deployment = manifest(text, "Deployment");
    let pod = &deployment["spec"]["template"]["spec"];
    let container = &pod["containers"][0];
    let mut problems = unknown_variables(MANIFESTS, text);
    let mut must = |holds: bool, text: &str| {
        if !holds {
            problems.push(format!("{MANIFESTS}: {text}"));
        }
    };
    must(container["readinessProbe"]["httpGet"]["path"] == "/readyz", "ready is what /readyz says");
    must(container["livenessProbe"]["httpGet"]["path"] == "/healthz", "alive is what /healthz says");
    must(pod["securityContext"]["runAsNonRoot"] == true, "it runs as root");
    must(container["securityContext"]["readOnlyRootFilesystem"] == true, "it may write to its image");
    must(container["securityContext"]["allowPrivilegeEscalation"] == false, "it may gain privileges");
    let variables = container["env"].as_array().cloned().unwrap_or_default();
    let drain = variables.iter().find(|variable| variable["name"] == "HEADCOUNT_DRAIN_WITHIN");
    let before = container["lifecycle"]["preStop"]["sleep"]["seconds"].as_u64().unwrap_or_default();
    let needed = before + drain_within(drain.and_then(|drain| drain["value"].as_str())) + AFTER_DRAIN;
    let given = pod["terminationGracePeriodSeconds"].as_u64().unwrap_or(30);
    must(given >= needed, &format!("a node is killed after {given} s and may need {needed}"));
    let rolling = &deployment["spec"]["strategy"]["rollingUpdate"];
    must(rolling["maxUnavailable"] == 0, "a roll-out takes nodes away before their successors are ready");
    let labels = &deployment["spec"]["template"]["metadata"]["labels"];
    must(*labels == manifest(text, "Service")["spec"]["selector"], "the service finds other pods");
    let budget = manifest(text, "PodDisruptionBudget");
    must(budget["spec"]["maxUnavailable"] == 1, "several machines may be emptied at once");
    must(*labels == budget["spec"]["selector"]["matchLabels"], "the budget is of other pods");
    let secret = |name: &str| ["PASSWORD", "SECRET", "TOKEN"].iter().any(|word| name.ends_with(word));
    let shown =
        |variable: &&Value| variable["name"].as_str().is_some_and(secret) && !variable["value"].is_null();
    must(!variables.iter().any(|variable| shown(&variable)), "a secret is written down");
    problems
}

fn dockerfile_problems(text: &str) -> Vec<String> {
    let mut problems = unknown_variables(DOCKERFILE, text);
    let last = text.rsplit("\nFROM ").next().unwrap_or_default();
    let user = last.lines().find_map(|line| line.strip_prefix("USER "));
    let number = user.and_then(|user| user.split(':').next()?.parse::<u32>().ok());
    if number.is_none_or(|id| id == 0) {
        problems.push(format!("{DOCKERFILE}: the user is not a number other than 0"));
    }
    if !last.starts_with("scratch\n") {
        problems.push(format!("{DOCKERFILE}: the image has more than the binary"));
    }
    problems
}

fn compose_problems(text: &str) -> Vec<String> {
    let [compose] = &documents(text)[..] else { return vec![format!("{COMPOSE} is not one document")] };
    let mut problems = unknown_variables(COMPOSE, text);
    let grace = drain_within(compose["x-node"]["stop_grace_period"].as_str());
    let needed =
        drain_within(compose["x-node"]["environment"]["HEADCOUNT_DRAIN_WITHIN"].as_str()) + AFTER_DRAIN;
    if grace < needed {
        problems.push(format!("{COMPOSE}: a node is killed after {grace} s and may need {needed}"));
    }
    problems
}

fn unit_problems(text: &str) -> Vec<String> {
    let mut problems = unknown_variables(UNIT, text);
    let line = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    let (given, needed) =
        (drain_within(Some(&format!("{}s", line("TimeoutStopSec=")))), drain_within(None) + AFTER_DRAIN);
    if given < needed {
        problems.push(format!("{UNIT}: it is killed after {given} s and may need {needed}"));
    }
    if line("RestartPreventExitStatus=") != "64" {
        problems.push(format!("{UNIT}: wrong settings are tried again and again"));
    }
    if line("DynamicUser=") != "yes" {
        problems.push(format!("{UNIT}: it runs as root"));
    }
    problems
}

#[test]
fn nothing_is_wrong_with_them() {
    let problems = [
        dockerfile_problems(&read(DOCKERFILE)),
        compose_problems(&read(COMPOSE)),
        manifest_problems(&read(MANIFESTS)),
        unit_problems(&read(UNIT)),
    ];
    none(problems.concat());
}

#[test]
fn each_check_finds_what_is_broken() {
    type Check = fn(&str) -> Vec<String>;
    let breaks: [(Check, &str, &str, &str); 14] = [
        (dockerfile_problems, DOCKERFILE, "USER 65532:65532", "USER 0"),
        (dockerfile_problems, DOCKERFILE, "FROM scratch", "FROM alpine"),
        (dockerfile_problems, DOCKERFILE, "HEADCOUNT_LISTEN", "HEADCOUNT_ADDRESS"),
        (compose_problems, COMPOSE, "stop_grace_period: 30s", "stop_grace_period: 10s"),
        (manifest_problems, MANIFESTS, "/readyz", "/healthz"),
        (manifest_problems, MANIFESTS, "runAsNonRoot: true", "runAsNonRoot: false"),
        (
            manifest_problems,
            MANIFESTS,
            "terminationGracePeriodSeconds: 40",
            "terminationGracePeriodSeconds: 30",
        ),
        (manifest_problems, MANIFESTS, "      maxUnavailable: 0", "      maxUnavailable: 1"),
        (manifest_problems, MANIFESTS, "  maxUnavailable: 1", "  maxUnavailable: 2"),
        (manifest_problems, MANIFESTS, "HEADCOUNT_STORE\n", "HEADCOUNT_STOER\n"),
        (
            manifest_problems,
            MANIFESTS,
            "valueFrom:\n                secretKeyRef: { name: headcount, key: operator-token }",
            "value: hush",
        ),
        (unit_problems, UNIT, "TimeoutStopSec=30", "TimeoutStopSec=5"),
        (unit_problems, UNIT, "DynamicUser=yes", "User=root"),
        (unit_problems, UNIT, "RestartPreventExitStatus=64", ""),
    ];
    for (check, file, piece, other) in breaks {
        let text = read(file);
        assert!(text.contains(piece), "{file} does not say {piece:?}");
        assert_eq!(check(&text.replace(piece, other)).len(), 1, "{file} with {other:?} for {piece:?}");
    }
}
