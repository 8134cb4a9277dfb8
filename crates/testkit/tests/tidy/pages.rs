//! What is written for people: no file names a folder of somebody's machine, links lead somewhere, the lists of
//! decisions and changes are kept.

use crate::problem::Problem;
use crate::repository::File;

/// Folders of somebody's machine. Written in pieces so that this file does not hold them.
const MACHINE: [&str; 4] =
    [concat!("/", "work/"), concat!("/", "root/"), concat!("/", "home/"), concat!("/", "Users/")];

/// Paths of a machine in `file`. The same words within a longer path (`docs/work/`) are meant otherwise.
pub(crate) fn machine_paths(file: &File) -> Vec<Problem> {
    let longer = |before: &str| before.ends_with(|c: char| c.is_alphanumeric() || "._-*}".contains(c));
    let found = |line: &str| {
        MACHINE.iter().find(|path| line.match_indices(**path).any(|(at, _)| !longer(&line[..at])))
    };
    file.lines()
        .filter_map(|(at, line)| Some((at, found(line)?)))
        .map(|(at, path)| {
            Problem::new(&file.path, at, format!("`{path}`: name paths from the root of the repository"))
        })
        .collect()
}

/// Links of a page to files that are not there.
pub(crate) fn broken_links(page: &File, exists: impl Fn(&str) -> bool) -> Vec<Problem> {
    let folder = page.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut problems = Vec::new();
    for (at, line) in page.lines() {
        for target in link_targets(line) {
            let path = resolve(folder, target);
            if !path.is_some_and(|path| path.is_empty() || exists(&path)) {
                problems.push(Problem::new(
                    &page.path,
                    at,
                    format!("`{target}` is not there; repair the link"),
                ));
            }
        }
    }
    problems
}

/// The targets of the inline links of `line` that are files, without their fragments.
fn link_targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split_once(')')?.0;
        let file = target.split_once('#').map_or(target, |(file, _)| file);
        (!file.is_empty() && !target.contains("://") && !target.starts_with("mailto:")).then_some(file)
    })
}

/// The path from the root; `None` if it leads out of the repository.
fn resolve(folder: &str, target: &str) -> Option<String> {
    let mut path: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(path.pop()?),
            name => path.push(name),
        }
    }
    Some(path.join("/"))
}

/// Decisions, among the `pages` of the repository, that their list does not link.
pub(crate) fn unlisted_decisions(list: &File, pages: &[&str]) -> Vec<Problem> {
    let linked: Vec<&str> = list.lines().flat_map(|(_, line)| link_targets(line)).collect();
    let decisions = pages.iter().filter_map(|path| path.strip_prefix("docs/decisions/"));
    decisions
        .filter(|name| *name != "README.md" && !linked.contains(name))
        .map(|name| Problem::new(&list.path, 1, format!("`{name}` is not listed; add a line that links it")))
        .collect()
}

/// A changelog without a place for what comes next.
pub(crate) fn changelog(file: &File) -> Option<Problem> {
    let first = file.lines().find(|(_, line)| line.starts_with("## "));
    match first {
        Some((_, "## [Unreleased]")) => None,
        Some((at, _)) => Some(Problem::new(&file.path, at, "put `## [Unreleased]` above the last release")),
        None => Some(Problem::new(&file.path, 1, "add the heading `## [Unreleased]`")),
    }
}

#[test]
fn a_path_of_a_machine_is_found() {
    let found = |text: &str| machine_paths(&File::new("a.md", text)).len();
    for path in MACHINE {
        assert_eq!(found(&format!("see {path}main")), 1);
        assert_eq!(found(&format!("first\n\"{path}x\"")), 1);
        assert_eq!(found(&format!("docs{path}x and {{id}}{path}x")), 0);
    }
}

#[test]
fn a_broken_link_is_found() {
    let exists = |path: &str| ["docs/protocol.md", "README.md"].contains(&path);
    let found = |text: &str| broken_links(&File::new("docs/operations.md", text), exists).len();
    assert_eq!(found("[a](protocol.md), [b](../README.md#top), [c](https://x.example/y), [d](#here)"), 0);
    assert_eq!(found("[a](../protocol.md)"), 1);
    assert_eq!(found("[a](missing.md) [b](../../README.md)"), 2);
}

#[test]
fn an_unlisted_decision_is_found() {
    let list = File::new("docs/decisions/README.md", "* [One](0001-one.md)\n");
    let pages = ["docs/decisions/README.md", "docs/decisions/0001-one.md", "docs/operations.md"];
    assert_eq!(unlisted_decisions(&list, &pages), []);
    assert_eq!(unlisted_decisions(&list, &["docs/decisions/0002-two.md"]).len(), 1);
}

#[test]
fn a_changelog_without_unreleased_is_found() {
    let line = |text: &str| changelog(&File::new("CHANGELOG.md", text)).map(|problem| problem.line);
    assert_eq!(line("# Changelog\n\n## [Unreleased]\n\n## [1.0.0]\n"), None);
    assert_eq!(line("# Changelog\n\n## [1.0.0]\n\n## [Unreleased]\n"), Some(3));
    assert_eq!(line("# Changelog\n"), Some(1));
}
