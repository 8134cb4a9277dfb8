//! A broadcast: who made it, who speaks, what it is doing, until when.

use crate::{
    BroadcastChange, BroadcastState, ConnectionId, Language, Link, LinkId, ServedLanguages, SessionId,
    StatusDetail, Timestamp, UserId,
};
use std::time::Duration;

/// How well a session is translated; Headcount passes it on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum QualityTier {
    /// `standard` on the wire.
    #[default]
    Standard,
    /// `premium` on the wire.
    Premium,
}

impl QualityTier {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Premium => "premium",
        }
    }

    /// The tier of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Standard, Self::Premium].into_iter().find(|tier| tier.as_str() == name)
    }
}

/// Where the speaker of a session is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpeakerSeat {
    /// No speaker has attached yet; the session lives until it expires.
    Never,
    /// This connection speaks.
    Attached {
        /// The connection.
        connection: ConnectionId,
        /// How much it wants to be told.
        detail: StatusDetail,
    },
    /// The speaker is gone; without a new one by then the session ends.
    Lost {
        /// The end of the speaker's grace.
        until: Timestamp,
    },
}

impl SpeakerSeat {
    /// The connection that speaks, if one does.
    #[must_use]
    pub const fn connection(&self) -> Option<&ConnectionId> {
        match self {
            Self::Attached { connection, .. } => Some(connection),
            Self::Never | Self::Lost { .. } => None,
        }
    }
}

/// Why a session ended; what its listeners are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// The speaker or an operator ended it; with the speaker's own words, at most 128 characters of them.
    Ended(Option<String>),
    /// It reached `expires_at`.
    Expired,
    /// The speaker was lost and did not come back within the grace.
    SpeakerLost,
}

impl EndReason {
    /// How many characters of the speaker's own words are kept.
    pub const MAX_WORDS: usize = 128;

    /// The `reason` on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Ended(words) => words.as_deref().unwrap_or("ended"),
            Self::Expired => "expired",
            Self::SpeakerLost => "speakerLost",
        }
    }
}

/// A live session.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// Its name.
    pub id: SessionId,
    /// Who created it, where speakers log in.
    pub owner: Option<UserId>,
    /// The language spoken on stage.
    pub source_language: Language,
    /// How well it is translated.
    pub quality_tier: QualityTier,
    /// When it was created.
    pub created_at: Timestamp,
    /// When anything of this record but the speaker's seat last changed.
    pub updated_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// What the broadcast is doing.
    pub broadcast: BroadcastState,
    /// When it was paused, if it is.
    pub paused_since: Option<Timestamp>,
    /// Where its speaker is.
    pub speaker: SpeakerSeat,
    /// Into which languages it is translated, where that was declared.
    pub languages: ServedLanguages,
    /// Who else may look on, the oldest first; at most [`Link::MAX`] of them.
    pub links: Vec<Link>,
}

impl Session {
    /// Whether the session is over at `now` although nobody has ended it yet.
    #[must_use]
    pub fn overdue(&self, now: Timestamp) -> Option<EndReason> {
        match self.speaker {
            _ if self.expires_at <= now => Some(EndReason::Expired),
            SpeakerSeat::Lost { until } if until <= now => Some(EndReason::SpeakerLost),
            _ => None,
        }
    }

    /// The next moment at which the session may be over.
    #[must_use]
    pub fn ends_by(&self) -> Timestamp {
        match self.speaker {
            SpeakerSeat::Lost { until } => until.min(self.expires_at),
            SpeakerSeat::Never | SpeakerSeat::Attached { .. } => self.expires_at,
        }
    }

    /// How long it has lasted at `now`, zero where its creation lies in the future.
    #[must_use]
    pub const fn duration(&self, now: Timestamp) -> Duration {
        now.since(self.created_at)
    }

    /// The link of that name, which may have expired.
    #[must_use]
    pub fn link(&self, id: &LinkId) -> Option<&Link> {
        self.links.iter().find(|link| link.id == *id)
    }

    /// Applies `change` and says whether it did anything. This is the one meaning of every change; a store may
    /// express it in its own words, with the same outcome.
    pub fn apply(&mut self, change: &SessionChange, now: Timestamp) -> bool {
        let before = self.clone();
        match change {
            SessionChange::Broadcast(change) => {
                self.broadcast = self.broadcast.changed(*change, now);
                self.paused_since = match self.paused_since {
                    _ if !self.broadcast.is_paused => None,
                    None => Some(now),
                    since => since,
                };
            }
            SessionChange::Details { source_language, quality_tier, languages } => {
                if let Some(language) = source_language {
                    self.source_language = language.clone();
                }
                self.quality_tier = quality_tier.unwrap_or(self.quality_tier);
                if let Some(languages) = languages {
                    self.languages = languages.clone();
                }
            }
            SessionChange::AddLink(link) => {
                self.links.retain(|kept| kept.expires_at > now);
                if self.links.len() < Link::MAX && self.link(&link.id).is_none() {
                    self.links.push(link.clone());
                }
            }
            SessionChange::RemoveLink(link) => self.links.retain(|kept| kept.id != *link),
            SessionChange::AttachSpeaker { connection, detail } => {
                self.speaker = SpeakerSeat::Attached { connection: connection.clone(), detail: *detail };
                return *self != before;
            }
            SessionChange::LoseSpeaker { connection, until } => {
                let gone = match connection {
                    Some(connection) => self.speaker.connection() == Some(connection),
                    None => self.speaker != SpeakerSeat::Never,
                };
                if gone {
                    self.speaker = SpeakerSeat::Lost { until: *until };
                }
                return *self != before;
            }
        }
        let changed = *self != before;
        if changed {
            self.updated_at = now.max(self.updated_at);
        }
        changed
    }
}

/// One atomic change of a session.
#[derive(Clone, Debug, PartialEq)]
pub enum SessionChange {
    /// Changes what the broadcast is doing.
    Broadcast(BroadcastChange),
    /// Changes what the session is described by; `None` leaves a member as it is.
    Details {
        /// The language spoken on stage.
        source_language: Option<Language>,
        /// How well it is translated.
        quality_tier: Option<QualityTier>,
        /// Into which languages it is translated; none declared takes the declaration back.
        languages: Option<ServedLanguages>,
    },
    /// Lets those look on who have this link, which takes the place of those that have expired. Changes nothing else where
    /// there are as many as there may be.
    AddLink(Link),
    /// Takes the link of that name back.
    RemoveLink(LinkId),
    /// Makes `connection` the speaker, whoever was it before: the newest wins.
    AttachSpeaker {
        /// The new speaker.
        connection: ConnectionId,
        /// How much it wants to be told.
        detail: StatusDetail,
    },
    /// Takes the seat from `connection` if it still has it; otherwise changes nothing. Without a connection,
    /// starts the grace anew for any speaker there ever was: no connection outlives a restart.
    LoseSpeaker {
        /// The speaker that is gone.
        connection: Option<ConnectionId>,
        /// The end of its grace.
        until: Timestamp,
    },
}
