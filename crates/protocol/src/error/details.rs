//! What an error tells programs besides its code.

use headcount_core::Language;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// What goes into `details`, for programs to act on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Details {
    /// `field`: the member or parameter that was wrong.
    Field(&'static str),
    /// `retryAfter`: seconds until another try makes sense.
    RetryAfter(u64),
    /// `maxListeners`: how many listeners a session may have.
    MaxListeners(u64),
    /// `supportedLanguages`: the configured list.
    SupportedLanguages(Vec<Language>),
    /// `requestId`: what to look for in the log.
    RequestId(String),
}

impl Serialize for Details {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self {
            Self::Field(name) => map.serialize_entry("field", name)?,
            Self::RetryAfter(seconds) => map.serialize_entry("retryAfter", seconds)?,
            Self::MaxListeners(most) => map.serialize_entry("maxListeners", most)?,
            Self::SupportedLanguages(list) => {
                let tags: Vec<&str> = list.iter().map(Language::as_str).collect();
                map.serialize_entry("supportedLanguages", &tags)?;
            }
            Self::RequestId(id) => map.serialize_entry("requestId", id)?,
        }
        map.end()
    }
}
