//! Which crate depends on which, read from `cargo metadata`.

use crate::problem::Problem;
use crate::repository::Repository;
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Node, Package, PackageId};
use std::collections::{BTreeSet, HashMap};
use std::process::Command;

/// Our crates and the ones of ours that each depends on. No other arrow, and no other crate without a line here.
const ARROWS: [(&str, &[&str]); 11] = [
    ("headcount-core", &[]),
    ("headcount-protocol", &["headcount-core"]),
    ("headcount-adapters", &["headcount-core"]),
    ("headcount-access", &["headcount-core"]),
    ("headcount-report", &["headcount-core", "headcount-protocol"]),
    (
        "headcount-server",
        &[
            "headcount-core",
            "headcount-protocol",
            "headcount-adapters",
            "headcount-access",
            "headcount-report",
        ],
    ),
    ("headcount-lambda", &["headcount-core", "headcount-protocol", "headcount-adapters", "headcount-access"]),
    ("headcount-lambda-local", &["headcount-core", "headcount-server"]),
    ("headcount-cluster-local", &["headcount-protocol"]),
    ("headcount", &["headcount-core", "headcount-protocol", "headcount-server"]),
    (PROOF, &["headcount-core", "headcount-protocol"]),
];

/// Used in tests only.
const PROOF: &str = "headcount-testkit";

/// All that core may name in its manifest: each was weighed once (docs/decisions).
const CORE_NAMES: [&str; 5] = ["async-lock", "async-trait", "icu_locale", "smol_str", "thiserror"];

/// What does I/O, runs tasks or reads a clock. None of it may be compiled into core, however deep. (Serialisation is
/// not on this list: crates that core uses have it as a feature, which others here turn on. [`CORE_NAMES`] keeps it out
/// of core's own code.)
const NOT_BELOW_CORE: [&str; 20] = [
    "async-io",
    "async-std",
    "chrono",
    "curl",
    "getrandom",
    "hyper",
    "jiff",
    "libc",
    "mio",
    "nix",
    "rand",
    "reqwest",
    "rusqlite",
    "rustix",
    "rustls",
    "smol",
    "socket2",
    "time",
    "tokio",
    "ureq",
];

/// One crate and the crates that it names as normal or build dependencies.
struct Manifest {
    name: String,
    path: String,
    names: Vec<String>,
}

impl Manifest {
    fn of(package: &Package) -> Self {
        let root = Repository::root();
        let path = package.manifest_path.strip_prefix(root).unwrap_or(&package.manifest_path);
        let used =
            package.dependencies.iter().filter(|dependency| dependency.kind != DependencyKind::Development);
        Self {
            name: package.name.to_string(),
            path: path.to_string(),
            names: used.map(|dependency| dependency.name.clone()).collect(),
        }
    }

    fn problem(&self, advice: String) -> Problem {
        Problem::new(&self.path, 1, advice)
    }
}

/// The workspace as cargo sees it, for the platform of this machine, so that nothing has to be fetched for others.
pub(crate) fn metadata() -> Metadata {
    let version = Command::new("rustc").arg("-vV").output().expect("rustc says its version");
    let version = String::from_utf8(version.stdout).expect("the version is text");
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("a line says the host");
    let mut command = MetadataCommand::new();
    command.manifest_path(Repository::root().join("Cargo.toml"));
    command.other_options(["--filter-platform".to_owned(), host.to_owned()]);
    command.exec().expect("cargo metadata answers")
}

/// Arrows between our crates that nobody designed.
pub(crate) fn between_our_crates(metadata: &Metadata) -> Vec<Problem> {
    metadata.workspace_packages().into_iter().map(Manifest::of).flat_map(|it| wrong_arrows(&it)).collect()
}

