//! The links of a session, as an attribute of its item that only we read and write.

use super::item::{Item, item, language, millis, ms, s, text};
use aws_sdk_dynamodb::types::AttributeValue;
use headcount_core::{Link, LinkId, Scope};

/// `None` where there are none: most items are as they would be without them.
pub(super) fn write(links: &[Link]) -> Option<AttributeValue> {
    (!links.is_empty()).then(|| AttributeValue::L(links.iter().map(write_one).collect()))
}

fn write_one(link: &Link) -> AttributeValue {
    AttributeValue::M(item([
        ("linkId", Some(s(link.id.as_str()))),
        ("language", link.scope.language().map(|language| s(language.as_str()))),
        ("label", link.label.as_ref().map(s)),
        ("createdAt", Some(ms(link.created_at))),
        ("expiresAt", Some(ms(link.expires_at))),
    ]))
}

/// The links in the attribute `links` of `item`. What cannot be read opens nothing.
pub(super) fn read(item: &Item) -> Vec<Link> {
    let links = item.get("links").and_then(|links| links.as_l().ok());
    links.into_iter().flatten().filter_map(|link| read_one(link.as_m().ok()?)).collect()
}

fn read_one(link: &Item) -> Option<Link> {
    let scope = match link.get("language") {
        Some(tag) => Scope::Language(language(tag.as_s().ok()?)),
        None => Scope::All,
    };
    Some(Link {
        id: LinkId::parse(text(link, "linkId")?)?,
        scope,
        label: text(link, "label").map(str::to_owned),
        created_at: millis(link, "createdAt")?,
        expires_at: millis(link, "expiresAt")?,
    })
}
