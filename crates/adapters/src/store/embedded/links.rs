//! How the links of a session are written to the database: in one column, for they are few, and always read together.

use headcount_core::{Language, Link, LinkId, Scope, Timestamp};
use serde::{Deserialize, Serialize};

/// A link: its name, the language that it shows, its label, when it was made and when it expires.
#[derive(Serialize, Deserialize)]
struct WrittenLink(String, Option<String>, Option<String>, u64, u64);

pub(super) fn write(links: &[Link]) -> String {
    let written: Vec<_> = links.iter().map(WrittenLink::from).collect();
    serde_json::to_string(&written).unwrap_or_default()
}

/// `None` for what we never write.
pub(super) fn read(text: &str) -> Option<Vec<Link>> {
    // Nearly every session has none.
    if text == "[]" {
        return Some(Vec::new());
    }
    serde_json::from_str::<Vec<WrittenLink>>(text).ok()?.into_iter().map(WrittenLink::read).collect()
}

impl From<&Link> for WrittenLink {
    fn from(link: &Link) -> Self {
        let language = link.scope.language().map(|language| language.as_str().to_owned());
        let (made, expires) = (link.created_at.as_millis(), link.expires_at.as_millis());
        Self(link.id.as_str().to_owned(), language, link.label.clone(), made, expires)
    }
}

impl WrittenLink {
    fn read(self) -> Option<Link> {
        let Self(id, language, label, made, expires) = self;
        let scope = match language {
            Some(tag) => Scope::Language(Language::from_written(&tag)?),
            None => Scope::All,
        };
        let [created_at, expires_at] = [made, expires].map(Timestamp::from_millis);
        Some(Link { id: LinkId::parse(&id)?, scope, label, created_at, expires_at })
    }
}
