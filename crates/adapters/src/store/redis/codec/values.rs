//! The small values that records are made of.

use headcount_core::cluster::NodeId;
use headcount_core::{ConnectionId, Language, LanguageDistribution, SessionId};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// A value that is written as its own text.
macro_rules! as_text {
    ($name:ident($inner:ty), $what:literal, $write:expr, $read:expr) => {
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) struct $name(pub(super) $inner);

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&$write(&self.0))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Cow::<'de, str>::deserialize(deserializer)?;
                $read(&text).map(Self).ok_or_else(|| D::Error::custom(concat!("not ", $what)))
            }
        }
    };
}

as_text!(Tag(Language), "a language", Language::as_str, Language::from_written);
as_text!(Name(SessionId), "a session", SessionId::as_str, |text: &str| SessionId::parse(text).ok());
as_text!(Conn(ConnectionId), "a connection", ConnectionId::as_str, |text: &str| {
    ConnectionId::parse(text).ok()
});
as_text!(Node(NodeId), "a node", |node: &NodeId| *node, NodeId::parse);

/// Listeners by language, as an object of tags and counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts(pub(super) LanguageDistribution);

impl Counts {
    pub(super) fn is_empty(&self) -> bool {
        self.0.language_count() == 0
    }
}

impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(language, count)| (language.as_str(), count)))
    }
}

impl<'de> Deserialize<'de> for Counts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(CountsVisitor)
    }
}

struct CountsVisitor;

impl<'de> Visitor<'de> for CountsVisitor {
    type Value = Counts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("counts by language")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Counts, A::Error> {
        /// Beyond this a sum of counts could not be told any more; nobody has so many listeners.
        const MOST: u64 = u32::MAX as u64;
        let mut counts = LanguageDistribution::new();
        while let Some((Tag(language), count)) = map.next_entry::<Tag, u64>()? {
            counts.add_many(&language, count.min(MOST));
        }
        Ok(Counts(counts))
    }
}
