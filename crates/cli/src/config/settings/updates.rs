//! When the speaker is told, and how long sessions and graces last.

use super::Group;
use crate::config::{Kind, Setting};

pub(crate) const GROUP: Group = Group {
    title: "Sessions and updates",
    settings: &[
        &PERIOD,
        &THRESHOLD_PERCENT,
        &MIN_GAP,
        &SHOWN_LANGUAGES,
        &LANGUAGE,
        &SIGNAL_IDLE_AFTER,
        &SIGNAL_DROP_PERCENT,
        &SIGNAL_UNSERVED,
        &RECONNECT_GRACE,
        &SPEAKER_GRACE,
        &SESSION_LIFETIME,
        &RECOVERY,
    ],
};

pub(crate) const PERIOD: Setting = Setting::with_default(
    "period",
    Kind::Duration,
    "30s",
    "How long after the last status the speaker is sent the next, if nothing happens",
);
pub(crate) const THRESHOLD_PERCENT: Setting = Setting::with_default(
    "threshold-percent",
    Kind::Number("PERCENT"),
    "10",
    "By more than how many percent of the count last told it must change to be told at once",
);
pub(crate) const MIN_GAP: Setting = Setting::with_default(
    "min-gap",
    Kind::Duration,
    "1s",
    "How long changes are collected after the speaker was told of one; 0s turns it off",
);
pub(crate) const SHOWN_LANGUAGES: Setting = Setting::with_default(
    "shown-languages",
    Kind::Number("COUNT"),
    "63",
    "How many languages a status shows apart; the smaller ones are added up as other",
);
pub(crate) const LANGUAGE: Setting = Setting::new(
    "language",
    Kind::List("TAG"),
    "A target language that listeners may choose, such as es or pt-BR; every one unless given",
);
pub(crate) const SIGNAL_IDLE_AFTER: Setting = Setting::with_default(
    "signal-idle-after",
    Kind::Duration,
    "60s",
    "How long nobody has heard a language when speakers who asked for signals are told that it is idle; 0s turns it off",
);
pub(crate) const SIGNAL_DROP_PERCENT: Setting = Setting::with_default(
    "signal-drop-percent",
    Kind::Number("PERCENT"),
    "50",
    "How many percent of its listeners a language, or the audience, loses within 30s when they are told of a drop; \
     0 turns it off",
);
pub(crate) const SIGNAL_UNSERVED: Setting = Setting::with_default(
    "signal-unserved",
    Kind::Text("on|off"),
    "on",
    "Whether they are told that a listener asked for a language that --language does not allow",
);
pub(crate) const RECONNECT_GRACE: Setting = Setting::with_default(
    "reconnect-grace",
    Kind::Duration,
    "5s",
    "How long a listener counts after the connection was cut; 0s turns it off",
);
pub(crate) const SPEAKER_GRACE: Setting = Setting::with_default(
    "speaker-grace",
    Kind::Duration,
    "30s",
    "How long a session waits for a lost speaker before it ends",
);
pub(crate) const SESSION_LIFETIME: Setting =
    Setting::with_default("session-lifetime", Kind::Duration, "2h", "How long a session lasts at the most");
pub(crate) const RECOVERY: Setting = Setting::with_default(
    "recovery",
    Kind::Duration,
    "15s",
    "How long after a restart counts are called inexact, while listeners come back; 0s turns it off",
);
