//! The crates that the workspace shares: each is used, and each has its reason in a decision.

use crate::problem::Problem;
use crate::repository::File;

/// Dependencies of the workspace, as `manifest` lists them, for which `decision` gives no reason.
pub(crate) fn unexplained(manifest: &File, decision: &File) -> Vec<Problem> {
    let explained = |name: &str| decision.text.contains(&format!("`{name}`"));
    let advice = |name: &str| format!("`{name}` is new; give its reason a line in {}", decision.path);
    listed(manifest).filter(|(_, name)| !explained(name)).map(|it| problem(manifest, it, advice)).collect()
}

/// Dependencies of the workspace that none of the crates' `manifests` takes.
pub(crate) fn unused(manifest: &File, manifests: &[&File]) -> Vec<Problem> {
    let takes = |line: &str, name: &str| {
        line.strip_prefix(name).is_some_and(|rest| rest.starts_with(".workspace") || rest.starts_with(" = {"))
    };
    let used = |name: &str| manifests.iter().any(|file| file.lines().any(|(_, line)| takes(line, name)));
    let advice = |name: &str| format!("no crate takes `{name}`; remove the line");
    listed(manifest).filter(|(_, name)| !used(name)).map(|it| problem(manifest, it, advice)).collect()
}

/// The shared crates that are not ours, with their lines.
fn listed(manifest: &File) -> impl Iterator<Item = (usize, &str)> {
    let table = manifest.lines().skip_while(|(_, line)| *line != "[workspace.dependencies]").skip(1);
    table
        .take_while(|(_, line)| !line.starts_with('['))
        .filter_map(|(at, line)| Some((at, line.split_once(" = ")?.0)))
        .filter(|(_, name)| !name.starts_with("headcount"))
}

fn problem(manifest: &File, (at, name): (usize, &str), advice: impl Fn(&str) -> String) -> Problem {
    Problem::new(&manifest.path, at, advice(name))
}

#[cfg(test)]
fn manifest() -> File {
    let lines = [
        "[workspace.dependencies]",
        "headcount-core = {}",
        "serde = \"1\"",
        "magic = \"9\"",
        "",
        "[profile]",
        "x = 1",
    ];
    File::new("Cargo.toml", lines.join("\n"))
}

#[test]
fn a_crate_without_a_reason_is_found() {
    let problems = unexplained(&manifest(), &File::new("0008.md", "| `serde` | JSON |"));
    assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [4]);
}

#[test]
fn a_crate_that_nobody_takes_is_found() {
    let found = |text: &str| unused(&manifest(), &[&File::new("crates/a/Cargo.toml", text)]).len();
    assert_eq!(found("magic.workspace = true\nserde = { workspace = true, optional = true }\n"), 0);
    assert_eq!(found("magic.workspace = true\nserde_json.workspace = true\n"), 1);
}
