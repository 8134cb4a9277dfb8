//! The page that leads through the samples shows each of them, as it is.

use crate::{files, read};
use headcount_protocol::{Close, ErrorCode};
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn the_page_leads_to_every_sample() {
    let page = read("README.md");
    let linked: BTreeSet<_> = links(&page).map(|(path, _)| path).collect();
    assert_eq!(linked, files());
}

#[test]
fn what_the_page_shows_is_in_the_samples() {
    let page = read("README.md");
    let blocks: Vec<_> = links(&page).filter_map(|(path, after)| Some((path, block(after)?))).collect();
    assert_eq!(
        blocks.len(),
        page.matches("```json").count(),
        "every block must follow the link to its sample"
    );
    for (path, block) in blocks {
        let shown: Value = block.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(shown, read(&path).parse::<Value>().unwrap(), "{path}");
    }
}

/// The links to samples, each with the text after it, up to the next link.
fn links(page: &str) -> impl Iterator<Item = (String, &str)> {
    page.split("](").skip(1).filter_map(|text| {
        let (path, after) = text.split_once(')')?;
        path.ends_with(".json").then(|| (path.to_owned(), after))
    })
}

/// The block of JSON in `text`, if there is one.
fn block(text: &str) -> Option<&str> {
    Some(text.split_once("```json\n")?.1.split_once("```")?.0)
}

#[test]
fn the_page_tells_every_way_a_connection_ends() {
    let page = read("README.md");
    for close in [
        Close::SessionEnded,
        Close::Draining,
        Close::MaximumAge,
        Close::TooBig,
        Close::SlowConsumer,
        Close::Silent,
        Close::NoRole,
        Close::Superseded,
    ] {
        assert!(page.contains(&format!("\n| {} | {} |", close.code(), close.reason())), "{close:?}");
    }
    assert_eq!(Close::Refused(ErrorCode::SessionFull).code(), 4_000 + ErrorCode::SessionFull.status());
}
