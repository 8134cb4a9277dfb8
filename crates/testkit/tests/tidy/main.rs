//! The conventions of this repository, as tests. Each problem names its file and line and says what to do.
//!
//! What clippy, rustfmt and cargo-deny can keep is left to them (`clippy.toml`, `deny.toml`); here is the rest.
//! ARCHITECTURE.md lists which machine keeps what.

mod arrows;
mod pages;
mod places;
mod problem;
mod repository;
mod shared_crates;
mod sources;

use problem::Problem;
use repository::Repository;

/// Fails with every problem at once, so that one run is enough to repair them all.
#[track_caller]
fn none(problems: impl IntoIterator<Item = Problem>) {
    let lines: Vec<String> = problems.into_iter().map(|problem| problem.to_string()).collect();
    assert!(lines.is_empty(), "{} to repair:\n{}", lines.len(), lines.join("\n"));
}

#[test]
fn the_walk_finds_the_repository() {
    let repository = Repository::read();
    for path in ["Cargo.toml", ".ci/run", "crates/core/src/ledger.rs", "docs/decisions/README.md"] {
        assert!(repository.file(path).is_some(), "{path} was not walked");
    }
}

#[test]
fn sources_are_small_documented_and_finished() {
    none(Repository::read().rust().flat_map(sources::check));
}

#[test]
fn things_are_named_only_in_their_places() {
    none(Repository::read().rust().flat_map(places::check));
}

#[test]
fn crates_depend_on_each_other_as_designed() {
    none(arrows::between_our_crates(&arrows::metadata()));
}

#[test]
fn core_depends_on_nothing_that_does_io() {
    none(arrows::below_core(&arrows::metadata()));
}

#[test]
fn no_file_knows_a_machine() {
    none(Repository::read().files().iter().flat_map(pages::machine_paths));
}

#[test]
fn links_lead_somewhere() {
    let repository = Repository::read();
    none(repository.pages().flat_map(|page| pages::broken_links(page, |path| repository.contains(path))));
}

#[test]
fn every_decision_is_listed() {
    let repository = Repository::read();
    let list =
        repository.file("docs/decisions/README.md").expect("docs/decisions/README.md lists the decisions");
    let decisions: Vec<&str> = repository.pages().map(|page| page.path.as_str()).collect();
    none(pages::unlisted_decisions(list, &decisions));
}

#[test]
fn the_changelog_has_room_for_the_next_change() {
    let repository = Repository::read();
    none(pages::changelog(repository.file("CHANGELOG.md").expect("CHANGELOG.md is there")));
}

#[test]
fn every_shared_crate_is_used_and_has_a_reason() {
    let repository = Repository::read();
    let manifest = repository.file("Cargo.toml").expect("the workspace has a manifest");
    let decision = repository.file("docs/decisions/0008-crates.md").expect("decision 8 gives the reasons");
    let manifests: Vec<_> = repository.files().iter().filter(|file| is_manifest(&file.path)).collect();
    none(
        shared_crates::unexplained(manifest, decision)
            .into_iter()
            .chain(shared_crates::unused(manifest, &manifests)),
    );
}

fn is_manifest(path: &str) -> bool {
    path.starts_with("crates/") && path.ends_with("/Cargo.toml")
}