fn wrong_arrows(manifest: &Manifest) -> Vec<Problem> {
    let ours = |name: &&String| name.starts_with("headcount");
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == manifest.name) else {
        return vec![manifest.problem(format!("give `{}` its line in tidy/arrows.rs", manifest.name))];
    };
    let wrong = manifest.names.iter().filter(ours).filter(|name| !allowed.contains(&name.as_str()));
    wrong
        .map(|name| {
            manifest.problem(if name == PROOF {
                format!("`{name}` is for tests; make it a dev-dependency")
            } else {
                format!("`{}` may not depend on `{name}`; see the arrows in ARCHITECTURE.md", manifest.name)
            })
        })
        .collect()
}

/// What core names or compiles in and should not.
pub(crate) fn below_core(metadata: &Metadata) -> Vec<Problem> {
    let core = metadata.packages.iter().find(|package| package.name.as_str() == ARROWS[0].0);
    let core = core.expect("core is in the workspace");
    let manifest = Manifest::of(core);
    let below = compiled_into(metadata, &core.id);
    assert!(below.contains("icu_locale"), "the graph below core was not read: {below:?}");
    let mut problems = unweighed(&manifest);
    problems.extend(forbidden(&below).map(|name| {
        manifest
            .problem(format!("`{name}` is compiled into core; find which dependency brings it (cargo tree)"))
    }));
    problems
}

fn unweighed(manifest: &Manifest) -> Vec<Problem> {
    let new = manifest.names.iter().filter(|name| !CORE_NAMES.contains(&name.as_str()));
    new.map(|name| {
        manifest.problem(format!("`{name}` is new in core; weigh it, then list it in tidy/arrows.rs"))
    })
    .collect()
}

fn forbidden<'a>(below: &'a BTreeSet<String>) -> impl Iterator<Item = &'static str> + 'a {
    NOT_BELOW_CORE.into_iter().filter(|name| below.contains(*name))
}

/// The names of all crates that are compiled into `root`: normal dependencies, however deep. What only runs in the
/// compiler (procedural macros and what they use) is left out.
fn compiled_into(metadata: &Metadata, root: &PackageId) -> BTreeSet<String> {
    let resolve = metadata.resolve.as_ref().expect("cargo metadata resolved the graph");
    let nodes: HashMap<&PackageId, &Node> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let (mut found, mut waiting) = (BTreeSet::new(), vec![root]);
    while let Some(node) = waiting.pop().and_then(|id| nodes.get(id)) {
        let normal = node.deps.iter().filter(|dep| {
            dep.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal)
                && !is_macro(&metadata[&dep.pkg])
        });
        waiting.extend(
            normal.filter(|dep| found.insert(metadata[&dep.pkg].name.to_string())).map(|dep| &dep.pkg),
        );
    }
    found
}

fn is_macro(package: &Package) -> bool {
    package.targets.iter().any(|target| target.is_proc_macro())
}

#[cfg(test)]
fn manifest(name: &str, names: &[&str]) -> Manifest {
    let names = names.iter().map(ToString::to_string).collect();
    Manifest { name: name.to_owned(), path: "crates/x/Cargo.toml".to_owned(), names }
}

#[test]
fn a_wrong_arrow_is_found() {
    let wrong = |name: &str, names: &[&str]| wrong_arrows(&manifest(name, names)).len();
    assert_eq!(wrong("headcount-protocol", &["headcount-core", "serde"]), 0);
    assert_eq!(wrong("headcount-core", &["headcount-protocol"]), 1);
    assert_eq!(wrong("headcount-access", &["headcount-adapters", "headcount-server"]), 2);
    assert_eq!(wrong("headcount-server", &[PROOF]), 1);
    assert_eq!(wrong("headcount-newcomer", &[]), 1);
}

#[test]
fn what_does_io_is_found_below_core() {
    let below = BTreeSet::from(["smol_str".to_owned(), "tokio".to_owned()]);
    assert_eq!(forbidden(&below).collect::<Vec<_>>(), ["tokio"]);
    assert_eq!(unweighed(&manifest("headcount-core", &["smol_str", "rand"])).len(), 1);
}
