//! Whom the server tells what happens.

use super::Group;
use crate::config::{Kind, Setting};

pub(crate) const GROUP: Group = Group {
    title: "Webhooks",
    settings: &[
        &WEBHOOK,
        &WEBHOOK_SECRET_FILE,
        &WEBHOOK_SECRET,
        &WEBHOOK_EVENTS,
        &WEBHOOK_RETRY_FOR,
        &WEBHOOK_CA_FILE,
        &WEBHOOK_ALLOW_HTTP,
        &WEBHOOK_ALLOW_PRIVATE,
    ],
};

pub(crate) const WEBHOOK: Setting = Setting::new(
    "webhook",
    Kind::Targets("URL"),
    "Post what happens in sessions to this URL; may be given up to sixteen times. One that needs a secret, events or a \
     name of its own is a table: { url = \"…\", secret-file = \"…\", events = [\"…\"], name = \"…\" }",
);
pub(crate) const WEBHOOK_SECRET_FILE: Setting = Setting::new(
    "webhook-secret-file",
    Kind::Path("FILE"),
    "The secret that webhooks are signed with, as whsec_ and 24 to 64 random bytes in base64; of several lines, each \
     signs, so that receivers can change from one to the next",
);
pub(crate) const WEBHOOK_SECRET: Setting =
    Setting::new("webhook-secret", Kind::Secret, "The secret itself, or several with commas");
pub(crate) const WEBHOOK_EVENTS: Setting = Setting::with_default(
    "webhook-events",
    Kind::List("EVENT"),
    "sessionStarted,sessionEnded,sessionStatus,signals",
    "What targets are told that say nothing else themselves",
);
pub(crate) const WEBHOOK_RETRY_FOR: Setting = Setting::with_default(
    "webhook-retry-for",
    Kind::Duration,
    "24h",
    "How old an event is when it is not tried again",
);
pub(crate) const WEBHOOK_CA_FILE: Setting = Setting::new(
    "webhook-ca-file",
    Kind::Path("FILE"),
    "Believe a receiver only if the certificates in this PEM file vouch for it, not those that browsers trust",
);
pub(crate) const WEBHOOK_ALLOW_HTTP: Setting = Setting::with_default(
    "webhook-allow-http",
    Kind::Switch,
    "false",
    "Permit targets without TLS, which everybody on the way can read",
);
pub(crate) const WEBHOOK_ALLOW_PRIVATE: Setting = Setting::with_default(
    "webhook-allow-private",
    Kind::Switch,
    "false",
    "Permit targets at addresses that are not on the public internet: of this machine, of its network",
);
