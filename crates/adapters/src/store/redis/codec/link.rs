//! A link to look on at a session.

use super::values::Tag;
use headcount_core::{Link, LinkId, Scope, Timestamp};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub(super) struct WrittenLink {
    id: String,
    /// The one language that it shows; all of them without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<Tag>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    created: u64,
    expires: u64,
}

impl From<&Link> for WrittenLink {
    fn from(link: &Link) -> Self {
        Self {
            id: link.id.as_str().to_owned(),
            language: link.scope.language().cloned().map(Tag),
            label: link.label.clone(),
            created: link.created_at.as_millis(),
            expires: link.expires_at.as_millis(),
        }
    }
}

impl WrittenLink {
    /// `None` for what we never write.
    pub(super) fn read(self) -> Option<Link> {
        Some(Link {
            id: LinkId::parse(&self.id)?,
            scope: self.language.map_or(Scope::All, |language| Scope::Language(language.0)),
            label: self.label,
            created_at: Timestamp::from_millis(self.created),
            expires_at: Timestamp::from_millis(self.expires),
        })
    }
}
